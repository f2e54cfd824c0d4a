"""`git yoi complete --dry-run`: each step with its judgement; no ref, file, index or worktree is changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from git_yoi.actions.authority import require_role
from git_yoi.actions.complete import Wishes, candidate_of, check_wishes, looked_at, refusal_of, say_absent
from git_yoi.actions.dossier import Dossier
from git_yoi.actions.rehearsal_steps import Scene, steps_of
from git_yoi.actions.subject import needs_authority
from git_yoi.domain.ticket import MergeRecord
from git_yoi.errors import YoiError
from git_yoi.git.quarantine import nothing_kept
from git_yoi.merge.candidate import Candidate
from git_yoi.merge.gather import Gathered, Subject
from git_yoi.merge.journal import is_there
from git_yoi.merge.readiness import Missing, missing
from git_yoi.worktree.facts import TicketBranch
from git_yoi.worktree.facts import gather as look_at
from git_yoi.worktree.judge import judge
from git_yoi.worktree.remove import Cleaned
from git_yoi.worktree.targets import target_branches

if TYPE_CHECKING:
    from git_yoi.actions.session import Session


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What `complete` would do: (step, what of it) in order; `merge` and `cleaned` are what it would answer."""

    id: str
    title: str
    state: str
    steps: tuple[tuple[str, str], ...]
    merge: MergeRecord
    cleaned: Cleaned
    pushed: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """What a refused rehearsal has found, the data of its error: the steps, and everything that is missing.

    `needs_authority`: a human's word is missing too. `dossier` is there where that is all.
    """

    id: str
    title: str
    steps: tuple[tuple[str, str], ...]
    missing: tuple[Missing, ...]
    authority: str
    needs_authority: bool
    dossier: Dossier | None = None


def rehearse(session: Session, given: str, wishes: Wishes) -> Rehearsed:
    """Judge a completion and build its merge, which nothing references; YoiError as `complete`, with a `Refused`.

    Validation commands are named, not run; of a shared remote what was fetched last counts.
    """
    with nothing_kept(session.repository) as repository:
        return _rehearsed(replace(session, repository=repository), given, wishes)


def _rehearsed(session: Session, given: str, wishes: Wishes) -> Rehearsed:
    check_wishes(session, wishes)
    ticket_id = session.resolve(given)
    require_role(session, "complete")
    if is_there(session.repository):
        raise YoiError(
            "stale",
            "another completion is under way, or was interrupted",
            cause="what is there now is about to change",
            hint="any command that writes finishes it; then run the same command again",
        )
    subject, gathered = looked_at(session, ticket_id, wishes)
    refusal = refusal_of(session, subject, gathered, wishes)
    candidate, unmade = _candidate(session, subject, gathered, wishes)
    cleaned = _cleaning(session, subject, gathered, wishes)
    human = needs_authority(session, subject, authorized=wishes.authorize)
    lacks = (*missing(gathered.facts), *([_missing(unmade)] if unmade is not None else []))
    steps = steps_of(Scene(subject, gathered, candidate, cleaned, lacks, human))
    ticket = subject.ticket
    if (error := refusal or unmade) is not None:
        dossier = error.data if isinstance(error.data, Dossier) else None
        error.data = Refused(ticket.id, ticket.title, steps, lacks, subject.policy.authority, human, dossier)
        raise error
    if candidate is None:
        raise RuntimeError("a branch that was found ready has no merge")
    say_absent(session, gathered)
    merge = MergeRecord(candidate.commit, subject.target, candidate.head, candidate.base, candidate.strategy)
    return Rehearsed(ticket_id, ticket.title, ticket.state, steps, merge, cleaned, subject.shared)


def _candidate(
    session: Session, subject: Subject, gathered: Gathered, wishes: Wishes
) -> tuple[Candidate | None, YoiError | None]:
    """What would land, or why the strategy cannot make it; neither where there is no merge at all."""
    if gathered.tree is None:
        return None, None
    try:
        return candidate_of(session, subject, gathered, wishes), None
    except YoiError as error:
        return None, error


def _missing(error: YoiError) -> Missing:
    return Missing(error.code, error.message, error.cause, error.hint)


def _cleaning(session: Session, subject: Subject, gathered: Gathered, wishes: Wishes) -> Cleaned:
    """What cleaning up would remove once the merge is there."""
    head = gathered.facts.head
    if subject.ticket.branch is None or head is None:
        return Cleaned(worktree=False, branch=False)
    found = look_at(
        session.repository,
        TicketBranch(subject.ticket.id, subject.ticket.branch, merged_into=head, merged_head=head),
        targets=target_branches(session.repository),
        current_directory=session.repository.directory,
    )
    verdict = judge(found.facts, keep_worktree=wishes.keep_worktree, keep_branch=wishes.keep_branch)
    return Cleaned(
        verdict.remove_worktree, verdict.remove_branch, tuple(dict.fromkeys(reason.text for reason in verdict.reasons))
    )
