"""The target's worktrees go along with it: also one that nobody knew of, and one that is not where it was."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Repo
from tests.inside import inside
from tests.merge.fates import Fates, fates
from tests.merge.scene import Work, approved
from tests.merge.verdicts import journal_of
from tests.merge.worlds import Kind, World, world


@pytest.fixture
def fated(tmp_path: Path) -> Iterator[Fates]:
    with fates(tmp_path) as made:
        yield made


def step(fated: Fates, made: World, begins: str) -> int:
    steps = fated.run(made.ada.path, *made.words).steps
    made.back()
    return next(number for number, said in enumerate(steps, 1) if said.startswith(begins))


@pytest.mark.parametrize("remote", [True, False], ids=["shared", "alone"])
def test_a_worktree_that_is_switched_to_the_target_meanwhile_goes_along(
    tmp_path: Path, fated: Fates, *, remote: bool
) -> None:
    with world(tmp_path / "world", Kind(remote=remote, place="nowhere")) as made:
        at = step(fated, made, "git push" if remote else "git update-ref")
        switch = f"git -C '{made.ada.path}' checkout -q main"
        ran = fated.run(made.ada.path, *made.words, "--json", at=at, act=switch).ran
        assert ran.code == 0, ran
        assert made.ada.git("status", "--porcelain") == ""
        assert (made.ada.path / made.file).read_text() == "work\n"


def test_one_that_was_switched_after_the_target_had_moved_is_left_alone(tmp_path: Path, fated: Fates) -> None:
    with world(tmp_path / "world", Kind(place="nowhere")) as made:
        # Once the refs have moved, the first to look at worktrees.
        steps = fated.run(made.ada.path, *made.words).steps
        made.back()
        moved = next(number for number, said in enumerate(steps, 1) if said.startswith("git update-ref"))
        at = next(n for n, said in enumerate(steps, 1) if n > moved and said.startswith("git worktree list"))
        mine = f"cd '{made.ada.path}'; git checkout -q main; echo mine > {made.file}; git add {made.file}"
        ran = fated.run(made.ada.path, *made.words, "--json", at=at, act=mine).ran
        assert ran.code == 0, ran
        assert made.ada.git("status", "--porcelain") == f"M  {made.file}"
        assert (made.ada.path / made.file).read_text() == "mine\n"


def test_a_repository_that_was_moved_after_a_kill_goes_along_where_it_is_now(tmp_path: Path, fated: Fates) -> None:
    with world(tmp_path / "world", Kind()) as made:
        steps = fated.run(made.ada.path, *made.words).steps
        made.back()
        moved = next(number for number, said in enumerate(steps, 1) if said.startswith("git update-ref"))
        at = next(n for n, said in enumerate(steps, 1) if n > moved and said.startswith("git worktree list"))
        assert fated.run(made.ada.path, *made.words, at=at).ran.code == -signal.SIGKILL
        there = Repo(made.ada.path.rename(made.root / "elsewhere"))
        inside(there, "comment", made.other, "-m", "goes on")
        assert not journal_of(there).exists()
        assert there.git("status", "--porcelain") == ""
        assert (there.path / made.file).read_text() == "work\n"


def apart(tmp_path: Path) -> tuple[Repo, Work]:
    """A repository whose git directory lies elsewhere; a ticket that may be completed."""
    repo = Repo(tmp_path / "here")
    Repo(tmp_path).git("init", "-q", "-b", "main", "--separate-git-dir", tmp_path / "apart", repo.path)
    repo.commit("README", "hello\n")
    inside(repo, "init")
    return repo, approved(repo)


def test_a_main_worktree_whose_git_directory_lies_apart_is_found_from_a_linked_one(tmp_path: Path) -> None:
    repo, work = apart(tmp_path)
    linked = Repo(work.worktree)
    done = inside(linked, "complete", work.ticket, "--authorize", "--json").data
    assert done["state"] == "closed"
    assert repo.git("status", "--porcelain") == ""
    assert (repo.path / f"work-{work.ticket}").exists()
    assert [one for one in inside(repo, "doctor", "--json", code=None).data["problems"] if one["code"] == "stray"] == []


def test_one_that_nobody_can_find_is_told_and_nothing_is_merged(tmp_path: Path) -> None:
    repo, work = apart(tmp_path)
    (tmp_path / "apart/yoi/main-worktree").unlink()
    before = repo.refs()
    refused = inside(Repo(work.worktree), "complete", work.ticket, "--authorize", "--json", code=7)
    assert refused.error == "dirty"
    assert refused.json["error"]["message"] == "main is in the main worktree, and that cannot be found"
    assert repo.refs() == before
    work.complete()
    assert repo.git("status", "--porcelain") == ""


def test_a_main_worktree_that_went_elsewhere_is_not_looked_for_where_it_was(tmp_path: Path) -> None:
    repo, work = apart(tmp_path)
    repo.path.rename(tmp_path / "there")
    refused = inside(Repo(work.worktree), "complete", work.ticket, "--authorize", "--json", code=7)
    assert refused.json["error"]["message"] == "main is in the main worktree, and that cannot be found"
    inside(Repo(tmp_path / "there"), "complete", work.ticket, "--authorize", "--json")
    assert Repo(tmp_path / "there").git("status", "--porcelain") == ""
