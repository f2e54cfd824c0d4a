"""Holding a worktree's index as git does, so that after a kill it can be told whose lock that was.

Git's own `index.lock` names nobody, and `git commit -a` keeps one for as long as its hooks and its editor take. So ours
is a hard link to a mark beside it: a lock that is not the same file as the mark is somebody else's, and stays.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from git_yoi.git import marked_lock
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
    copy = git_dir / _COPY
    for path in (copy, copy.with_name(f"{copy.name}.lock")):
        path.unlink(missing_ok=True)
    marked_lock.let_go(git_dir / _MARK, git_dir / "index.lock")


def _take(mark: Path, lock: Path) -> None:
    mark.touch()
    if not marked_lock.take(mark, lock, seconds=_PATIENCE_SECONDS, mode=0o666):
        mark.unlink()
        raise IndexHeldError(lock)
