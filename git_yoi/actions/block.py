"""`git yoi block`: a mark that stops acceptance and completion; the state stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_yoi.actions.checks import require_reason, require_state
from git_yoi.actions.write import Written, write
from git_yoi.domain.events import Block
from git_yoi.domain.states import INPROGRESS, QUEUED

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.domain.entry import Entry
    from git_yoi.domain.ticket import Ticket
    from git_yoi.store.snapshot import Snapshot


def block(session: Session, given: str, reason: str | None) -> Written:
    """Mark a queued or started ticket as blocked, for a reason; an older reason gives way to the new one."""
    why = require_reason(reason)

    def judge(_: Snapshot, ticket: Ticket) -> list[Entry]:
        require_state(ticket, "block", QUEUED, INPROGRESS)
        return [session.entry(ticket.id, Block(why))]

    return write(session, "block", given, judge)
