"""Lock files that a killed git process left; nothing in them tells whose they are, so their time and patience do."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from git_yoi.git.index_lock import let_go
from git_yoi.git.refs import branch_ref
from git_yoi.git.repository import Repository
from git_yoi.git.worktree_state import git_dir_of
from git_yoi.git.worktrees import list_worktrees, same_path
from git_yoi.merge.journal import Journal

# Git holds these for milliseconds; who still has the very same one after that long is dead.
_PATIENCE_SECONDS = 1.0


def remove_stale_locks(repository: Repository, journal: Journal) -> tuple[str, ...]:
    """Remove the lock files that were made since the journal and stay; the journal's git process must be gone."""
    for git_dir in _git_dirs(repository, journal):
        # Of an index.lock only ours: `git commit` holds one for as long as an editor is open.
        let_go(git_dir)
    left = _present(_candidates(repository, journal), journal.since)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while left and time.monotonic() < deadline:
        time.sleep(0.02)
        left = {path: seen for path, seen in left.items() if _identity(path) == seen}
    for path in left:
        path.unlink(missing_ok=True)
    return tuple(str(path) for path in left)


def _candidates(repository: Repository, journal: Journal) -> Iterator[Path]:
    common = repository.common_dir
    for ref in (branch_ref(journal.target), branch_ref(journal.branch), journal.ticket_ref, "HEAD"):
        yield common / f"{ref}.lock"
    # Where refs are kept as reftables, one lock stands for all of them.
    yield common / "reftable" / "tables.list.lock"
    for git_dir in _git_dirs(repository, journal):
        yield git_dir / "HEAD.lock"


def _git_dirs(repository: Repository, journal: Journal) -> Iterator[Path]:
    for worktree in list_worktrees(repository):
        if any(same_path(worktree.path, Path(path)) for path in journal.worktrees):
            git_dir = git_dir_of(repository, worktree)
            if git_dir is not None:
                yield git_dir


def _present(paths: Iterable[Path], since: int) -> dict[Path, tuple[int, int]]:
    found = {path: _identity(path) for path in paths}
    return {path: seen for path, seen in found.items() if seen is not None and seen[1] >= since}


def _identity(path: Path) -> tuple[int, int] | None:
    """Inode and time of change, None when it is gone."""
    try:
        seen = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return seen.st_ino, seen.st_mtime_ns
