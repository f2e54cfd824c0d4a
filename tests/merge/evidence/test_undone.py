"""Work that was taken back on the target, by every way of getting there, and work that only seems so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.merge.evidence.scene import WAYS, Scene, worked

LATER = [0, 50]


def landed(path: Path, way: str) -> tuple[Scene, tuple[str, ...]]:
    scene = worked(path / "r")
    return scene, WAYS[way][0](scene)


def revert(scene: Scene, *commits: str) -> str:
    """Take back all the commits with one."""
    for commit in commits:
        mainline = ["-m", "1"] if " " in scene.git("log", "-1", "--format=%P", commit) else []
        scene.git("revert", "--no-edit", *(["--no-commit"] if len(commits) > 1 else []), *mainline, commit)
    if len(commits) > 1:
        scene.git("commit", "-q", "-m", "Back out the work")
    return scene.at("main")


@pytest.mark.parametrize("later", LATER)
@pytest.mark.parametrize("way", WAYS)
def test_what_one_commit_takes_back_is_undone_until_it_is_brought_back(tmp_path: Path, way: str, later: int) -> None:
    scene, commits = landed(tmp_path, way)
    scene.later(later)
    evidence = scene.found()
    assert scene.undone() is None
    by = revert(scene, *reversed(commits))
    if later:
        scene.edit("After the revert", 70, "after")
    shown = scene.undone()
    assert shown is not None
    assert (shown.by, shown.said) == ((by,), f"reverted by {by[:12]}")
    assert scene.found() == evidence
    revert(scene, by)
    assert scene.undone() is None
    again = revert(scene, "main")
    shown = scene.undone()
    assert shown is not None
    assert shown.by == (again,)


@pytest.mark.parametrize("way", ["merge", "squash", "rebase", "picks", "picks-x"])
def test_commits_taken_back_one_by_one_are_undone_with_the_last(tmp_path: Path, way: str) -> None:
    scene, commits = landed(tmp_path, way)
    # The branch's own commits can be reverted too, where they came as one.
    each = commits if len(commits) > 1 else tuple(scene.at(f"work~{back}") for back in (2, 1, 0))
    by = []
    for commit in each[:-1]:
        by.append(revert(scene, commit))
        assert scene.undone() is None
        scene.edit(f"Between {commit[:4]}", 80, commit)
    by.append(revert(scene, each[-1]))
    shown = scene.undone()
    assert shown is not None
    assert shown.by == tuple(by)
    assert shown.said == "reverted by " + " and ".join(oid[:12] for oid in by)
    revert(scene, by[1])
    assert scene.undone() is not None
    revert(scene, by[0])
    revert(scene, by[2])
    assert scene.undone() is None


@pytest.mark.parametrize("how", ["merge", "squash"])
@pytest.mark.parametrize("way", WAYS)
def test_a_revert_may_come_by_a_branch_of_its_own(tmp_path: Path, way: str, how: str) -> None:
    scene, commits = landed(tmp_path, way)
    scene.git("checkout", "-q", "-b", "fix")
    for commit in reversed(commits):
        revert(scene, commit)
    scene.git("checkout", "-q", "main")
    scene.edit("Meanwhile on main", 85, "x")
    if how == "merge":
        scene.git("merge", "-q", "--no-ff", "-m", "Merge fix", "fix")
    else:
        scene.git("merge", "-q", "--squash", "fix")
        scene.git("commit", "-q", "-m", "A fix (#13)")
    shown = scene.undone()
    assert shown is not None
    assert shown.by == (scene.at("main"),)


def with_something_more(scene: Scene, commits: tuple[str, ...], number: int) -> None:
    """Take the commits back with one that git's line names them in, and that does something else as well."""
    for commit in commits:
        mainline = ["-m", "1"] if " " in scene.git("log", "-1", "--format=%P", commit) else []
        scene.git("revert", "--no-commit", *mainline, commit)
    said = "".join(f"This reverts commit {commit}.\n" for commit in commits)
    scene.write(f"Revert it\n\n{said}", **{f"more{number}": "more\n"})


@pytest.mark.parametrize("how", ["alone", "squash", "merge"])
@pytest.mark.parametrize("way", ["merge", "squash", "picks"])
def test_a_revert_may_come_with_something_more_and_so_may_its_revert(tmp_path: Path, way: str, how: str) -> None:
    """Who says that it reverts the work need do nothing else but that: what is left of the work there tells."""
    scene, commits = landed(tmp_path, way)
    evidence = scene.found()
    for number in range(3):
        if how != "alone":
            scene.git("checkout", "-q", "-B", "fix", "main")
        with_something_more(scene, tuple(reversed(commits)), number)
        # Whoever takes it back names what was written on the branch, or what stands on the target.
        commits = (scene.at("HEAD"),)
        if how != "alone":
            scene.write("And a fix", **{f"fix{number}": "fix\n"})
            scene.git("checkout", "-q", "main")
            scene.edit("Meanwhile on main", 70, f"meanwhile {number}")
        if how == "merge":
            scene.git("merge", "-q", "--no-ff", "-m", "Merge fix", "fix")
        elif how == "squash":
            said = scene.git("log", "--format=%B", "main..fix")
            scene.git("merge", "-q", "--squash", "fix")
            scene.git("commit", "-q", "-m", f"A fix (#13)\n\n{said}")
            commits = (scene.at("main"),)
        shown = scene.undone(evidence)
        assert (shown is None) == bool(number % 2), number
        assert shown is None or shown.by == (scene.at("main"),)
        if number == 0:
            scene.later()


@pytest.mark.parametrize("way", ["merge", "rebase"])
def test_the_last_of_the_commits_taken_back_may_come_with_something_more(tmp_path: Path, way: str) -> None:
    scene, commits = landed(tmp_path, way)
    evidence = scene.found()
    each = commits if len(commits) > 1 else tuple(scene.at(f"work~{back}") for back in (2, 1, 0))
    first = (revert(scene, each[2]), revert(scene, each[1]))
    assert scene.undone(evidence) is None
    with_something_more(scene, each[:1], 0)
    shown = scene.undone(evidence)
    assert shown is not None
    assert shown.by == (*first, scene.at("main"))
