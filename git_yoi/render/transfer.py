"""What an import or export came to, for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from git_yoi.domain.text import escape_controls

if TYPE_CHECKING:
    from git_yoi.actions.export import Exported
    from git_yoi.actions.importing import Imported
    from git_yoi.codec.yoi_backend.source import Problem

# More would scroll the result away; `--json` has all of them.
_MAX_SHOWN = 40


def imported_text(made: Imported) -> str:
    """The counts, then what could not be taken over as it stands."""
    counts = f"{made.tickets} tickets read: {made.new} new, {made.updated} with news, {made.unchanged} unchanged"
    counts += f", {made.refused} refused" if made.refused else ""
    counts += f"; {made.thread_entries} thread entries read, {made.entries} entries added"
    return "\n".join([counts, *_problems(made.unmapped)])


def exported_text(made: Exported) -> str:
    """The counts, where to, then what the format cannot say."""
    return "\n".join([f"{made.tickets} tickets, {made.entries} entries: {made.path}", *_problems(made.unmapped)])


def _problems(problems: Sequence[Problem]) -> list[str]:
    lines = [f"  {_where(problem)}: {escape_controls(problem.what)}" for problem in problems[:_MAX_SHOWN]]
    if len(problems) > _MAX_SHOWN:
        lines.append(f"  and {len(problems) - _MAX_SHOWN} more; --json has all of them")
    return [f"{len(problems)} not taken over as they stand:", *lines] if lines else []


def _where(problem: Problem) -> str:
    parts = [part for part in (problem.ticket, problem.file, str(problem.line or "")) if part]
    return escape_controls(" ".join(":".join(parts).splitlines())) or "?"
