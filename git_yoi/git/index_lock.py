"""Holding a worktree's index as git does, so that after a kill it can be told whose lock that was.

Git's own `index.lock` names nobody, and `git commit -a` keeps one for as long as its hooks and its editor take. So ours
is a hard link to a mark beside it: a lock that is not the same file as the mark is somebody else's, and stays.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from git_yoi.git.process import Git

_COPY = "yoi-index"
_MARK = "yoi-index.mark"
# A mere `git status` holds it for milliseconds.
_PATIENCE_SECONDS = 1.0


class IndexHeldError(Exception):
    """Another process holds the index, or one that was killed has left its lock, at `path`."""

    def __init__(self, path: Path) -> None:
        """Say where the lock is."""
        super().__init__(str(path))
        self.path = path


@contextmanager
def held_index(git: Git) -> Iterator[Path]:
    """A copy of the index to write to, which is the worktree's own at the end; IndexHeldError, OSError.

    The caller is the only one of this program in the worktree, and no child that an earlier one began still runs.
    """
    own = Path(git.text("rev-parse", "--path-format=absolute", "--git-path", "index"))
    copy, mark, lock = own.with_name(_COPY), own.with_name(_MARK), own.with_name("index.lock")
    let_go(own.parent)
    _take(mark, lock)
    try:
        if own.exists():
            # With its time: git tells by it which entries to look at again.
            shutil.copy2(own, copy)
        yield copy
        if copy.exists():
            copy.replace(own)
    finally:
        lock.unlink(missing_ok=True)
        let_go(own.parent)


def let_go(git_dir: Path) -> None:
    """Remove what a holder that was killed left in the git directory of a worktree, and nothing of anybody else's."""
    copy, mark, lock = git_dir / _COPY, git_dir / _MARK, git_dir / "index.lock"
    if mark.exists() and lock.exists() and mark.samefile(lock):
        lock.unlink()
    for path in (copy, copy.with_name(f"{copy.name}.lock"), mark):
        path.unlink(missing_ok=True)


def _take(mark: Path, lock: Path) -> None:
    mark.touch()
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not _link(mark, lock):
        if time.monotonic() > deadline:
            mark.unlink()
            raise IndexHeldError(lock)
        time.sleep(0.02)


def _link(mark: Path, lock: Path) -> bool:
    try:
        os.link(mark, lock)
    except FileExistsError:
        return False
    except PermissionError:
        # A file system without hard links: a lock that nobody can prove to be ours, should we be killed.
        return _create(lock)
    return True


def _create(lock: Path) -> bool:
    try:
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o666))
    except FileExistsError:
        return False
    return True
