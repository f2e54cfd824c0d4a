"""The tickets that reconciling looks at; one that is damaged is named and passed over, and stops no other."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from git_yoi.errors import YoiError
from git_yoi.merge.evidence.record import work_commits

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.domain.ticket import Ticket
    from git_yoi.merge.evidence.model import Evidence


@dataclass(frozen=True, slots=True)
class Recorded:
    """The merge that a finished ticket records: enough to see whether it stands, for there may be thousands."""

    id: str
    title: str
    commit: str
    head: str
    base: str | None
    strategy: str


def in_progress(session: Session) -> Iterator[Ticket]:
    """Every ticket in progress that can be written, by its id."""
    rows = session.index().rows("SELECT id FROM tickets WHERE state = 'inprogress' ORDER BY id")
    found = (writable(session, str(row[0])) for row in rows)
    return (ticket for ticket in found if ticket is not None)


def recorded_merges(session: Session) -> Mapping[str, list[Recorded]]:
    """The merge of every done or closed ticket that records one, by its target."""
    found: dict[str, list[Recorded]] = defaultdict(list)
    query = "SELECT id, title, merge FROM tickets WHERE merge IS NOT NULL AND state IN ('done', 'closed') ORDER BY id"
    for ticket_id, title, text in session.index().rows(query):
        merge = json.loads(text)
        commit, head, strategy = (str(merge[key]) for key in ("commit", "head", "strategy"))
        base = str(merge["base"]) if merge["base"] is not None else None
        found[str(merge["target"])].append(Recorded(ticket_id, title, commit, head, base, strategy))
    return found


def evidence_of(session: Session, record: Recorded, tip: str) -> Evidence | None:
    """What a recorded merge stands for; None where that is not here, or not what `tip` stands on."""
    return work_commits(
        session.repository,
        session.objects,
        commit=record.commit,
        head=record.head,
        base=record.base,
        strategy=record.strategy,
        target_tip=tip,
    )


def writable(session: Session, ticket_id: str) -> Ticket | None:
    """The ticket as it is now; None, and a notice, for one that is damaged."""
    problem = session.lookup().damage(ticket_id) or session.distrusted(ticket_id).get(ticket_id)
    try:
        if problem is None:
            return session.ticket(session.snapshot(), ticket_id)
    except YoiError as error:
        problem = error.cause or error.message
    session.notice(f"notice: ticket {ticket_id} is damaged, and is passed over: {problem}")
    return None
