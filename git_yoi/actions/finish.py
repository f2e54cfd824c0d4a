"""What `done` and `close` share: no unmerged work is called finished, and the claim ends with the ticket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from git_yoi.domain.ids import short_id
from git_yoi.errors import YoiError

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.actions.write import Written
    from git_yoi.domain.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Finished:
    """The ticket after `done` or `close`; `branch` is the one that is still here, None where there is none."""

    ticket: Ticket
    entry: str | None
    branch: str | None


def finished(session: Session, written: Written, ended: str | None) -> Finished:
    """Drop this clone's record of the claim `ended`, if it is its own, and tell which branch stays."""
    from git_yoi.git.branches import head_of
    from git_yoi.store.claims import drop_claim, my_claim

    ticket, private = written.ticket, session.repository.private
    # By its nonce: a `start` that came after us may have a new record here already.
    if ended is not None and my_claim(private, ticket.id) == ended:
        drop_claim(private, ticket.id)
    kept = ticket.branch is not None and head_of(session.repository, ticket.branch) is not None
    return Finished(ticket, written.entry, ticket.branch if kept else None)


def require_merged(session: Session, ticket: Ticket, hint: str) -> None:
    """YoiError `not-merged` while the ticket's branch has commits that its target lacks."""
    from git_yoi.git.branches import head_of
    from git_yoi.git.commit_range import missing_commits

    head = head_of(session.repository, ticket.branch) if ticket.branch is not None else None
    if head is None:
        return
    target = ticket.target or session.settings.target
    missing = missing_commits(session.repository, target, head)
    if not missing:
        return
    raise YoiError(
        "not-merged",
        f"the work on ticket {short_id(ticket.id)} is not merged",
        cause=f"branch {ticket.branch} has {_commits(missing)} that {target or 'no target'} lacks",
        hint=hint,
    )


def _commits(count: int) -> str:
    return "a commit" if count == 1 else f"{count} commits"
