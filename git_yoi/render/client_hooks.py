"""What `hooks` puts out on the hooks of a clone, and what people read who have to add lines by hand."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from git_yoi.domain.text import escape_controls
from git_yoi.hooks.client_shim import HOOKS

if TYPE_CHECKING:
    from git_yoi.actions.client_hooks import ClientChanged, ClientStatus
    from git_yoi.hooks.client_installer import Standing
    from git_yoi.hooks.client_place import Obstacle
    from git_yoi.hooks.client_probe import Probed

_HOW = {
    "config": "named in git's configuration, which runs what is there",
    "file": "each a hook of its own",
    "block": "each a block at the top of the hook that was there",
    "by-hand": "by the line that somebody added",
}
_WIDEST = max(map(len, HOOKS))


def changed_value(changed: ClientChanged) -> dict[str, object]:
    """The hooks in their forms."""
    return {"hooks": [_standing_value(one) for one in changed.standing]}


def installed_text(changed: ClientChanged) -> str:
    """One line on each form, one on what proves it, and one on the way out."""
    lines = [f"In: {line}" for line in _grouped(changed.standing)]
    lines += [_left_text(one) for one in changed.edited]
    lines.append("Next: git yoi hooks status (git runs each, to prove that it fires)")
    return "\n".join([*lines, "`git yoi hooks uninstall` takes them out again, and leaves no trace"])


def uninstalled_text(changed: ClientChanged) -> str:
    """One line on each form that was taken out, and on what stays for being somebody else's by now."""
    lines = [f"Out: {line}" for line in _grouped(one for one in changed.standing if not one.stays)]
    lines += [_left_text(one) for one in changed.edited]
    by_hand = dict.fromkeys(os.fspath(one.path) for one in changed.standing if one.how == "by-hand")
    lines += [escape_controls(f"Left: what was added by hand to {path}; it does nothing now") for path in by_hand]
    return "\n".join(lines or ["There were no hooks of git-yoi here"])


def status_value(status: ClientStatus) -> dict[str, object]:
    """Whether they are installed and all fire, and each with what was observed."""
    return {
        "installed": bool(status.probed),
        "fires": status.fires,
        "missing": list(status.missing),
        "timeout_is_0": status.idle,
        "hooks": [_probed_value(one) for one in status.probed],
    }


def status_text(status: ClientStatus) -> str:
    """One line on each hook and on the proof."""
    if not status.probed:
        return "The hooks are not installed here\nNext: git yoi hooks install"
    order = sorted(status.probed, key=lambda one: HOOKS.index(one.standing.hook))
    lines = [line for one in order for line in _probed_lines(one)]
    lines += [f"{hook:<{_WIDEST}}  is missing" for hook in status.missing]
    if status.idle:
        lines.append("yoi.hookTimeout is 0: they fire, but neither exchange tickets nor close any")
    lines += _next_lines(status)
    return "\n".join(lines)


def _next_lines(status: ClientStatus) -> Iterator[str]:
    if status.fires and all(one.standing.current for one in status.probed):
        yield "All of them fire"
        return
    remedies = dict.fromkeys(one.remedy for one in status.probed if one.remedy)
    yield from (escape_controls(f"Next: {remedy}") for remedy in remedies)
    old = [one for one in status.probed if not one.remedy and not (one.fires and one.standing.current)]
    if old or status.missing or any(one.standing.edited for one in status.probed):
        yield "Next: git yoi hooks install (brings them up to date)"


def obstacles_value(obstacles: tuple[Obstacle, ...]) -> list[dict[str, object]]:
    """Each hook that is not ours to change: why, and what to add to which file."""
    return [
        {
            "hook": one.hook,
            "path": os.fspath(one.file),
            "why": one.why,
            "manager": one.advice.manager or None,
            "file": os.fspath(one.advice.file),
            "add": "\n".join(one.advice.lines),
            "act": one.advice.act or f"add to {os.fspath(one.advice.file)}",
        }
        for one in obstacles
    ]


def obstacles_text(obstacles: tuple[Obstacle, ...]) -> str:
    """The lines to add, each under its file."""
    return "\n".join(line for one in obstacles for line in _obstacle_lines(one))


def _obstacle_lines(one: Obstacle) -> Iterator[str]:
    way = f"as {one.advice.manager} has it, " if one.advice.manager else ""
    yield escape_controls(f"{one.hook}: {one.why}")
    yield escape_controls(f"  {way}{one.advice.act or f'add to {one.advice.file}'}:")
    yield from (f"    {escape_controls(line)}" for line in one.advice.lines)


def _probed_lines(one: Probed) -> Iterator[str]:
    where = escape_controls(f"{one.standing.how}, {one.standing.path}")
    if one.fires:
        yield f"{one.standing.hook:<{_WIDEST}}  fires ({where})"
    else:
        yield f"{one.standing.hook:<{_WIDEST}}  does NOT fire ({where}): {escape_controls(one.observed)}"
    if one.fires and one.remedy:
        yield escape_controls(f"{one.standing.hook}: {one.remedy}")
    if not one.standing.current and not one.standing.edited:
        yield f"{one.standing.hook} is not as this git and this version want it: git yoi hooks install"


def _grouped(standing: Iterable[Standing]) -> Iterator[str]:
    """The hooks of each form, and where they are."""
    groups: dict[tuple[str, str], list[str]] = {}
    for one in standing:
        groups.setdefault((one.how, os.fspath(one.path.parent)), []).append(one.hook)
    for (how, folder), hooks in groups.items():
        yield escape_controls(f"{folder}, {_HOW[how]}:") + f"\n  {' '.join(hooks)}"


def _left_text(one: Standing) -> str:
    return escape_controls(f"Left: our lines in {one.path} were changed by hand; they are yours to remove")


def _standing_value(one: Standing) -> dict[str, object]:
    return {
        "hook": one.hook,
        "how": one.how,
        "path": os.fspath(one.path),
        "current": one.current,
        "edited": one.edited,
    }


def _probed_value(one: Probed) -> dict[str, object]:
    return {
        **_standing_value(one.standing),
        "fires": one.fires,
        "observed": escape_controls(one.observed),
        "remedy": escape_controls(one.remedy) or None,
    }
