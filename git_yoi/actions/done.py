"""`git yoi done`: the end of work that needs no merge; `inprogress -> done`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_yoi.actions.checks import require_reason, require_state
from git_yoi.actions.finish import Finished, finished, require_merged
from git_yoi.actions.write import write
from git_yoi.domain.events import StateChange
from git_yoi.domain.ids import short_id
from git_yoi.domain.states import DONE, INPROGRESS

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.domain.entry import Entry
    from git_yoi.domain.ticket import Ticket
    from git_yoi.store.snapshot import Snapshot


def done(session: Session, given: str, reason: str | None) -> Finished:
    """Say that a ticket in progress is finished; its branch and worktree stay. YoiError `not-merged`."""
    why = require_reason(reason)
    ended: str | None = None

    def judge(_: Snapshot, ticket: Ticket) -> list[Entry]:
        nonlocal ended
        require_state(ticket, "done", INPROGRESS)
        require_merged(session, ticket, f"`git yoi complete {short_id(ticket.id)}` merges it and closes the ticket")
        ended = ticket.claim
        return [session.entry(ticket.id, StateChange(INPROGRESS, DONE, reason=why))]

    written = write(session, "done", given, judge)
    return finished(session, written, ended)
