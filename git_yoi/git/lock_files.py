"""Lock files that a killed git left behind; nothing in them tells whose they are, so their time and patience do."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterable
from pathlib import Path

# Git holds these for milliseconds; who still has the very same one after that long is dead.
_PATIENCE_SECONDS = 1.5


def remove_left_behind(paths: Iterable[Path], *, since: int) -> tuple[Path, ...]:
    """Remove those of the files that were made at `since` (nanoseconds, epoch) or later, and stay; OSError."""
    left = left_behind(paths, since=since)
    for path in left:
        path.unlink(missing_ok=True)
    return left


def left_behind(paths: Iterable[Path], *, since: int = 0) -> tuple[Path, ...]:
    """Those of the files that were made at `since` or later, and stay for longer than a living git keeps them."""
    left = {path: seen for path in paths if (seen := _identity(path)) is not None and seen[1] >= since}
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while left and time.monotonic() < deadline:
        time.sleep(0.02)
        left = {path: seen for path, seen in left.items() if _identity(path) == seen}
    return tuple(left)


def is_held(path: Path) -> bool:
    """Whether a living process has locked a file by `flock`, as ours are; a file that is not there is not held."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _identity(path: Path) -> tuple[int, int] | None:
    """Inode and time of change (nanoseconds, epoch), None when it is gone."""
    try:
        seen = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return seen.st_ino, seen.st_mtime_ns
