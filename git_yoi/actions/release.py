"""`git yoi release`: the holder gives the ticket back to the queue; branch and worktree stay for the next start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from git_yoi.actions.checks import require_reason, require_state
from git_yoi.actions.report import held_claim
from git_yoi.actions.write import Written, write
from git_yoi.domain.events import Release
from git_yoi.domain.states import INPROGRESS
from git_yoi.store.claims import drop_claim, lock_claim

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.domain.entry import Entry
    from git_yoi.domain.ticket import Ticket
    from git_yoi.store.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Released:
    """The ticket afterwards, and what stays in this clone: branch and worktree, None where there is none."""

    ticket: Ticket
    entry: str | None
    branch: str | None
    worktree: str | None


def release(session: Session, given: str, reason: str | None) -> Released:
    """End this actor's own claim, of this clone. YoiError `taken`, `fenced`, `illegal-transition`."""
    why = require_reason(reason)
    ticket_id = session.resolve(given)

    def judge(snapshot: Snapshot, ticket: Ticket) -> list[Entry]:
        require_state(ticket, "release", INPROGRESS)
        return [session.entry(ticket.id, Release(held_claim(session, snapshot, ticket), why))]

    # Locked: a start that is still making the worktree must not be left with a ticket that nobody holds.
    with lock_claim(session.repository.private, ticket_id):
        written = write(session, "release", ticket_id, judge)
        drop_claim(session.repository.private, ticket_id)
    return _told(session, written)


def _told(session: Session, written: Written) -> Released:
    from git_yoi.git.branches import head_of
    from git_yoi.git.worktree_state import users_of
    from git_yoi.git.worktrees import list_worktrees

    branch = written.ticket.branch
    if branch is None or head_of(session.repository, branch) is None:
        return Released(written.ticket, written.entry, None, None)
    there = [w for w in users_of(session.repository, list_worktrees(session.repository), branch) if not w.missing]
    return Released(written.ticket, written.entry, branch, str(there[0].path) if there else None)
