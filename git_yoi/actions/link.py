"""`git yoi link`: relate a ticket to another; what waits for each other in a circle is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_yoi.actions.checks import require_line
from git_yoi.actions.write import Written, write
from git_yoi.domain.events import Link
from git_yoi.domain.ids import short_id
from git_yoi.domain.relations import KINDS, cycle
from git_yoi.domain.ticket import Relation
from git_yoi.errors import YoiError

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.domain.entry import Entry
    from git_yoi.domain.ticket import Ticket
    from git_yoi.store.snapshot import Snapshot


def link(session: Session, given: str, kind: str, other: str, *, note: str | None = None) -> Written:
    """Store a forward relation; one of the same kind and ticket gets the new note."""
    require_kind(kind)
    if note is not None:
        require_line("note", note)
    awaited = session.resolve(other)

    def judge(snapshot: Snapshot, ticket: Ticket) -> list[Entry]:
        if awaited == ticket.id:
            raise YoiError("usage", "a ticket has no relation to itself", hint="name another ticket")
        session.ticket(snapshot, awaited)
        if Relation(kind, awaited, note) in ticket.relations:
            return []
        _require_no_circle(session, snapshot, ticket.id, kind, awaited)
        return [session.entry(ticket.id, Link(kind, awaited, note))]

    return write(session, "link", given, judge)


def require_kind(kind: str) -> None:
    """YoiError `usage` for a word that is no kind of relation."""
    if kind not in KINDS:
        raise YoiError("usage", f"{kind} is no relation", hint=f"one of {', '.join(KINDS)}")


def _require_no_circle(session: Session, snapshot: Snapshot, ticket_id: str, kind: str, other: str) -> None:
    from git_yoi.store.lookup import waits_for

    lookup = session.lookup(snapshot)
    circle = cycle(ticket_id, kind, other, lambda ticket: waits_for(lookup, ticket))
    if circle is None:
        return
    raise YoiError(
        "illegal-transition",
        "the tickets would wait for each other",
        cause=" waits for ".join(short_id(ticket) for ticket in circle),
        hint="end one of these relations with `git yoi unlink`, or use the relation `related`",
    )
