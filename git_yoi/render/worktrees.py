"""The list of tickets' worktrees, as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_yoi.domain.ids import short_id
from git_yoi.domain.text import escape_controls

if TYPE_CHECKING:
    from git_yoi.actions.worktree import Judged
    from git_yoi.domain.json_value import Json


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


def judged_line(judged: Judged) -> str:
    """One line: id, state, branch, worktree, judgement; fields apart by tabs."""
    reasons = "; ".join(dict.fromkeys(reason.text for reason in judged.judgement.reasons))
    verdict = f"keep: {reasons}" if reasons else "can go"
    fields = (short_id(judged.id), judged.state, judged.branch, judged.worktree or "-", verdict)
    return "\t".join(escape_controls(field).replace("\t", " ").replace("\n", " ") for field in fields)
