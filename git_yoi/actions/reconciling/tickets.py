"""The tickets that reconciling looks at; one that is damaged is named and passed over, and stops no other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from git_yoi.errors import YoiError

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.domain.ticket import Ticket


def in_progress(session: Session) -> Iterator[Ticket]:
    """Every ticket in progress that can be written, by its id."""
    return _tickets(session, "state = 'inprogress'")


def finished_by_merge(session: Session) -> Iterator[Ticket]:
    """Every done or closed ticket that records a merge and can be written, by its id."""
    return _tickets(session, "merge IS NOT NULL AND state IN ('done', 'closed')")


def _tickets(session: Session, condition: str) -> Iterator[Ticket]:
    snapshot, lookup, distrusted = session.snapshot(), session.lookup(), session.distrusted()
    for row in session.index().rows(f"SELECT id FROM tickets WHERE {condition} ORDER BY id"):  # noqa: S608  (one of two constants)
        ticket_id = str(row[0])
        problem = lookup.damage(ticket_id) or distrusted.get(ticket_id)
        try:
            if problem is None:
                yield session.ticket(snapshot, ticket_id)
        except YoiError as error:
            problem = error.cause or error.message
        if problem is not None:
            session.notice(f"notice: ticket {ticket_id} is damaged, and is passed over: {problem}")
