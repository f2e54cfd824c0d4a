"""`git yoi return`: back to planning, because something is not thought through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_yoi.actions.checks import require_reason, require_state
from git_yoi.actions.write import Written, write
from git_yoi.domain.events import StateChange
from git_yoi.domain.states import PLANNING, QUEUED, READY

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.domain.entry import Entry
    from git_yoi.domain.ticket import Ticket
    from git_yoi.store.snapshot import Snapshot


def return_(session: Session, given: str, reason: str | None) -> Written:
    """Take a ready or queued ticket back to planning, for a reason."""
    why = require_reason(reason)

    def judge(_: Snapshot, ticket: Ticket) -> list[Entry]:
        require_state(ticket, "return", READY, QUEUED)
        return [session.entry(ticket.id, StateChange(ticket.state, PLANNING, reason=why))]

    return write(session, "return", given, judge)
