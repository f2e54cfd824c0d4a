"""Lock files that a killed git process left on what a completion moves, and which stop every later git."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from git_yoi.git.index_lock import let_go
from git_yoi.git.lock_files import remove_left_behind
from git_yoi.git.refs import branch_ref
from git_yoi.git.repository import Repository
from git_yoi.git.worktree_state import git_dir_of
from git_yoi.git.worktrees import list_worktrees, same_path
from git_yoi.merge.journal import Journal


def remove_stale_locks(repository: Repository, journal: Journal) -> tuple[str, ...]:
    """Remove the lock files that were made since the journal and stay; the journal's git process must be gone."""
    for git_dir in _git_dirs(repository, journal):
        # Of an index.lock only ours: `git commit` holds one for as long as an editor is open.
        let_go(git_dir)
    removed = remove_left_behind(_candidates(repository, journal), since=journal.since)
    return tuple(str(path) for path in removed)


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
        named = any(same_path(worktree.path, Path(path)) for path in journal.worktrees)
        if named or worktree.branch == journal.target:
            git_dir = git_dir_of(repository, worktree)
            if git_dir is not None:
                yield git_dir
