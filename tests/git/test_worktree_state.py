"""What a worktree is in the middle of, however its repository keeps refs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from git_yoi.git.only_in_reflogs import only_in_reflogs
from git_yoi.git.repository import discover
from git_yoi.git.worktree_state import operation_in, pseudo_ref
from git_yoi.git.worktrees import admin_of
from tests.conftest import make_repo, run
from tests.sync.hubs import FORMATS

KEPT = ["files", *(["reftable"] if "reftable" in FORMATS else [])]


@pytest.mark.parametrize("kept", KEPT)
@pytest.mark.parametrize("verb", ["cherry-pick", "revert"])
@pytest.mark.parametrize("where", ["linked", "main"])
def test_a_pick_and_a_revert_that_wait_are_found(tmp_path: Path, kept: str, verb: str, where: str) -> None:
    repo = make_repo(tmp_path / "repo", *FORMATS.get(kept, ()))
    place = repo.path if where == "main" else tmp_path / "linked"
    if where == "linked":
        repo.git("worktree", "add", "-q", "-b", "work", place)
    first = repo.commit("file", "one\n", cwd=place)
    repo.commit("file", "two\n", cwd=place)
    repository = discover(repo.path, os.environ.copy(), explicit=True)
    git_dir = Path(repo.git("rev-parse", "--absolute-git-dir", cwd=place))
    assert operation_in(repository, git_dir) is None
    assert run("git", verb, "--no-edit" if verb == "revert" else "-x", first, cwd=place).code != 0
    assert operation_in(repository, git_dir) == verb


@pytest.mark.parametrize("kept", KEPT)
def test_where_a_worktree_was_before_a_reset_is_found(tmp_path: Path, kept: str) -> None:
    repo = make_repo(tmp_path / "repo", *FORMATS.get(kept, ()))
    place = tmp_path / "linked"
    repo.git("worktree", "add", "-q", "-b", "work", place)
    lost = repo.commit("file", "one\n", cwd=place)
    repo.git("reset", "-q", "--hard", "HEAD^", cwd=place)
    for ref in ("HEAD", "refs/heads/work"):
        repo.git("reflog", "expire", "--expire=now", "--expire-unreachable=now", ref, cwd=place)
    repository = discover(repo.path, os.environ.copy(), explicit=True)
    entry = admin_of(repository, place)
    assert entry is not None
    assert pseudo_ref(repository, entry.directory, "ORIG_HEAD") == (lost if kept == "reftable" else None)
    assert only_in_reflogs(repository, "work", entry) == (lost,)
