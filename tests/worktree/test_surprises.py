"""Cleaning up where something about the files, the system or its clock is not as anybody would think."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from git_yoi.worktree.erase import erase
from git_yoi.worktree.expiry import discarded, is_over, rescued
from git_yoi.worktree.facts import TicketBranch
from git_yoi.worktree.remove import Cleaned, clean_up
from tests.worktree.scene import ID, Work
from tests.worktree.test_erase import deepen


def test_a_tree_that_is_deeper_than_anybody_thought_of_goes_too(work: Work) -> None:
    (work.repo.path / ".git/info/exclude").write_text("built/\n")
    (work.path / "built").mkdir()
    deepen(work.path / "built", 1400)
    try:
        assert work.clean() == Cleaned(worktree=True, branch=True)
    finally:
        erase(work.repo.path / ".git/yoi/trash" if not work.path.exists() else work.path)


def test_a_mount_inside_keeps_the_worktree(work: Work, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (work.repo.path / ".git/info/exclude").write_text("data/\n")
    (data := work.path / "data").mkdir()
    (listed := tmp_path / "mountinfo").write_bytes(
        b"1 2 3:4 / %b rw - ext3 x rw\n" % bytes(data).replace(b" ", b"\\040")
    )
    monkeypatch.setattr("git_yoi.worktree.mounts._MOUNTS", listed)
    kept = work.clean()
    assert (kept.worktree, kept.branch) == (False, False)
    assert kept.kept_because[0] == f"something is mounted inside the worktree: {data}"


@pytest.mark.parametrize("step", ["facts.state.has_nested_repository", "remove.discard", "remove.keep_settings"])
@pytest.mark.parametrize("surprise", [RecursionError("too deep"), ValueError("no name")])
def test_no_surprise_about_the_files_goes_beyond_cleaning_up(
    work: Work, monkeypatch: pytest.MonkeyPatch, step: str, surprise: Exception
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise surprise

    monkeypatch.setattr(f"git_yoi.worktree.{step}", fail)
    kept = work.clean()
    assert (kept.worktree, kept.branch) == (step == "remove.keep_settings", False)
    assert any(str(surprise) in why for why in kept.kept_because)


def test_a_clock_that_is_far_behind_makes_nothing_old(work: Work) -> None:
    day = 24 * 3600
    committed = int(work.git("show", "-s", "--format=%ct"))
    cleaned = clean_up(work.repository, TicketBranch(ID, "work", "main"), now=1e9, current_directory=work.repo.path)
    assert cleaned == Cleaned(worktree=True, branch=True)
    (kept,), (folder,) = rescued(work.repository), discarded(work.repository)
    assert kept.at == folder.at == committed
    assert not is_over(kept.at, committed + 13 * day)


def test_what_cannot_be_moved_leaves_nothing_in_the_trash(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path != work.path.parent and real(path, mode))
    kept = work.clean()
    assert kept.kept_because[0] == "the worktree, or the folder that it lies in, cannot be written"
    assert (kept.worktree, kept.branch, work.path.is_dir()) == (False, False, True)


def test_a_move_to_the_trash_that_fails_is_taken_back(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "rename", fail)
    assert work.clean().kept_because[0] == "the worktree could not be moved to the trash: Permission denied"
    assert list((work.repo.path / ".git/yoi/trash").iterdir()) == []
