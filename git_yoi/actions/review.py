"""`git yoi review`: a judgement of exactly the commit that the ticket's branch is at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from git_yoi.actions.checks import require_line, require_state, require_words
from git_yoi.actions.write import write
from git_yoi.domain.events import Finding, Review
from git_yoi.domain.finding import parse_finding
from git_yoi.domain.ids import short_id
from git_yoi.domain.states import DECISIONS, INPROGRESS
from git_yoi.errors import YoiError

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.domain.entry import Entry
    from git_yoi.domain.ticket import ReviewRecord, Ticket
    from git_yoi.store.snapshot import Snapshot

APPROVE, REQUEST_CHANGES, REVOKE = DECISIONS


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The ticket after a review, and the commit that was judged."""

    ticket: Ticket
    entry: str | None
    decision: str
    commit: str
    findings: tuple[Finding, ...]


def review(
    session: Session,
    given: str,
    decision: str,
    *,
    commit: str | None = None,
    text: str | None = None,
    findings: Sequence[str] = (),
) -> Reviewed:
    """Approve the branch's head, ask for changes, or revoke one's own review. YoiError `stale`, `not-authorized`."""
    if decision not in DECISIONS:
        raise YoiError("usage", f"{decision} is no decision", hint=f"one of {', '.join(DECISIONS)}")
    if text is not None:
        require_words("review", text)
    if commit is not None:
        require_line("revision", commit)
    remarks = _findings(decision, findings)

    def judge(_: Snapshot, ticket: Ticket) -> list[Entry]:
        require_state(ticket, "review", INPROGRESS)
        event = _revoked(session, ticket, commit) if decision == REVOKE else _judged(session, ticket, decision, commit)
        return [session.entry(ticket.id, _with(event, remarks), text or "")]

    written = write(session, "review", given, judge)
    mine = _own_review(session, written.ticket)
    if mine is None:
        raise RuntimeError("a review that left no record")
    return Reviewed(written.ticket, written.entry, decision, mine.commit, remarks)


def _with(event: Review, findings: tuple[Finding, ...]) -> Review:
    return Review(event.decision, event.commit, event.base, findings)


def _findings(decision: str, given: Sequence[str]) -> tuple[Finding, ...]:
    if given and decision == REVOKE:
        raise YoiError("usage", "a revoked review has no findings", hint="give them with --request-changes")
    found: list[Finding] = []
    for one in given:
        try:
            found.append(parse_finding(one))
        except ValueError as error:
            raise YoiError(
                "usage",
                f"the finding {one[:80]} cannot be read",
                cause=str(error),
                hint="for example: --finding 'minor:src/app.py:12:this name misleads'",
            ) from error
    return tuple(found)


def _judged(session: Session, ticket: Ticket, decision: str, commit: str | None) -> Review:
    """A judgement of the branch as it is now."""
    from git_yoi.git.branches import merge_base

    head = _head(session, ticket)
    _require_same(session, ticket, commit, head, f"branch {ticket.branch} is at")
    if decision == APPROVE:
        _require_foreign(session, ticket, head)
    target = _target_tip(session, ticket)
    base = merge_base(session.repository, target, head) if target is not None else None
    return Review(decision, head, base)


def _revoked(session: Session, ticket: Ticket, commit: str | None) -> Review:
    """The end of this reviewer's own judgement, whatever became of the branch since."""
    own = _own_review(session, ticket)
    if own is None or own.decision == REVOKE:
        raise YoiError(
            "illegal-transition",
            f"revoke is refused: {session.actor} has no review of ticket {short_id(ticket.id)}",
            cause="a review is revoked by who gave it",
            hint=f"`git yoi show {short_id(ticket.id)}` lists the reviews",
        )
    _require_same(session, ticket, commit, own.commit, "your review is of")
    return Review(REVOKE, own.commit, own.base)


def _own_review(session: Session, ticket: Ticket) -> ReviewRecord | None:
    return next((r for r in ticket.reviews if r.reviewer.same_as(session.actor)), None)


def _tip(session: Session, branch: str | None) -> str | None:
    from git_yoi.git.branches import head_of

    return head_of(session.repository, branch) if branch is not None else None


def _target_tip(session: Session, ticket: Ticket) -> str | None:
    """The target's commit that a completion is judged by: where tickets are shared, the remote's as it was fetched."""
    from git_yoi.git.refs import read_ref, remote_branch

    remote = session.settings.remote
    there = read_ref(session.repository, remote_branch(remote, ticket.target)) if remote and ticket.target else None
    return there or _tip(session, ticket.target)


def _head(session: Session, ticket: Ticket) -> str:
    from git_yoi.merge.readiness import fetch_hint

    head = _tip(session, ticket.branch)
    if head is None:
        raise YoiError(
            "not-found",
            f"there is no branch {ticket.branch} here to review",
            cause=f"ticket {short_id(ticket.id)} is worked on elsewhere, or its branch was deleted",
            hint=fetch_hint(session.settings.remote, ticket.branch or ""),
        )
    return head


def _require_same(session: Session, ticket: Ticket, given: str | None, commit: str, what: str) -> None:
    """YoiError `stale` when the revision that the reviewer names is another commit."""
    from git_yoi.git.branches import resolve_commit

    if given is None:
        return
    named = resolve_commit(session.repository, given)
    if named is None:
        raise YoiError("not-found", f"there is no commit {given[:80]}", hint=f"git log {ticket.branch}")
    if named != commit:
        raise YoiError(
            "stale",
            f"{given[:80]} is not what would be reviewed",
            cause=f"{what} {commit[:12]}, not at {named[:12]}" if "branch" in what else f"{what} {commit[:12]}",
            hint=f"read {commit[:12]}, then review that",
        )


def _require_foreign(session: Session, ticket: Ticket, head: str) -> None:
    """YoiError `not-authorized` when the reviewer wrote part of it, unless the policy allows that."""
    from git_yoi.config.policy import load_policy
    from git_yoi.git.commit_range import writers

    tip = _target_tip(session, ticket)
    if session.actor.email.casefold() not in writers(session.repository, tip, head):
        return
    policy_target = session.settings.target
    if policy_target is not None and load_policy(session.repository, policy_target).own_approval:
        return
    raise YoiError(
        "not-authorized",
        f"approve is refused: {session.actor} wrote part of {head[:12]}",
        cause="an approval is somebody else's",
        hint="ask somebody else to review it, or allow `approval: {own: true}` in .yoi.yaml",
    )
