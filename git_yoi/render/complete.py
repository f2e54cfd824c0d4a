"""A completion, or its rehearsal, as text or JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from git_yoi.domain.ids import short_id
from git_yoi.domain.text import escape_controls
from git_yoi.render.dossier import dossier_json
from git_yoi.render.dossier_text import dossier_text
from git_yoi.render.style import one_line

if TYPE_CHECKING:
    from git_yoi.actions.complete import Completed
    from git_yoi.actions.rehearse import Refused, Rehearsed
    from git_yoi.domain.ticket import MergeRecord
    from git_yoi.worktree.remove import Cleaned


def completed_json(done: Completed) -> dict[str, Any]:
    """The contract's fields."""
    return {
        "id": done.id,
        "state": done.state,
        "merge": _merge_json(done.merge),
        "pushed": done.pushed,
        "cleaned": _cleaned_json(done.cleaned),
    }


def rehearsed_json(would: Rehearsed) -> dict[str, Any]:
    """The same fields as they would be, and the steps; the state is the one of now."""
    return {
        "id": would.id,
        "state": would.state,
        "dry_run": True,
        "steps": _steps_json(would.steps),
        "merge": _merge_json(would.merge),
        "pushed": would.pushed,
        "cleaned": _cleaned_json(would.cleaned),
    }


def refused_json(refused: Refused) -> dict[str, Any]:
    """What a refused rehearsal found: everything that is missing, and the steps; the dossier where a word is."""
    dossier = dossier_json(refused.dossier) if refused.dossier is not None else {}
    return {
        **dossier,
        "dry_run": True,
        "steps": _steps_json(refused.steps),
        "authority": {"policy": refused.authority, "needed": refused.needs_authority},
        "missing": [{"code": m.code, "text": m.text, "hint": m.hint} for m in refused.missing],
    }


def _steps_json(steps: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return [{"step": step, "judgement": text} for step, text in steps]


def _merge_json(merge: MergeRecord) -> dict[str, Any]:
    return {
        "commit": merge.commit,
        "target": merge.target,
        "head": merge.head,
        "base": merge.base,
        "strategy": merge.strategy,
        "validations": [asdict(one) for one in merge.validations],
    }


def _cleaned_json(cleaned: Cleaned) -> dict[str, Any]:
    return {"worktree": cleaned.worktree, "branch": cleaned.branch, "kept_because": list(cleaned.kept_because)}


def completed_lines(done: Completed) -> list[str]:
    """What stands below the ticket: what happened, in a few lines."""
    merge = done.merge
    lines = [f"Merged {merge.head[:12]} into {merge.target} as {merge.commit[:12]}"]
    if done.pushed:
        lines.append("Pushed, with the closing of the ticket, as one act")
    lines += [f"Passed {one.command.strip().splitlines()[0]} in {one.seconds:.1f} s" for one in merge.validations]
    removed = [what for what, gone in (("worktree", done.cleaned.worktree), ("branch", done.cleaned.branch)) if gone]
    if removed:
        lines.append(f"Removed its {' and '.join(removed)}")
    return lines + [f"Kept: {reason}" for reason in done.cleaned.kept_because]


def rehearsed_text(would: Rehearsed) -> str:
    """One line a step."""
    return _steps_text(would.id, would.title, would.steps)


def refused_text(refused: Refused) -> str:
    """The same of what would be refused; after the dossier, where a human has to read that."""
    steps = _steps_text(refused.id, refused.title, refused.steps)
    return f"{dossier_text(refused.dossier)}\n\n{steps}" if refused.dossier is not None else steps


def _steps_text(ticket_id: str, title: str, steps: tuple[tuple[str, str], ...]) -> str:
    width = max(len(step) for step, _ in steps)
    lines = [f"{short_id(ticket_id)}  {one_line(title)}"]
    lines += [f"  {step:<{width}}  {one_line(text)}" for step, text in steps]
    return escape_controls("\n".join([*lines, "Nothing was changed."]))
