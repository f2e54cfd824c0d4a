"""The lock files on what a start writes, which a git that was killed in it leaves, and which stop every later git."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from git_yoi.git.lock_files import remove_left_behind
from git_yoi.git.refs import branch_ref
from git_yoi.git.repository import Repository
from git_yoi.git.worktrees import admin_of

_REFTABLE = "reftable/tables.list.lock"


def remove_left_locks(repository: Repository, *refs: str, branch: str, worktree: Path | None, since: int) -> None:
    """Remove those made since an attempt began (seconds) that is over: on branch, worktree, other `refs`; OSError."""
    remove_left_behind(_candidates(repository, (branch_ref(branch), *refs), worktree), since=since * 10**9)


def _candidates(repository: Repository, refs: tuple[str, ...], worktree: Path | None) -> Iterator[Path]:
    for ref in refs:
        yield repository.common_dir / f"{ref}.lock"
    # A worktree of a part of the files has settings of its own, and the switch for such stands there.
    yield repository.common_dir / "config.lock"
    # Where refs are kept as reftables, one lock stands for all of them.
    yield repository.common_dir / _REFTABLE
    entry = admin_of(repository, worktree) if worktree is not None else None
    if entry is not None:
        # Never index.lock: where git was killed over it there is no index yet, and the whole entry is put away; where
        # there is one, somebody else is at work, who may hold it for as long as an editor is open.
        for name in ("HEAD.lock", "ORIG_HEAD.lock", _REFTABLE):
            yield entry.directory / name
