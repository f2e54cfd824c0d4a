"""The table of what looks like a merge and is none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.merge.evidence.scene import TICKET, Scene

MARK = f"\n\nTicket: {TICKET}"
MISSES: dict[str, tuple[str, Callable[[Path], Scene]]] = {}


def miss(code: str) -> Callable[[Callable[[Path], Scene]], Callable[[Path], Scene]]:
    """Put a case into the table: it makes a repository of which `find_merge` must answer `code`."""

    def add(make: Callable[[Path], Scene]) -> Callable[[Path], Scene]:
        MISSES[make.__name__] = (code, make)
        return make

    return add


def more(scene: Scene) -> None:
    scene.git("checkout", "-q", "work")
    scene.write("One more", onemore="x\n")
    scene.git("checkout", "-q", "main")
