"""A merged branch in a worktree of its own, and its cleaning up: what the tests of that begin with."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from git_yoi.git.repository import Repository, discover
from git_yoi.worktree.facts import TicketBranch
from git_yoi.worktree.remove import Cleaned, clean_up
from tests.conftest import Repo

ID = "kqmvzrtnlpwoyxus"
NOW = 1_750_000_000.0
KEY = f"20250615T150640Z-{ID}"


@dataclass(frozen=True)
class Work:
    """A branch `work` in a worktree of its own, merged to main."""

    repo: Repo
    path: Path

    def git(self, *arguments: str) -> str:
        return self.repo.git(*arguments, cwd=self.path)

    @property
    def entry(self) -> Path:
        """Git's entry of the worktree."""
        return Path(self.git("rev-parse", "--absolute-git-dir"))

    @property
    def repository(self) -> Repository:
        return discover(self.repo.path, os.environ.copy(), explicit=True)

    def clean(
        self, *, here: Path | None = None, merged_into: str = "main", branch: str = "work", again: bool = False
    ) -> Cleaned:
        return clean_up(
            self.repository,
            TicketBranch(ID, branch, merged_into),
            had_worktree=again,
            had_branch=again,
            now=NOW,
            current_directory=here or self.repo.path,
        )
