"""`git yoi unlink`: the end of a relation, also of one to a ticket that is not here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_yoi.actions.link import require_kind
from git_yoi.actions.write import Written, write
from git_yoi.domain.events import Unlink
from git_yoi.domain.ids import MIN_PREFIX, short_id
from git_yoi.errors import YoiError

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.domain.entry import Entry
    from git_yoi.domain.ticket import Ticket
    from git_yoi.store.snapshot import Snapshot


def unlink(session: Session, given: str, kind: str, other: str) -> Written:
    """Remove a relation that the ticket itself stores; YoiError `not-found` where it has none such."""
    require_kind(kind)

    def judge(_: Snapshot, ticket: Ticket) -> list[Entry]:
        return [session.entry(ticket.id, Unlink(kind, _related(ticket, kind, other)))]

    return write(session, "unlink", given, judge)


def _related(ticket: Ticket, kind: str, given: str) -> str:
    """The id that `given` names among the ticket's relations of that kind."""
    ids = [relation.id for relation in ticket.relations if relation.kind == kind]
    near = [found for found in ids if found.lower().startswith(given.lower())] if len(given) >= MIN_PREFIX else []
    found = [given] if given in ids else near
    if len(found) == 1:
        return found[0]
    if found:
        raise YoiError(
            "ambiguous", f"{given} names {len(found)} relations", cause=", ".join(found), hint="give the whole id"
        )
    raise YoiError(
        "not-found",
        f"ticket {short_id(ticket.id)} has no relation {kind} {given[:70]}",
        cause="only the ticket that stores a relation can end it",
        hint=f"`git yoi show {short_id(ticket.id)}` lists its relations",
    )
