"""The list of tickets' worktrees, as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_yoi.domain.ids import short_id
from git_yoi.render.style import STATE_COLOURS, columns, one_line, pad

if TYPE_CHECKING:
    from collections.abc import Sequence

    from git_yoi.actions.worktree import Judged
    from git_yoi.domain.json_value import Json
    from git_yoi.render.style import Style


def judged_json(judged: Judged) -> Json:
    """One ticket's branch and worktree with the judgement."""
    verdict = judged.judgement
    return {
        "id": judged.id,
        "state": judged.state,
        "branch": judged.branch,
        "head": judged.head,
        "worktree": judged.worktree,
        "removable": {"worktree": verdict.remove_worktree, "branch": verdict.remove_branch},
        "reasons": [{"code": reason.code, "text": reason.text} for reason in verdict.reasons],
    }


def judged_text(found: Sequence[Judged], style: Style) -> str:
    """A line a ticket: id, state, branch, worktree, judgement; aligned on a terminal, apart by tabs in a pipe."""
    if style.width is None:
        return "\n".join("\t".join((judged.id, *_fields(judged), _verdict(judged))) for judged in found)
    rows = [(short_id(judged.id), *_fields(judged)) for judged in found]
    widths = [max(columns(row[n]) for row in rows) for n in range(4)] if rows else []
    lines = []
    for judged, row in zip(found, rows, strict=True):
        cells = [pad(text, width) for text, width in zip(row, widths, strict=True)]
        cells[0] = style.paint(cells[0], "yellow")
        cells[1] = style.paint(cells[1], STATE_COLOURS.get(judged.state))
        lines.append("  ".join([*cells, _verdict(judged)]))
    return "\n".join(lines)


def _fields(judged: Judged) -> tuple[str, str, str]:
    return judged.state, one_line(judged.branch), one_line(judged.worktree or "-")


def _verdict(judged: Judged) -> str:
    reasons = "; ".join(dict.fromkeys(reason.text for reason in judged.judgement.reasons))
    return one_line(f"keep: {reasons}" if reasons else "can go")
