"""`git yoi reopen`: a finished ticket is planned anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_yoi.actions.checks import require_reason, require_state
from git_yoi.actions.write import Written, write
from git_yoi.domain.events import Reopen
from git_yoi.domain.states import CLOSED, DONE

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.domain.entry import Entry
    from git_yoi.domain.ticket import Ticket
    from git_yoi.store.snapshot import Snapshot


def reopen(session: Session, given: str, reason: str | None) -> Written:
    """Take a done or closed ticket back to planning, for a reason."""
    why = require_reason(reason)

    def judge(_: Snapshot, ticket: Ticket) -> list[Entry]:
        require_state(ticket, "reopen", DONE, CLOSED)
        return [session.entry(ticket.id, Reopen(why))]

    return write(session, "reopen", given, judge)
