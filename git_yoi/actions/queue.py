"""`git yoi queue`: the human gate; `ready -> queued`, bound to the very text that was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_yoi.actions.checks import require_state
from git_yoi.actions.write import Written, write
from git_yoi.domain.events import StateChange
from git_yoi.domain.ids import short_id
from git_yoi.domain.relations import stops_queueing
from git_yoi.domain.states import QUEUED, READY
from git_yoi.domain.ticket import text_digest
from git_yoi.errors import YoiError

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.domain.entry import Entry
    from git_yoi.domain.ticket import Ticket
    from git_yoi.store.snapshot import Snapshot


def queue(session: Session, given: str) -> Written:
    """Let work on a ready ticket begin, or say so again of a queued one whose description changed."""

    def judge(snapshot: Snapshot, ticket: Ticket) -> list[Entry]:
        require_state(ticket, "queue", READY, QUEUED)
        digest = text_digest(ticket.body)
        if ticket.state == QUEUED and ticket.queued_text == digest:
            return []
        _require_startable_blockers(session, snapshot, ticket)
        return [session.entry(ticket.id, StateChange(ticket.state, QUEUED, text=digest))]

    return write(session, "queue", given, judge)


def _require_startable_blockers(session: Session, snapshot: Snapshot, ticket: Ticket) -> None:
    """YoiError `blocked` when a blocker is neither finished nor itself queued or in progress."""
    from git_yoi.store.lookup import blockers_of

    stopping = [b for b in blockers_of(session.lookup(snapshot), ticket.id) if stops_queueing(b)]
    if not stopping:
        return
    raise YoiError(
        "blocked",
        f"queue is refused: ticket {short_id(ticket.id)} waits for {_count(len(stopping))}",
        cause=", ".join(f"{short_id(b.id)} is in {b.state} ({b.kind})" for b in stopping[:10]),
        hint=f"queue {short_id(stopping[0].id)} first, or end the relation with `git yoi unlink`",
    )


def _count(tickets: int) -> str:
    return "a ticket that is not queued" if tickets == 1 else f"{tickets} tickets that are not queued"
