"""Lock files that a killed git left behind; nothing in them tells whose they are, so their time and patience do."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path

# Git holds these for milliseconds; who still has the very same one after that long is dead.
_PATIENCE_SECONDS = 1.5


def remove_left_behind(paths: Iterable[Path], *, since: int) -> None:
    """Remove those of the files that were made at `since` (seconds since the epoch) or later, and stay; OSError."""
    left = {path: seen for path in paths if (seen := _identity(path)) is not None and seen[1] >= since}
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while left and time.monotonic() < deadline:
        time.sleep(0.02)
        left = {path: seen for path, seen in left.items() if _identity(path) == seen}
    for path in left:
        path.unlink(missing_ok=True)


def _identity(path: Path) -> tuple[int, float] | None:
    """Inode and time of change, None when it is gone."""
    try:
        seen = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return seen.st_ino, seen.st_mtime
