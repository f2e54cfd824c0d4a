"""The scene that cleaning up begins with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import make_repo
from tests.worktree.scene import ID, Work


@pytest.fixture
def work(tmp_path: Path) -> Work:
    repo = make_repo(tmp_path / "a repo")
    repo.git("config", "yoi.target", "main")
    path = tmp_path / "wörk tree"
    repo.git("worktree", "add", "-q", "-b", "work", path)
    repo.git("config", "branch.work.yoiTicket", ID)
    repo.commit("change", "done\n", cwd=path)
    repo.git("merge", "-q", "--no-ff", "-m", "Merge", "work")
    return Work(repo, path)
