"""Up to which commit of a target something was looked for: what came before that needs no second look.

A small local file, safe to delete at any moment: without it everything is looked at once more.
"""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Collection, Mapping
from pathlib import Path

FILE = "looked-at.json"
_EVERY_SECONDS = 1.0


class LookedAt:
    """What was looked at, by a key of the caller's; what is noted counts from the next command on.

    With `keeps` it is written on the way as well: who is stopped before the end, as a hook is, goes on there next time.
    """

    def __init__(self, private: Path, *, keeps: bool = False) -> None:
        """Read what the last command left; nothing where the file is missing or is not ours."""
        self._next = time.monotonic() + _EVERY_SECONDS if keeps else math.inf
        self._file = private / FILE
        self._before = self._stored = _read(self._file)
        self._noted: dict[str, tuple[str, frozenset[str]]] = {}

    def at(self, key: str) -> tuple[str | None, frozenset[str]]:
        """The target's commit of the last look, and what the look was for (merges, an acceptance)."""
        return self._before.get(key, (None, frozenset()))

    def note(self, key: str, tip: str, what: Collection[str]) -> None:
        """Keep that this was looked for up to `tip`."""
        self._noted[key] = (tip, frozenset(what))
        if time.monotonic() > self._next:
            self._write({**self._before, **self._noted})
            self._next = time.monotonic() + _EVERY_SECONDS

    def save(self) -> None:
        """Write down what was noted, and drop what was not; one that cannot be written costs a longer look, no more."""
        if self._noted != self._stored:
            self._write(self._noted)

    def _write(self, values: Mapping[str, tuple[str, frozenset[str]]]) -> None:
        new = self._file.with_name(f"{FILE}.{os.getpid()}.new")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            new.write_text(json.dumps({key: [tip, sorted(what)] for key, (tip, what) in values.items()}))
            new.replace(self._file)
            self._stored = dict(values)
        except OSError:
            new.unlink(missing_ok=True)


def _read(file: Path) -> dict[str, tuple[str, frozenset[str]]]:
    try:
        values = json.loads(file.read_bytes())
        return {str(key): (str(tip), frozenset(map(str, what))) for key, (tip, what) in values.items()}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return {}
