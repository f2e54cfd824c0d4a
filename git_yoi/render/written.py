"""What a plain writing verb did: a line for people, and what JSON says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_yoi.domain.ids import short_id
from git_yoi.domain.text import escape_controls

if TYPE_CHECKING:
    from git_yoi.domain.ticket import Ticket


def written_value(ticket: Ticket, entry: str | None) -> dict[str, object]:
    """The ticket's id and state, and the commit of the new entry, null when there was nothing to write."""
    return {"id": ticket.id, "state": ticket.state, "entry": entry}


def written_text(ticket: Ticket, entry: str | None, *following: str) -> str:
    """One line on the ticket, then the lines `following`; that nothing was to be done comes first."""
    shown = escape_controls(f"{short_id(ticket.id)}  {ticket.state}  {ticket.title}")
    lines = [shown] if entry is not None else ["Nothing to do: it is so already.", shown]
    return "\n".join([*lines, *(escape_controls(line) for line in following if line)])


def branch_text(branch: str | None) -> str:
    """That a branch, and any worktree of it, is still there; empty for none."""
    if branch is None:
        return ""
    return f"Branch {branch} and its worktree, if any, stay: git yoi worktree list"
