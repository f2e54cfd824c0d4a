"""Branches and targets with a past: updated, squashed twice, reverted and merged again, grown upon each other."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest

from git_yoi.merge.evidence.model import NotShown
from tests.conftest import EPOCH, Repo
from tests.merge.evidence.scene import TICKET, WAYS, Scene, begun, merged, picked, rebased, squashed, text, worked


def test_what_the_target_renamed_meanwhile_is_found_under_its_new_name(tmp_path: Path) -> None:
    scene = worked(tmp_path / "r")
    for old, new in (("code", "first"), ("first", "second")):
        scene.git("mv", old, new)
        scene.write("Move it")
    (commit,) = squashed(scene)
    assert scene.found().commits == (commit,)
    scene.git("mv", "second", "third")
    scene.write("Move it on")
    scene.git("revert", "--no-edit", commit)
    assert scene.undone() is not None


def test_a_branch_that_merged_the_target_before(tmp_path: Path) -> None:
    for name, way in WAYS.items():
        scene = worked(tmp_path / name)
        scene.git("checkout", "-q", "work")
        scene.git("merge", "-q", "-m", "Update", "main")
        scene.edit("Change forty", 40, "forty, changed")
        scene.git("checkout", "-q", "main")
        scene.edit("Meanwhile again", 6, "meanwhile again")
        if name.startswith("picks"):
            for commit in ("work^1~2^{/Change twenty}", "work~1^1~1", "work~1^1", "work"):
                scene.git("cherry-pick", commit)
        else:
            way[0](scene)
        scene.later()
        shown = scene.found()
        assert shown.strategy == ("rebase" if name == "picks-x" else way[1])
        assert scene.undone() is None


def test_a_branch_brought_up_to_date_after_its_squash(tmp_path: Path) -> None:
    scene = worked(tmp_path / "r")
    head = scene.at("work")
    (commit,) = squashed(scene)
    scene.edit("Main goes on", 1, "one")
    scene.git("checkout", "-q", "work")
    scene.git("merge", "-q", "-m", "Update", "main")
    scene.git("checkout", "-q", "main")
    scene.edit("Main goes on again", 2, "two")
    assert (scene.found().commits, scene.found().head) == ((commit,), head)


def test_squashed_again_with_more(tmp_path: Path) -> None:
    """The first squash had a part; with the second all of it is there."""
    scene = worked(tmp_path / "r")
    squashed(scene)
    scene.git("checkout", "-q", "work")
    scene.edit("Change forty", 40, "forty, changed")
    scene.git("checkout", "-q", "main")
    scene.git("merge", "-q", "--squash", "work")
    scene.git("commit", "-q", "-m", "The rest (#13)")
    shown = scene.found()
    assert (shown.strategy, shown.commit) == ("squash", scene.at("main"))


def test_squashed_and_reverted_and_squashed_again(tmp_path: Path) -> None:
    scene = worked(tmp_path / "r")
    (first,) = squashed(scene)
    assert scene.found().commit == first
    scene.git("revert", "--no-edit", first)
    assert scene.undone() is not None
    (second,) = squashed(scene)
    assert scene.found().commit == second
    assert scene.undone() is None
    scene.git("revert", "--no-edit", second)
    assert scene.undone() is not None


def test_merged_and_reverted_and_the_reverts_revert_merged(tmp_path: Path) -> None:
    scene = worked(tmp_path / "r")
    (first,) = merged(scene)
    old = scene.found()
    scene.git("revert", "--no-edit", "-m", "1", first)
    back = scene.at("main")
    assert scene.undone() is not None
    scene.git("checkout", "-q", "work")
    scene.git("merge", "-q", "main")
    scene.git("revert", "--no-edit", back)
    scene.git("checkout", "-q", "main")
    scene.git("merge", "-q", "--no-ff", "-m", "Merge work again", "work")
    again = scene.found(claim=scene.claim(known=[scene.at("work")]))
    assert again.commit == scene.at("main")
    assert scene.undone(again) is None
    assert scene.undone(old) is None
    scene.git("revert", "--no-edit", "-m", "1", "main")
    assert scene.undone(again) is not None
    assert scene.undone(old) is not None


def test_a_branch_upon_another_that_was_squashed_before(tmp_path: Path) -> None:
    scene = worked(tmp_path / "r")
    began = scene.at("work")
    scene.git("checkout", "-q", "-b", "upon", "work")
    scene.edit("Change forty", 40, "forty, changed")
    scene.edit("Change fifty", 50, "fifty, changed")
    scene.git("checkout", "-q", "main")
    squashed(scene)
    claim = replace(scene.claim("upon"), base=began)
    assert scene.refused(claim=claim) == "not-there"
    scene.git("merge", "-q", "--squash", "upon")
    scene.git("commit", "-q", "-m", "What stands upon it (#13)")
    shown = scene.found(claim=claim)
    assert (shown.commits, shown.base, shown.method) == ((scene.at("main"),), began, "tree")
    scene.git("revert", "--no-edit", "main")
    assert scene.undone(shown) is not None
    assert scene.undone() is None


def test_a_squash_of_what_was_there_in_part_is_undone_with_all_of_it(tmp_path: Path) -> None:
    scene = worked(tmp_path / "r")
    scene.git("cherry-pick", "work~2")
    first = scene.at("main")
    scene.git("merge", "-q", "--squash", "work")
    scene.git("commit", "-q", "-m", "The rest (#12)")
    rest = scene.at("main")
    shown = scene.found()
    assert (shown.commit, shown.strategy, shown.method) == (rest, "squash", "tree")
    scene.git("revert", "--no-edit", rest)
    assert scene.undone(shown) is None
    scene.git("revert", "--no-edit", first)
    undone = scene.undone(shown)
    assert undone is not None


def test_a_partial_clone(tmp_path: Path) -> None:
    scene = worked(tmp_path / "r")
    commits = picked(scene)
    scene.git("config", "uploadpack.allowFilter", "true")
    scene.git("config", "uploadpack.allowAnySHA1InWant", "true")
    for name in ("blob:none", "tree:0"):
        path = tmp_path / name
        scene.git("clone", "-q", "--bare", f"--filter={name}", scene.repo.path.as_uri(), str(path))
        assert Scene(Repo(path), scene.base).found().commits == commits


def test_a_rebase_that_dropped_what_was_there(tmp_path: Path) -> None:
    scene = worked(tmp_path / "r")
    lines = text(l5="meanwhile", l20="twenty, changed", l50="fifty, changed")
    scene.write("Somebody's", code=lines)
    scene.git("checkout", "-q", "--detach", "work")
    scene.git("rebase", "-q", "main")
    scene.git("checkout", "-q", "-B", "main")
    shown = scene.found()
    assert (shown.strategy, shown.method) == ("rebase", "tree")
    assert shown.commits == (scene.at("main~1"), scene.at("main"))


def test_commits_that_are_empty_or_undo_each_other_have_to_be_nowhere(tmp_path: Path) -> None:
    scene = worked(tmp_path / "r")
    scene.git("checkout", "-q", "work")
    scene.write("Nothing")
    scene.edit("Try", 50, "try")
    scene.git("revert", "--no-edit", "HEAD")
    scene.git("checkout", "-q", "main")
    for back in (5, 4, 3):
        scene.git("cherry-pick", f"work~{back}")
        scene.edit(f"Between {back}", 10 + back, f"between {back}")
    shown = scene.found()
    assert (shown.method, len(shown.commits)) == ("picks", 3)


def test_picks_in_another_order_are_picks(tmp_path: Path) -> None:
    scene = worked(tmp_path / "r")
    for back in (0, 1, 2):
        scene.git("cherry-pick", f"work~{back}")
    assert (scene.found().strategy, scene.found().method) == ("cherry-pick", "picks")


def test_criss_cross(tmp_path: Path) -> None:
    scene = worked(tmp_path / "r")
    before, head = scene.at("main"), scene.at("work")
    scene.git("merge", "-q", "--no-ff", "-m", "Merge half", head)
    scene.git("checkout", "-q", "work")
    scene.git("merge", "-q", "--no-ff", "-m", "Update", before)
    scene.edit("Change forty", 40, "forty, changed")
    scene.git("checkout", "-q", "main")
    assert scene.refused() == "not-there"
    (commit,) = squashed(scene)
    scene.later()
    assert scene.found().commits == (commit,)


def test_what_is_picked_for_this_ticket_and_merged_in_part_is_no_merge(tmp_path: Path) -> None:
    scene = worked(tmp_path / "r", trailer=True)
    picked(scene)
    assert TICKET in scene.git("log", "-3", "--format=%B", "main")
    scene.git("checkout", "-q", "work")
    scene.edit("Change forty", 40, "forty, changed")
    scene.git("checkout", "-q", "main")
    assert scene.refused() == "partly"


def test_an_earlier_look_saves_work_and_changes_nothing(tmp_path: Path) -> None:
    for name, do in (("squash", squashed), ("rebase", rebased), ("picks", picked), ("merge", merged)):
        scene = worked(tmp_path / name)
        scene.later()
        since = scene.at("main")
        assert scene.find(since=since) == scene.find(since=scene.base) == scene.find()
        do(scene)
        scene.edit("After", 1, "after")
        assert scene.find(since=since) == scene.find(since="0" * 40) == scene.find()


@pytest.mark.parametrize("way", WAYS)
def test_a_target_of_which_a_file_was_filtered_out_has_the_work_all_the_same(tmp_path: Path, way: str) -> None:
    scene = worked(tmp_path / "r")
    commits = WAYS[way][0](scene)
    claim = scene.claim()
    with patch.dict(os.environ, {"FILTER_BRANCH_SQUELCH_WARNING": "1"}):
        scene.git("filter-branch", "--index-filter", "git rm -q --cached --ignore-unmatch README", "main")
    shown = scene.found(claim=claim)
    assert scene.at(shown.commit) not in commits
    assert (len(shown.commits), shown.strategy) == (len(commits), WAYS[way][1])
    assert scene.undone(shown) is None
    scene.edit("Not that", 20, "line 20")
    assert scene.undone(shown) is None


def by_a_clock_ahead(path: Path, count: int) -> Scene:
    """A branch whose author's clock is ten minutes ahead of that of whoever merges it."""
    scene = begun(path)
    scene.git("checkout", "-q", "work")
    times = dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), f"{EPOCH + 600} +0000")
    with patch.dict(os.environ, times):
        for number in range(count):
            scene.edit(f"Change {number}", 20 + 10 * number, f"{number}, changed")
    scene.git("checkout", "-q", "main")
    scene.edit("Meanwhile", 5, "meanwhile")
    return scene


@pytest.mark.parametrize("way", WAYS)
def test_the_clock_of_the_author_may_be_ahead(tmp_path: Path, way: str) -> None:
    scene = by_a_clock_ahead(tmp_path / "r", 3)
    do, strategy, method, _ = WAYS[way]
    commits = do(scene)
    shown = scene.found()
    assert (shown.strategy, shown.method, shown.commits) == (strategy, method, commits)


@pytest.mark.parametrize(
    ("message", "found"),
    [("Change 0 (#7)", True), ("All of it (#7)\n\n* Change 0\n", True), ("All of it (#7)", False)],
)
def test_one_commit_by_a_clock_ahead_is_found_where_the_squash_names_it(
    tmp_path: Path, message: str, *, found: bool
) -> None:
    scene = by_a_clock_ahead(tmp_path / "r", 1)
    scene.git("merge", "-q", "--squash", "work")
    commit = scene.write(message)
    if found:
        assert scene.found().commits == (commit,)
        return
    shown = scene.find()
    assert isinstance(shown, NotShown)
    assert (shown.code, shown.near) == ("ambiguous", commit)
