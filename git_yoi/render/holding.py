"""What `start`, `takeover` and `release` tell: where the work goes on."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from git_yoi.domain.ids import short_id

if TYPE_CHECKING:
    from git_yoi.actions.holding import Held
    from git_yoi.actions.release import Released


def held_lines(held: Held) -> list[str]:
    """What stands below the ticket: its branch, and the command that goes there."""
    lines = [
        f"Branch {held.branch}, from {held.base[:12]}",
        f"Next: cd {shlex.quote(held.worktree)}" if held.worktree else f"Next: git switch {shlex.quote(held.branch)}",
    ]
    if held.remote_confirmed is False:
        lines.insert(1, "Accepted in this clone only: the shared remote has not confirmed it.")
    return lines


def released_lines(released: Released) -> list[str]:
    """What stands below the ticket: what stays of its work."""
    lines = []
    if released.branch is not None:
        where = f" in {released.worktree}" if released.worktree else ""
        lines.append(f"Branch {released.branch} stays{where}; the next start uses it again.")
    lines.append(f"Next: git yoi start {short_id(released.ticket.id)}, by whoever goes on")
    return lines
