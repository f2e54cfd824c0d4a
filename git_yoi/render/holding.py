"""What `start`, `takeover` and `release` tell: where the work goes on."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from git_yoi.domain.ids import short_id
from git_yoi.domain.text import escape_controls

if TYPE_CHECKING:
    from git_yoi.actions.holding import Held
    from git_yoi.actions.release import Released


def held_text(held: Held) -> str:
    """The ticket, its branch, and the command that goes there."""
    lines = [
        f"{short_id(held.id)}  {held.state}  {held.title}",
        f"Branch {held.branch}, from {held.base[:12]}",
        f"Next: cd {shlex.quote(held.worktree)}" if held.worktree else f"Next: git switch {shlex.quote(held.branch)}",
    ]
    if held.remote_confirmed is False:
        lines.insert(2, "Accepted in this clone only: the shared remote has not confirmed it.")
    return escape_controls("\n".join(lines))


def released_text(released: Released) -> str:
    """The ticket, and what stays of its work."""
    name = short_id(released.ticket.id)
    lines = [f"{name}  {released.ticket.state}  {released.ticket.title}"]
    if released.branch is not None:
        where = f" in {released.worktree}" if released.worktree else ""
        lines.append(f"Branch {released.branch} stays{where}; the next start uses it again.")
    lines.append(f"Next: git yoi start {name}, by whoever goes on")
    return escape_controls("\n".join(lines))
