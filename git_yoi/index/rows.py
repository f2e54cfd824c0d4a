"""Tickets and entries as rows of the index, pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from git_yoi.domain import events as ev
from git_yoi.domain.states import CLOSED, DONE, INPROGRESS, PLANNING, QUEUED

if TYPE_CHECKING:
    from git_yoi.domain.entry import Entry
    from git_yoi.domain.objective import Objective
    from git_yoi.domain.ticket import ReviewRecord, Ticket

Row = tuple[Any, ...]
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_LARGEST = (1 << 63) - 1  # SQLite's integers end there; a stranger's file may hold any number
_NAMED = re.compile(rb"\nYoi-Ticket: ([A-Za-z0-9][A-Za-z0-9-]{2,63})(?=\n|\Z)")


def ticket_row(t: Ticket) -> Row:
    """A ticket as a row of `tickets`, without its number."""
    return (
        t.id,
        t.title,
        t.state,
        t.priority,
        _json(t.labels),
        _json(t.assignees),
        t.created_at,
        str(t.created_by),
        t.updated_at,
        t.body,
        t.queued_text,
        min(t.generation, _LARGEST),
        t.claim,
        str(t.holder) if t.holder else None,
        t.branch,
        t.base,
        t.target,
        t.blocked,
        _json([asdict(a) for a in t.attachments]),
        _json([_review(r) for r in t.reviews]),
        _json(asdict(t.merge)) if t.merge else None,
        _json({"as": t.resolution.as_, "text": t.resolution.text, "by": t.resolution.by}) if t.resolution else None,
        None if t.imported is None else _json(t.imported),
    )


def _review(r: ReviewRecord) -> dict[str, Any]:
    return {
        "decision": r.decision,
        "commit": r.commit,
        "base": r.base,
        "reviewer": str(r.reviewer),
        "at": r.at,
        "findings": [asdict(f) for f in r.findings],
    }


def relation_rows(t: Ticket) -> Iterable[Row]:
    """What a ticket stores towards others, as rows of `relations`."""
    return ((t.id, n, r.kind, r.id, r.note) for n, r in enumerate(t.relations))


def objective_row(o: Objective) -> Row:
    """An objective as a row of `objectives`."""
    return (o.id, o.title, o.state, _json(o.tickets), o.created_at, str(o.created_by), o.updated_at, o.body)


def entry_row(n: int, oid: str, entry: Entry, before: str | None, rejected: str | None) -> tuple[Row, str | None]:
    """An entry as a row of `entries`, and the state after it; `before` is the ticket's state until then."""
    seen, to = _step(entry, before)
    row = (
        n,
        oid,
        entry.ticket,
        entry.event.name,
        str(entry.actor),
        entry.at,
        entry.role,
        entry.body,
        seen,
        to,
        getattr(entry.event, "reason", None),
        rejected,
        entry.nonce,
        _details(entry),
    )
    return row, before if rejected is not None or to is None else to


def _step(entry: Entry, before: str | None) -> tuple[str | None, str | None]:
    """The states that an entry names or implies; (None, None) where it is about no state."""
    match entry.event:
        case ev.Create():
            return None, PLANNING
        case ev.StateChange(from_=seen, to=to):
            return seen, to
        case ev.Accept(from_=seen):
            return seen, INPROGRESS
        case ev.Release():
            return INPROGRESS, QUEUED
        case ev.Merge():
            return before, DONE
        case ev.Close():
            return before, CLOSED
        case ev.Reopen():
            return before, PLANNING
        case ev.Import(state=str(state)):
            return before, state
        case ev.Repair():
            return before, entry.replacement.state if entry.replacement else None
    return None, None


def _details(entry: Entry) -> str:
    """What the event says besides, and where an imported entry came from, as JSON; "" for nothing."""
    event = entry.event
    values = {key: _plain(getattr(event, attribute)) for key, attribute in _shown(event.name)}
    kept = {key: value for key, value in values.items() if value not in (None, [])}
    if entry.imported is not None:
        kept["imported"] = entry.imported
    return _json(kept) if kept else ""


@cache
def _shown(event: str) -> tuple[tuple[str, str], ...]:
    """The key and the attribute of each detail: what has a column of its own, or is the ticket's title, is none."""
    told = {"from", "to", "reason"} | ({"title"} if event == ev.Create.name else set())
    named = ((str(f.metadata["trailer"]).lower(), f.name) for f in fields(ev.EVENTS[event]))
    return tuple((key, attribute) for key, attribute in named if key not in told)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [asdict(v) if is_dataclass(v) and not isinstance(v, type) else v for v in value]
    return value


def named_ticket(commit: bytes) -> str | None:
    """The ticket that a commit's message names, though it is corrupt; None where it names none, or two."""
    found = set(_NAMED.findall(commit))
    return found.pop().decode("ascii") if len(found) == 1 else None


def _json(value: object) -> str:
    return _ENCODER.encode(value)
