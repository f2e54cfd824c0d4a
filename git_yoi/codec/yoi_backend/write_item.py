"""item.md of a ticket of ours."""

from __future__ import annotations

import json
import re

from git_yoi.codec.yoi_backend.source import FORMAT
from git_yoi.codec.yoi_backend.vocabulary import priority_of, state_of
from git_yoi.domain.json_value import Json
from git_yoi.domain.ticket import Ticket
from git_yoi.domain.times import from_rfc3339, to_rfc3339

_KEY = re.compile(r"[A-Za-z_][\w.-]*\Z", re.ASCII)
_QUOTABLE = re.compile("[ -~\u00a1-\u2027\u202f-\u205f\u3000-\ud7ff\uf900-\ufdcf]*\\Z")


def write_item(ticket: Ticket) -> str:
    """Front matter, an empty line, and the description byte for byte."""
    lines = [f"{_key(key)}: {_value(value)}\n" for key, value in _front(ticket).items()]
    return "---\n" + "".join(lines) + "---\n\n" + ticket.body


def _front(ticket: Ticket) -> dict[str, Json]:
    """What the ticket is now, over what its item.md said when it came."""
    came = ticket.imported or {}
    front = came.get("front") if came.get("format") == FORMAT else None
    kept: dict[str, Json] = dict(front) if isinstance(front, dict) else {}
    now: dict[str, Json] = {"title": ticket.title, "state": ticket.state}
    now["created_at"] = _time(kept.get("created_at"), ticket.created_at)
    now["updated_at"] = _time(kept.get("updated_at"), ticket.updated_at, later=True)
    if ticket.assignees or "assignee" in kept or not kept:
        now["assignee"] = ticket.assignees[0] if ticket.assignees else None
    state = kept.get("state")
    if isinstance(state, str) and state_of(state) == ticket.state:
        now["state"] = state
    for key, values in (("assignees", list(ticket.assignees[1:])), ("labels", list(ticket.labels))):
        if values or key in kept:
            now[key] = list[Json](values)
    said = kept.get("priority")
    if ticket.priority != (priority_of(said) if isinstance(said, str) else None) and (said or ticket.priority != "P2"):
        now["priority"] = ticket.priority
    return {key: now.get(key, value) for key, value in kept.items()} | now


def _time(said: Json, seconds: int, *, later: bool = False) -> str:
    """The time as it was spelled, where it still is that time, or `later`: not every change there had an entry."""
    try:
        then = from_rfc3339(said) if isinstance(said, str) else None
    except (ValueError, OverflowError):
        then = None
    kept = then is not None and (then == seconds or (later and then > seconds))
    return said if kept and isinstance(said, str) else to_rfc3339(seconds)


def _key(key: str) -> str:
    return key if _KEY.match(key) else json.dumps(key)


def _value(value: Json) -> str:
    """A text in single quotes as the tracker writes it, anything else in JSON, which YAML reads too."""
    if isinstance(value, str) and _QUOTABLE.match(value):
        return "'" + value.replace("'", "''") + "'"
    return json.dumps(value)
