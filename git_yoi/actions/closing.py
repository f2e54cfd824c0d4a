"""The entries that close a ticket by its merge, and the journal that holds them until they are in the record."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from git_yoi.domain.events import Close, Decision, Merge, Validation
from git_yoi.merge.candidate import Candidate
from git_yoi.merge.closing_entry import closing_entry
from git_yoi.merge.gather import Gathered, Subject
from git_yoi.merge.journal import Journal
from git_yoi.store.append import prepare

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.domain.entry import Entry


@dataclass(frozen=True, slots=True)
class Closing:
    """A merge that is ready to land; `why` is the reason of an override.

    `remote_ticket_old` is the record's tip at the shared remote, None where it has none, or nothing is shared.
    """

    subject: Subject
    gathered: Gathered
    candidate: Candidate
    validations: tuple[Validation, ...]
    why: str | None
    remote_ticket_old: str | None = None


def closing_entries(session: Session, closing: Closing) -> list[Entry]:
    """The override, where one was needed; the merge; the close."""
    subject, candidate = closing.subject, closing.candidate
    ticket = subject.ticket
    entries = []
    verdict = closing.gathered.facts.verdict
    if closing.why is not None and verdict is not None and verdict.code is not None:
        said = f"Override: {candidate.head[:12]} is merged without the approval that is asked for ({verdict.reason})."
        entries.append(session.entry(ticket.id, Decision(), f"{said}\n\n{closing.why}"))
    merge = Merge(
        commit=candidate.commit,
        target=subject.target,
        head=candidate.head,
        base=candidate.base,
        strategy=candidate.strategy,
        validations=closing.validations,
    )
    text = f"Merged {ticket.branch} into {subject.target} as {candidate.commit[:12]}."
    entries.append(session.entry(ticket.id, merge, text))
    entries.append(session.entry(ticket.id, Close("completed"), text))
    return entries


def journal_of(session: Session, closing: Closing, *, keep_worktree: bool, keep_branch: bool) -> Journal:
    """Everything that landing needs, with the closing entries written but not referenced by anything yet."""
    subject, candidate = closing.subject, closing.candidate
    entries = closing_entries(session, closing)
    made = prepare(session.bare_writer, subject.snapshot.commit, lambda _: entries)
    return Journal(
        ticket=subject.ticket.id,
        title=subject.ticket.title,
        branch=subject.ticket.branch or "",
        head=candidate.head,
        base=candidate.base,
        target=subject.target,
        target_old=closing.gathered.local_tip,
        merge=candidate.commit,
        ticket_ref=session.ref,
        ticket_old=subject.snapshot.commit,
        ticket_new=made[-1],
        worktrees=tuple(str(worktree.path) for worktree in closing.gathered.worktrees),
        entries=tuple(closing_entry(entry) for entry in entries),
        validations=tuple(astuple(one) for one in closing.validations),
        claim=subject.ticket.claim,
        keep_worktree=keep_worktree,
        keep_branch=keep_branch,
        had_worktree=bool(closing.gathered.own),
        strategy=candidate.strategy,
        remote=subject.settings.remote,
        remote_target_old=candidate.tip if subject.shared else None,
        remote_ticket_old=closing.remote_ticket_old,
    )
