"""`git yoi dossier`: everything that a merge must be judged by, from the thread and from git (mission.md, point 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from git_yoi.actions.dossier_parts import ACCEPTED, CHANGED, OPEN, FindingState, Stated, findings_of, stated_risks
from git_yoi.actions.reading import read_index
from git_yoi.actions.subject import needs_authority, subject_of
from git_yoi.domain.states import SEVERITIES
from git_yoi.domain.ticket import text_digest
from git_yoi.errors import YoiError
from git_yoi.git.branches import resolve_commit
from git_yoi.git.commit_list import CommitLine, FileCount, commits_between, file_counts
from git_yoi.git.quarantine import nothing_kept
from git_yoi.index.thread import ThreadEntry, thread
from git_yoi.merge.gather import Gathered, Subject, gather
from git_yoi.merge.readiness import Missing, Place, missing

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.config.policy import ValidateCommand
    from git_yoi.domain.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Dossier:
    """What is known of a ticket's branch before its merge; `worktrees` are where it lies on this machine.

    `commits` and `files`: of a merged ticket what was merged, as far as it is here; else what the target lacks.
    `needs_authority`: a human has to authorize the merge. `risks` are known from the record and the policy, `stated`
    are the words of people. `reworded`: the description is not the one that was queued any more.
    """

    ticket: Ticket
    target: str
    head: str | None
    base: str | None
    worktrees: tuple[str, ...]
    commits: tuple[CommitLine, ...]
    files: tuple[FileCount, ...]
    entries: tuple[ThreadEntry, ...]
    findings: tuple[FindingState, ...]
    validate: tuple[ValidateCommand, ...]
    authority: str
    needs_authority: bool
    dirty: tuple[Place, ...]
    risks: tuple[str, ...]
    stated: tuple[Stated, ...]
    reworded: bool
    missing: tuple[Missing, ...]

    @property
    def ready(self) -> bool:
        """Whether nothing is missing but, perhaps, a human's word."""
        return not self.missing


def dossier(session: Session, given: str, *, target: str | None = None) -> Dossier:
    """The dossier of a ticket, in whatever state; YoiError `not-found` (the target too), `ambiguous`, `policy-file`."""
    with nothing_kept(session.repository) as repository:
        return _dossier(replace(session, repository=repository), given, target)


def _dossier(session: Session, given: str, target: str | None) -> Dossier:
    subject = subject_of(session, session.resolve(given), target=target)
    gathered = gather(subject)
    if target is not None and gathered.facts.tip is None:
        remote = session.settings.remote
        hint = f"git fetch {remote} brings what it has" if remote is not None else "git branch --all lists them"
        raise YoiError("not-found", f"there is no branch {target}", hint=hint)
    return describe(session, subject, gathered)


def describe(session: Session, subject: Subject, gathered: Gathered, *, authorized: bool = False) -> Dossier:
    """The dossier of what was gathered."""
    facts, repository = gathered.facts, subject.repository
    entries = tuple(thread(read_index(session, subject.ticket.id), subject.ticket.id))
    commits, files = _changes(subject, gathered)
    findings = findings_of(repository, entries, facts.head)
    queued = subject.ticket.queued_text
    lacks = missing(facts)
    return Dossier(
        ticket=subject.ticket,
        target=subject.target,
        head=facts.head,
        base=gathered.base,
        worktrees=tuple(str(w.path) for w in gathered.own),
        commits=commits,
        files=files,
        entries=entries,
        findings=findings,
        validate=subject.policy.validate,
        authority=subject.policy.authority,
        needs_authority=needs_authority(session, subject, authorized=authorized),
        dirty=facts.dirty,
        risks=tuple(_risks(subject, facts.verdict is not None and facts.overridden, findings)),
        stated=stated_risks(entries),
        reworded=queued is not None and queued != text_digest(subject.ticket.body),
        missing=lacks,
    )


def _changes(subject: Subject, gathered: Gathered) -> tuple[tuple[CommitLine, ...], tuple[FileCount, ...]]:
    """The commits, and the files that they change."""
    facts, repository, merge = gathered.facts, subject.repository, subject.ticket.merge
    if merge is not None:
        base, head = _here(subject, merge.base), _here(subject, merge.head)
        if base is None or head is None:
            return (), ()
        return commits_between(repository, base, head), file_counts(repository, base, head)
    if facts.head is None or facts.tip is None or not facts.commits:
        return (), ()
    files = file_counts(repository, gathered.base, facts.head) if gathered.base is not None else ()
    return commits_between(repository, facts.tip, facts.head), files


def _here(subject: Subject, commit: str | None) -> str | None:
    """The commit, where it is here."""
    return resolve_commit(subject.repository, commit) if commit is not None else None


def _risks(subject: Subject, overridden: bool, findings: Sequence[FindingState]) -> list[str]:
    said = []
    if not subject.policy.validate:
        said.append("no validation command is configured: nothing will be run on the merge")
    if overridden:
        said.append("the approval is overridden by a human")
    if subject.policy.approvals == 0:
        said.append("the policy asks for no approval")
    if subject.policy.own_approval:
        said.append("the policy lets authors approve their own work")
    left = [finding for finding in findings if finding.status in (OPEN, CHANGED)]
    if left:
        said.append(f"not settled by an approval of their reviewer: {_count(left)}")
    accepted = [finding for finding in findings if finding.status == ACCEPTED]
    if accepted:
        said.append(f"left as they are by the approval: {_count(accepted)}")
    return said


def _count(findings: Sequence[FindingState]) -> str:
    """How many, and of which severity, the worst first."""
    by = {name: sum(one.severity == name for one in findings) for name in SEVERITIES}
    kinds = ", ".join(f"{count} {name}" for name, count in by.items() if count)
    return f"{len(findings)} finding{'s' if len(findings) != 1 else ''} ({kinds})"
