"""Lists of tickets: a line each, aligned on a terminal and tab-separated in a pipe; or JSON (contract.md)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from git_yoi.actions.holders import Holder
from git_yoi.actions.list_ import Listed
from git_yoi.domain.times import to_rfc3339
from git_yoi.index.tickets import Summary
from git_yoi.render.style import STATE_COLOURS, Style, columns, fit, one_line, pad

_LEAST_TITLE = 20
_MOST_MORE = 30


def summary_json(ticket: Summary, holder: Holder | None) -> dict[str, Any]:
    """The contract's list fields."""
    return {
        "id": ticket.id,
        "title": ticket.title,
        "state": ticket.state,
        "priority": ticket.priority,
        "labels": list(ticket.labels),
        "assignees": list(ticket.assignees),
        "blocked": ticket.blocked,
        "created_at": to_rfc3339(ticket.created_at),
        "created_by": ticket.created_by,
        "updated_at": to_rfc3339(ticket.updated_at),
        "holder": None if holder is None else holder._asdict(),
    }


def list_json(tickets: Sequence[Listed]) -> list[dict[str, Any]]:
    """A list as JSON."""
    return [summary_json(one.ticket, one.holder) for one in tickets]


def list_text(tickets: Sequence[Listed], style: Style) -> str:
    """A line a ticket."""
    if style.width is None:
        return "\n".join(_tabbed(one.ticket) for one in tickets)
    return "\n".join(aligned(tickets, style))


def _tabbed(t: Summary) -> str:
    """The whole id, for programs; then state, priority, title, labels, assignees, holder, and "blocked" or nothing."""
    holder = t.holder.actor if t.holder else ""
    parts = (t.title, ",".join(t.labels), ",".join(t.assignees), holder)
    return "\t".join([t.id, t.state, t.priority, *map(one_line, parts), "blocked" if t.blocked else ""])


def aligned(tickets: Sequence[Listed], style: Style, *, with_state: bool = True) -> list[str]:
    """Lines that fit the terminal: prefix, state, priority, title, then labels and holder as far as there is room."""
    prefix = max((columns(one.prefix) for one in tickets), default=0)
    state = max((len(one.ticket.state) for one in tickets), default=0)
    return [_line(one, style, prefix, state if with_state else 0) for one in tickets]


def _line(one: Listed, style: Style, prefix: int, state: int) -> str:
    t = one.ticket
    painted = [style.paint(pad(one.prefix, prefix), "yellow")]
    used = prefix + 2
    if state:
        painted.append(style.paint(pad(t.state, state), STATE_COLOURS.get(t.state)))
        used += state + 2
    painted.append(style.paint(t.priority, "red" if t.priority == "P0" else None))
    room = (style.width or 80) - used - len(t.priority) - 2
    more = fit(_more(one), min(_MOST_MORE, max(0, room - _LEAST_TITLE - 2)))
    title = fit(one_line(t.title), room - (columns(more) + 2 if more else 0))
    if not more:
        return "  ".join([*painted, title])
    gap = " " * (room - columns(title) - columns(more))
    return "  ".join([*painted, title + gap + style.paint(more, "red" if t.blocked else "dim")])


def _more(one: Listed) -> str:
    t = one.ticket
    words = ["blocked"] if t.blocked else []
    words += [one_line(t.holder.actor).partition(" <")[0]] if t.holder else []
    words += [f"#{one_line(label)}" for label in t.labels]
    return " ".join(words)
