"""`git yoi ready`: what is to be done is written down; `planning -> ready`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_yoi.actions.checks import require_state
from git_yoi.actions.write import Written, write
from git_yoi.domain.events import StateChange
from git_yoi.domain.ids import short_id
from git_yoi.domain.states import PLANNING, READY
from git_yoi.errors import YoiError

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.domain.entry import Entry
    from git_yoi.domain.ticket import Ticket
    from git_yoi.store.snapshot import Snapshot


def ready(session: Session, given: str) -> Written:
    """Take a ticket in planning that has a description to ready."""

    def judge(_: Snapshot, ticket: Ticket) -> list[Entry]:
        require_state(ticket, "ready", PLANNING)
        _require_description(ticket)
        return [session.entry(ticket.id, StateChange(PLANNING, READY))]

    return write(session, "ready", given, judge)


def _require_description(ticket: Ticket) -> None:
    if ticket.body.strip():
        return
    shown = short_id(ticket.id)
    raise YoiError(
        "illegal-transition",
        f"ready is refused: ticket {shown} has no description",
        cause="nobody could tell when it is finished",
        hint=f"git yoi edit {shown} -m DESCRIPTION",
    )
