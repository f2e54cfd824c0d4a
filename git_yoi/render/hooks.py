"""What `hooks` puts out, and what a refused pusher reads."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from git_yoi.domain.ids import short_id
from git_yoi.domain.text import escape_controls
from git_yoi.hooks.probe import EXPECTED

if TYPE_CHECKING:
    from git_yoi.actions.hooks import Changed, Status
    from git_yoi.hooks.installer import Guard
    from git_yoi.hooks.pre_receive import Refused
    from git_yoi.store.findings import Problem

_HOW = {
    "config": "named in git's configuration",
    "file": "a hook of its own",
    "block": "a block at the top of the hook that was there",
}
_SHOWN = 5
_LONGEST = 300


def changed_value(changed: Changed) -> dict[str, object]:
    """The guard's forms, and the ticket ref."""
    return {"ref": changed.ref, "guards": [_guard_value(guard) for guard in changed.guards]}


def installed_text(changed: Changed) -> str:
    """One line on where the guard is, and one on what proves it."""
    lines = [f"The guard of {changed.ref} is in: {_guard_text(guard)}" for guard in changed.guards]
    return "\n".join([*lines, "Next: git yoi hooks status --server (pushes a forged entry, which must be refused)"])


def uninstalled_text(changed: Changed) -> str:
    """One line on each form that was taken out."""
    lines = [f"The guard is out: {_guard_text(guard)}" for guard in changed.guards]
    return "\n".join(lines or ["There was no guard here"])


def status_value(status: Status) -> dict[str, object]:
    """Whether it is installed and fires, with what was expected and what was observed."""
    probed = status.probed
    return {
        "ref": status.ref,
        "installed": bool(status.guards),
        "fires": probed is not None and probed.fires,
        "expected": EXPECTED if probed is not None else None,
        "observed": escape_controls(probed.observed) if probed is not None else None,
        "guards": [_guard_value(guard) for guard in status.guards],
    }


def status_text(status: Status) -> str:
    """Two lines on each form, and two on the proof."""
    if status.probed is None:
        return "The guard is not installed here\nNext: git yoi hooks install --server"
    lines = [f"The guard of {status.ref} is in: {_guard_text(guard)}" for guard in status.guards]
    lines += ["It is an older one: git yoi hooks install --server" for guard in status.guards if not guard.current]
    lines += [f"expected: {EXPECTED}", f"observed: {escape_controls(status.probed.observed)}"]
    lines.append("It fires" if status.probed.fires else "It does NOT fire: entries come in unjudged")
    return "\n".join(lines)


def refusal_lines(refused: tuple[Refused, ...]) -> Iterator[str]:
    """What the pusher reads: the ref, then the first few reasons, each with its entry and ticket."""
    for one in refused[:_SHOWN]:
        yield _line(f"{one.ref} is refused, and with it the whole push: nothing was changed")
        for problem in one.problems[:_SHOWN]:
            yield _line(_reason(one.ref, problem))
        if len(one.problems) > _SHOWN:
            yield _line(f"and {len(one.problems) - _SHOWN} more: git yoi fsck, where this was pushed from, names all")
    if len(refused) > _SHOWN:
        yield _line(f"and {len(refused) - _SHOWN} more refs")


def _reason(ref: str, problem: Problem) -> str:
    entry = f"entry {problem.where[:12]}, " if problem.where != ref else ""
    tickets = f"ticket {', '.join(short_id(t) for t in sorted(problem.tickets)[:3])}, " if problem.tickets else ""
    return f"{entry}{tickets}{problem.code}: {problem.message}"


def _line(text: str) -> str:
    shown = escape_controls(" ".join(text.split("\n")))
    return "git-yoi: " + (shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "…")


def _guard_value(guard: Guard) -> dict[str, object]:
    return {"hook": "pre-receive", "how": guard.how, "path": os.fspath(guard.path), "current": guard.current}


def _guard_text(guard: Guard) -> str:
    return escape_controls(f"pre-receive, {_HOW[guard.how]}, {guard.path}")
