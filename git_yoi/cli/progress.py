"""How far a long job is, for people who watch it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from git_yoi.cli.output import tell

_SECONDS = 0.2


def progress(verb: str, unit: str) -> Callable[[int, int], None]:
    """A counter on standard error, five times a second, and only on a terminal; it takes done and total."""
    if not sys.stderr.isatty():
        return lambda _done, _total: None
    last = [0.0]

    def show(done: int, total: int) -> None:
        now = time.monotonic()
        if done < total and now - last[0] < _SECONDS:
            return
        last[0] = now
        tell(f"\r{verb}: {done} of {total} {unit}", nl=done >= total)

    return show
