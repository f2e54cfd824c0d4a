"""A lock file as git has it, that can be told to be ours after a kill: a hard link to a mark beside it."""

from __future__ import annotations

import os
import time
from pathlib import Path


def take(mark: Path, lock: Path, *, seconds: float, mode: int) -> bool:
    """Link `mark`, which is there, to `lock`, for which git waits nowhere; False if it was held for so long."""
    deadline = time.monotonic() + seconds
    while not _link(mark, lock, mode):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def let_go(mark: Path, lock: Path) -> None:
    """Remove what a holder that was killed has left, and nothing of anybody else's."""
    if mark.exists() and lock.exists() and mark.samefile(lock):
        lock.unlink()
    mark.unlink(missing_ok=True)


def _link(mark: Path, lock: Path, mode: int) -> bool:
    try:
        os.link(mark, lock)
    except FileExistsError:
        return False
    except PermissionError:
        # A file system without hard links: a lock that nobody can prove to be ours, should we be killed.
        return _create(lock, mode)
    return True


def _create(lock: Path, mode: int) -> bool:
    try:
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, mode))
    except FileExistsError:
        return False
    return True
