"""`git yoi unblock`: the end of the mark that `block` sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_yoi.actions.checks import require_reason, require_state
from git_yoi.actions.write import Written, write
from git_yoi.domain.events import Unblock
from git_yoi.domain.ids import short_id
from git_yoi.domain.states import INPROGRESS, QUEUED
from git_yoi.errors import YoiError

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.domain.entry import Entry
    from git_yoi.domain.ticket import Ticket
    from git_yoi.store.snapshot import Snapshot


def unblock(session: Session, given: str, reason: str | None = None) -> Written:
    """Take the mark away, with a reason if one is given; relations that block stay as they are."""
    why = None if reason is None else require_reason(reason)

    def judge(_: Snapshot, ticket: Ticket) -> list[Entry]:
        require_state(ticket, "unblock", QUEUED, INPROGRESS)
        if ticket.blocked is None:
            raise YoiError(
                "illegal-transition",
                f"unblock is refused: ticket {short_id(ticket.id)} has no mark",
                cause="what blocks it, if anything, is another ticket",
                hint=f"`git yoi show {short_id(ticket.id)}` names its blockers",
            )
        return [session.entry(ticket.id, Unblock(why))]

    return write(session, "unblock", given, judge)
