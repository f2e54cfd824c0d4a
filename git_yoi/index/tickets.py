"""Tickets as `list` and its kin show them, straight from the tables."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from git_yoi.index.view import Index

# An unresolved depends-on, an incoming unresolved blocks, or the mark (contract.md, `blocked`); a ticket that nobody
# has, or whose file is bad, is not resolved.
_BLOCKED = """
t.mark IS NOT NULL
OR EXISTS (SELECT 1 FROM relations r LEFT JOIN tickets o ON o.id = r.other
           WHERE r.ticket = t.id AND r.kind = 'depends-on' AND coalesce(o.state, '') NOT IN ('done', 'closed'))
OR EXISTS (SELECT 1 FROM relations r JOIN tickets o ON o.id = r.ticket
           WHERE r.other = t.id AND r.kind = 'blocks' AND o.state NOT IN ('done', 'closed'))
"""
_FIELDS = f"""
t.id, t.title, t.state, t.priority, t.labels, t.assignees, {_BLOCKED}, t.created_at, t.created_by, t.updated_at,
t.holder, t.generation, t.branch, t.base, t.claim, t.mark,
(SELECT min(n) FROM entries e WHERE e.ticket = t.id)
"""  # noqa: S608  (this module's own text)


class Holding(NamedTuple):
    """Who holds a ticket, as the record says; `claim` is the nonce of the acceptance or takeover."""

    actor: str
    generation: int
    branch: str | None
    base: str | None
    claim: str


class Summary(NamedTuple):
    """A ticket in brief; times are seconds since the epoch, `mark` is the reason of a `block`.

    `place` grows in the order in which the record got the tickets, which tells apart those of one second.
    """

    id: str
    title: str
    state: str
    priority: str
    labels: tuple[str, ...]
    assignees: tuple[str, ...]
    blocked: bool
    created_at: int
    created_by: str
    updated_at: int
    holder: Holding | None
    mark: str | None
    place: int


def summaries(index: Index, *, ids: Sequence[str] | None = None, closed: bool = True) -> list[Summary]:
    """The tickets of these ids (None: every ticket), in no order; without `closed` the open ones only."""
    query = f"SELECT {_FIELDS} FROM tickets t"  # noqa: S608  (this module's own text)
    if ids is not None:
        query += " WHERE t.id IN (SELECT value FROM json_each(?))"
        return [_summary(row) for row in index.rows(query, (json.dumps(list(ids)),))]
    return [_summary(row) for row in index.rows(query if closed else query + " WHERE t.state <> 'closed'")]


def _summary(row: Sequence[Any]) -> Summary:
    # By position: a thousand calls with thirteen names each would cost a list 2 ms.
    holder = None if row[10] is None else Holding(row[10], row[11], row[12], row[13], row[14] or "")
    i, title, state, priority, labels, assignees, blocked, created_at, created_by, updated_at = row[:10]
    lists = (_strings(labels), _strings(assignees))
    return Summary(
        i,
        title,
        state,
        priority,
        *lists,
        bool(blocked),
        created_at,
        created_by,
        updated_at,
        holder,
        row[15],
        row[16] or 0,
    )


# A thousand tickets share a handful of label lists: reading each one's again costs a list 2 ms.
@lru_cache(maxsize=1024)
def _strings(text: str) -> tuple[str, ...]:
    return () if text == "[]" else tuple(json.loads(text))


def shown_prefixes(index: Index) -> dict[str, str]:
    """The shortest unambiguous prefix, at least four letters, of every ticket's id."""
    from git_yoi.domain.ids import MIN_PREFIX, common

    ids = [row[0] for row in index.rows("SELECT id FROM ids ORDER BY folded, id")]
    if not ids:
        return {}
    # In this order, an id shares most with one of its two neighbours.
    shared = [common(a, b) for a, b in pairwise(ids)]
    before, after = [0, *shared], [*shared, 0]
    return {i: i[: max(MIN_PREFIX, 1 + max(b, a))] for i, b, a in zip(ids, before, after, strict=True)}


def counts(index: Index) -> dict[str, int]:
    """How many tickets are in each state that occurs."""
    return dict(index.rows("SELECT state, count(*) FROM tickets GROUP BY state"))
