"""The list of tickets' worktrees, as text and as JSON."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from git_yoi.domain.ids import short_id
from git_yoi.domain.times import to_rfc3339
from git_yoi.render.style import STATE_COLOURS, columns, one_line, pad

if TYPE_CHECKING:
    from collections.abc import Sequence

    from git_yoi.actions.prune import Pruned
    from git_yoi.actions.rescue import Kept
    from git_yoi.actions.worktree import Judged
    from git_yoi.domain.json_value import Json
    from git_yoi.render.style import Style

NOTHING_KEPT = "Nothing was removed in the last 14 days."


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


def pruned_json(done: Pruned) -> Json:
    """What was removed of each ticket, what was kept and why, and what was let go for good."""
    return {
        "dry_run": done.dry_run,
        "tickets": [
            {
                "id": judged.id,
                "state": judged.state,
                "branch": judged.branch,
                "worktree": judged.worktree,
                "removed": {"worktree": cleaned.worktree, "branch": cleaned.branch},
                "kept_because": list(cleaned.kept_because),
            }
            for judged, cleaned in done.tickets
        ],
        "expired": {
            "branches": [f"{one.key}/{one.branch}" for one in done.branches],
            "reflogs": [f"{one.key}/{one.head}" for one in done.reflogs],
            "directories": [str(one.folder) for one in done.folders],
            "failed": [{"directory": str(one.folder), "reason": one.reason} for one in done.stay],
        },
    }


def pruned_text(done: Pruned, *, piped: bool) -> str:
    """A line a ticket: what goes or went of it, and why the rest stays."""
    lines = []
    for judged, cleaned in done.tickets:
        gone = [what for what, is_gone in (("worktree", cleaned.worktree), ("branch", cleaned.branch)) if is_gone]
        said = f"{'would remove' if done.dry_run else 'removed'} its {' and '.join(gone)}" if gone else "kept"
        why = "; ".join(cleaned.kept_because)
        if piped:
            lines.append("\t".join(map(one_line, (judged.id, judged.branch, said, why))))
        else:
            lines.append(one_line(f"{short_id(judged.id)}  {judged.branch}  {said}{f': {why}' if why else ''}"))
    return "\n".join(lines)


def expired_text(done: Pruned) -> str:
    """What is older than it is kept, and that there was nothing at all, if so."""
    counts = ((done.branches, "branches"), (done.reflogs, "commits of reflogs"), (done.folders, "directories"))
    expired = [f"{len(found)} {what}" for found, what in counts if found]
    verb = "would be let go" if done.dry_run else "let go"
    lines = [f"Older than 14 days, {verb}: {', '.join(expired)}"] if expired else []
    lines += [one_line(f"Older than 14 days, and stays: {one.folder}: {one.reason}") for one in done.stay]
    nothing = [] if lines or done.tickets else ["Nothing of any ticket is here."]
    return "\n".join(lines or nothing)


def kept_json(kept: Kept) -> Json:
    """A removed branch, or (null) a commit that only its reflog led to, or a directory alone; `at` is when it went."""
    return {
        "key": kept.key,
        "ticket": kept.ticket,
        "branch": kept.branch or None,
        "head": kept.head or None,
        "at": to_rfc3339(kept.at),
        "directory": kept.directory,
    }


def kept_text(found: Sequence[Kept], *, piped: bool) -> str:
    """A line each: key, branch, commit, and where the directory lies."""
    rows = [_kept_fields(one) for one in found]
    if piped:
        return "\n".join("\t".join(map(one_line, row)) for row in rows)
    return "\n".join(one_line("  ".join(filter(None, row))) for row in rows) or NOTHING_KEPT


def _kept_fields(kept: Kept) -> tuple[str, ...]:
    what = kept.branch or ("(of a reflog)" if kept.head else "(no branch)")
    return kept.key, what, kept.head[:12], kept.directory or ""


def rescued_text(kept: Kept) -> str:
    """Which branch is here again, and where its files are."""
    lines = [f"Branch {kept.branch} is here again, at {kept.head[:12]}"]
    if kept.directory is not None:
        lines.append(f"Its directory, ignored files included, lies in {kept.directory}")
    lines.append(f"Next: git worktree add PATH {shlex.quote(kept.branch)}")
    return "\n".join(one_line(line) for line in lines)
