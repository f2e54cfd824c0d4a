"""`git yoi complete --dry-run`: each step with its judgement; no ref, file, index or worktree is changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from git_yoi.actions.authority import require_role
from git_yoi.actions.complete import Wishes, candidate_of, check_wishes, judged, say_absent
from git_yoi.domain.ids import short_id
from git_yoi.domain.ticket import MergeRecord
from git_yoi.errors import YoiError
from git_yoi.merge.candidate import Candidate
from git_yoi.merge.gather import Gathered, Subject
from git_yoi.merge.journal import is_there
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


def rehearse(session: Session, given: str, wishes: Wishes) -> Rehearsed:
    """Judge a completion and build its merge, which nothing references; YoiError as `complete` would refuse.

    Validation commands are named, not run.
    """
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
    subject, gathered = judged(session, ticket_id, wishes)
    say_absent(session, gathered)
    candidate = candidate_of(session, subject, gathered, wishes)
    cleaned = _cleaning(session, subject, candidate, wishes)
    merge = MergeRecord(candidate.commit, subject.target, candidate.head, candidate.base, candidate.strategy)
    steps = tuple(_steps(subject, gathered, candidate, cleaned))
    return Rehearsed(ticket_id, subject.ticket.title, subject.ticket.state, steps, merge, cleaned, subject.shared)


def _cleaning(session: Session, subject: Subject, candidate: Candidate, wishes: Wishes) -> Cleaned:
    """What cleaning up would remove once the merge is there."""
    found = look_at(
        session.repository,
        ticket_id=subject.ticket.id,
        branch=subject.ticket.branch or "",
        merged_into=candidate.commit,
        merged_head=candidate.head,
        targets=target_branches(session.repository),
        current_directory=session.repository.directory,
    )
    verdict = judge(found.facts, keep_worktree=wishes.keep_worktree, keep_branch=wishes.keep_branch)
    return Cleaned(
        verdict.remove_worktree, verdict.remove_branch, tuple(dict.fromkeys(reason.text for reason in verdict.reasons))
    )


def _steps(subject: Subject, gathered: Gathered, candidate: Candidate, cleaned: Cleaned) -> list[tuple[str, str]]:
    ticket, facts = subject.ticket, gathered.facts
    verdict = facts.verdict
    approval = verdict.reason if verdict is not None else ""
    if verdict is not None and verdict.code is not None:
        approval = f"overridden by a human: {approval}"
    count = "1 commit" if facts.commits == 1 else f"{facts.commits} commits"
    merged = f"{count} of {ticket.branch} ({candidate.head[:12]}) into {subject.target} ({candidate.tip[:12]})"
    if candidate.strategy != "merge":
        merged += f" by {candidate.strategy}"
    steps = [
        ("state", f"{ticket.state}, held by {ticket.holder}"),
        ("approval", approval),
        ("authority", _authority(subject)),
        ("merge", f"{merged}, without conflicts, as {candidate.commit[:12]}"),
    ]
    steps += [
        ("validate", f"{c.run} (at most {c.timeout:g} s), in a scratch worktree") for c in subject.policy.validate
    ]
    if not subject.policy.validate:
        steps.append(("validate", "the policy names no command"))
    entries = "decision, merge and close" if verdict is not None and verdict.code is not None else "merge and close"
    steps.append(("land", f"{subject.target} and the entries {entries} of {short_id(ticket.id)}, {_how(subject)}"))
    steps += [("follow", f"{w.path} would follow; nothing there is in the way") for w in gathered.worktrees]
    steps.append(("clean up", _cleaning_text(cleaned)))
    return steps


def _how(subject: Subject) -> str:
    remote = subject.settings.remote
    return f"in one atomic push to {remote} (as of the last fetch)" if remote is not None else "in one transaction"


def _authority(subject: Subject) -> str:
    return "delegated by the policy" if subject.policy.authority == "delegated" else "authorized by a human"


def _cleaning_text(cleaned: Cleaned) -> str:
    removed = [what for what, gone in (("worktree", cleaned.worktree), ("branch", cleaned.branch)) if gone]
    said = f"its {' and '.join(removed)} would be removed" if removed else "nothing would be removed"
    return said + (f"; kept: {'; '.join(cleaned.kept_because)}" if cleaned.kept_because else "")
