"""Checks of what people give, made before anything is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_yoi.domain.ids import short_id
from git_yoi.domain.states import CLOSED, DONE, INPROGRESS, PLANNING, QUEUED, READY
from git_yoi.domain.text import line_problem, text_problem
from git_yoi.errors import YoiError

if TYPE_CHECKING:
    from git_yoi.domain.ticket import Ticket


def require_text(what: str, text: str) -> None:
    """YoiError `usage` when a text cannot be kept."""
    if problem := text_problem(text):
        raise YoiError(
            "usage", f"the {what} cannot be kept", cause=problem, hint="nothing was changed; give another text"
        )


def require_line(what: str, text: str) -> None:
    """YoiError `usage` when a one-line value cannot be kept."""
    if problem := line_problem(text):
        article = "an" if what[:1] in "aeiou" else "a"
        raise YoiError(
            "usage", f"the {what} cannot be kept", cause=problem, hint=f"{article} {what} is one line of plain text"
        )


def require_words(what: str, text: str) -> None:
    """YoiError `usage` when a text is blank, or cannot be kept."""
    if not text.strip():
        raise YoiError("usage", f"the {what} is empty", hint="give it with -m TEXT, -F FILE, or -F - (standard input)")
    require_text(what, text)


def require_state(ticket: Ticket, verb: str, *allowed: str) -> None:
    """YoiError `illegal-transition`, with what can be done instead, unless the ticket is in one of these states."""
    if ticket.state in allowed:
        return
    raise YoiError(
        "illegal-transition",
        f"{verb} is refused: ticket {short_id(ticket.id)} is in {ticket.state}",
        cause=f"{verb} takes a ticket in {' or '.join(allowed)}",
        hint=_WAY_ON[ticket.state].format(id=short_id(ticket.id)),
    )


_WAY_ON = {
    PLANNING: "`git yoi ready {id}` says that it is written down",
    READY: "`git yoi queue {id}` lets the work begin",
    QUEUED: "`git yoi start {id}` accepts it",
    INPROGRESS: "`git yoi show {id}` says who holds it",
    DONE: "`git yoi reopen {id} -m WHY` plans it anew",
    CLOSED: "`git yoi reopen {id} -m WHY` plans it anew",
}


def require_reason(text: str | None) -> str:
    """The reason that a verb demands; YoiError `usage` without one."""
    if text is None or not text.strip():
        raise YoiError("usage", "a reason is needed", hint="give it with -m WHY, or -F FILE")
    require_text("reason", text)
    return text
