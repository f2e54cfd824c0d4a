"""What a plain writing verb did: a line for people, and what JSON says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_yoi.domain.ids import short_id
from git_yoi.domain.text import escape_controls
from git_yoi.render.style import one_line

if TYPE_CHECKING:
    from git_yoi.domain.ticket import Ticket


def written_value(ticket: Ticket, entry: str | None) -> dict[str, object]:
    """The ticket's id and state, and the commit of the new entry, null when there was nothing to write."""
    return {"id": ticket.id, "state": ticket.state, "entry": entry}


NOTHING = "Nothing to do: it is so already."


def ticket_line(ticket_id: str, state: str, title: str, *, piped: bool) -> str:
    """One line on a ticket: for people, or with the whole id and tabs for what reads a pipe."""
    if piped:
        return "\t".join((ticket_id, state, one_line(title)))
    return escape_controls(f"{short_id(ticket_id)}  {state}  {title}")


def branch_text(branch: str | None) -> str:
    """That a branch, and any worktree of it, is still there; empty for none."""
    if branch is None:
        return ""
    return f"Branch {branch} and its worktree, if any, stay: git yoi worktree list"
