"""One ticket in full: its row, its relations and its thread."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from git_yoi.index.view import Index


class ThreadEntry(NamedTuple):
    """An entry of a thread; `id` is its commit, `at` seconds since the epoch, `rejected` the code a join gave it.

    `details` is what its event says besides; `signed` that its commit carries a signature, of whatever worth.
    """

    id: str
    kind: str
    author: str
    at: int
    role: str
    body: str
    from_: str | None
    to: str | None
    reason: str | None
    rejected: str | None
    details: dict[str, Any]
    signed: bool


class Details(NamedTuple):
    """What a ticket's row holds beyond its summary; the structures are as the front matter has them.

    Times within `reviews` are seconds since the epoch.
    """

    body: str
    branch: str | None
    target: str | None
    attachments: list[dict[str, Any]]
    reviews: list[dict[str, Any]]
    merge: dict[str, Any] | None
    resolution: dict[str, Any] | None
    imported: dict[str, Any] | None


def thread(index: Index, ticket_id: str) -> list[ThreadEntry]:
    """A ticket's entries in the record's order."""
    query = (
        'SELECT id, kind, author, at, role, body, "from", "to", reason, rejected, data, id IN (SELECT id FROM signed)'
        " FROM entries WHERE ticket = ? AND kind <> 'objective' ORDER BY n"
    )
    rows = index.rows(query, (ticket_id,))
    return [ThreadEntry._make([*row[:-2], json.loads(row[-2] or "{}"), bool(row[-1])]) for row in rows]


def details(index: Index, ticket_id: str) -> Details | None:
    """A ticket's row, or None."""
    query = "SELECT body, branch, target, attachments, reviews, merge, resolution, imported FROM tickets WHERE id = ?"
    for body, branch, target, *structures in index.rows(query, (ticket_id,)):
        return Details(body, branch, target, *(json.loads(text or "null") for text in structures))
    return None


def relations(index: Index, ticket_id: str) -> list[tuple[str, str, str | None]]:
    """What the ticket stores towards others: kind, other, note."""
    query = "SELECT kind, other, note FROM relations WHERE ticket = ? ORDER BY n"
    return [tuple(row) for row in index.rows(query, (ticket_id,))]
