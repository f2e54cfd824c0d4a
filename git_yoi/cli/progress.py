"""How far a long job is, for people who watch it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from git_yoi.cli.command import wants
from git_yoi.cli.output import tell

_BETWEEN_SECONDS = 0.2
# What is over before anybody could wonder is not told.
_PATIENCE_SECONDS = 1.0


def progress(verb: str, unit: str) -> Callable[[int, int], None]:
    """A counter on standard error, five times a second, and only on a terminal; it takes done and total."""
    if wants("quiet") or not sys.stderr.isatty():
        return lambda _done, _total: None
    due, shown = 0.0, False

    def show(done: int, total: int) -> None:
        nonlocal due, shown
        now = time.monotonic()
        due = due or now + _PATIENCE_SECONDS
        if now < due and not (shown and done >= total):
            return
        due, shown = now + _BETWEEN_SECONDS, done < total
        tell(f"\r{verb}: {done} of {total} {unit}", nl=done >= total)

    return show
