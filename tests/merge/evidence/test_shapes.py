"""Every kind of content and of history that a merge can have, each with its revert, and what only looks like it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest

from tests.conftest import EPOCH, Repo
from tests.merge.evidence.scene import (
    TICKET,
    WAYS,
    Scene,
    begun,
    merged,
    picked,
    rebased,
    squashed,
    text,
    worked,
)

Change = Callable[[Scene], None]
CHANGES: dict[str, Change] = {}


def change(make: Change) -> Change:
    """Put a kind of change into the table; it is made on the branch, in the directory of the repository."""
    CHANGES[make.__name__] = make
    return make


@change
def renamed(scene: Scene) -> None:
    scene.git("mv", "code", "moved")


@change
def renamed_and_changed(scene: Scene) -> None:
    scene.git("mv", "code", "moved")
    (scene.repo.path / "moved").write_text(text(l20="changed"))


@change
def made_executable(scene: Scene) -> None:
    (scene.repo.path / "code").chmod(0o755)


@change
def binary(scene: Scene) -> None:
    (scene.repo.path / "image").write_bytes(bytes(range(256)) * 9)


@change
def line_ends(scene: Scene) -> None:
    (scene.repo.path / "code").write_bytes(text().replace("\n", "\r\n").encode())


@change
def a_link(scene: Scene) -> None:
    (scene.repo.path / "link").symlink_to("code")


@change
def a_file_that_becomes_a_link(scene: Scene) -> None:
    (scene.repo.path / "README").unlink()
    (scene.repo.path / "README").symlink_to("code")


@change
def a_file_that_becomes_a_folder(scene: Scene) -> None:
    (scene.repo.path / "README").unlink()
    (scene.repo.path / "README").mkdir()
    (scene.repo.path / "README" / "inside").write_text("x\n")


@change
def a_submodule(scene: Scene) -> None:
    scene.git("update-index", "--add", "--cacheinfo", f"160000,{scene.base},sub")


@change
def an_empty_file(scene: Scene) -> None:
    (scene.repo.path / "empty").touch()


@change
def a_removal(scene: Scene) -> None:
    (scene.repo.path / "README").unlink()


@change
def an_odd_name(scene: Scene) -> None:
    (scene.repo.path / ":(top)ä\n\\*.\udcff").write_text("x\n")


@pytest.mark.parametrize("name", CHANGES)
def test_every_kind_of_change_is_shown_and_undone(tmp_path: Path, name: str) -> None:
    scene = begun(tmp_path / "r")
    scene.git("checkout", "-q", "work")
    CHANGES[name](scene)
    if name != "a_submodule":
        scene.git("add", "-A")
    scene.git("commit", "-q", "-m", "Do it")
    scene.git("checkout", "-q", "main")
    scene.write("Meanwhile", meanwhile="x\n")
    (commit,) = squashed(scene)
    scene.write("Later", later="x\n")
    assert scene.found().commits == (commit,)
    assert scene.undone() is None
    scene.git("revert", "--no-edit", commit)
    scene.write("Later still", later="y\n")
    shown = scene.undone()
    assert shown is not None
    assert shown.by == (scene.at("main~1"),)


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


def test_unrelated_histories(tmp_path: Path) -> None:
    for name, options in (("merge", ["--no-ff", "-m", "Merge it"]), ("squash", ["--squash"])):
        scene = begun(tmp_path / name)
        scene.git("checkout", "-q", "--orphan", "alone")
        scene.git("rm", "-rfq", ".")
        scene.write("A root", alone="alone\n")
        scene.write("And on", second="second\n")
        scene.git("checkout", "-q", "main")
        assert scene.refused("alone") == "not-there"
        scene.git("merge", "-q", "--allow-unrelated-histories", *options, "alone")
        if name == "squash":
            scene.git("commit", "-q", "-m", "All of it")
        commit = scene.at("main")
        scene.later()
        shown = scene.found("alone")
        assert (shown.commit, shown.base, shown.strategy) == (commit, None, name)
        scene.git("revert", "--no-edit", *(["-m", "1"] if name == "merge" else []), commit)
        assert scene.undone(shown) is not None


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


@pytest.mark.parametrize("way", WAYS)
def test_a_repository_of_the_other_hash(tmp_path: Path, way: str) -> None:
    scene = worked(tmp_path / "r", "--object-format=sha256")
    commits = WAYS[way][0](scene)
    scene.later()
    assert scene.found().commits == commits
    for commit in reversed(commits):
        scene.git("revert", "--no-edit", *(["-m", "1"] if way == "merge" else []), commit)
    assert scene.undone() is not None


def test_replacements_and_grafts_that_lie(tmp_path: Path) -> None:
    scene = worked(tmp_path / "r", trailer=True)
    head, tip = scene.at("work"), scene.at("main")
    lie = scene.git("commit-tree", "-p", "main", "-p", "work", "-m", "Merge work", "work^{tree}")
    scene.git("replace", tip, lie)
    assert scene.git("merge-base", "--is-ancestor", "work", "main") == ""
    assert scene.refused() == "not-there"
    scene.git("replace", "-d", tip)
    (scene.repo.path / ".git" / "info").mkdir(exist_ok=True)
    (scene.repo.path / ".git" / "info" / "grafts").write_text(f"{tip} {scene.base} {head}\n")
    assert scene.git("merge-base", "--is-ancestor", "work", "main") == ""
    assert scene.refused() == "not-there"


@pytest.mark.parametrize("way", WAYS)
def test_clocks_that_go_backwards(tmp_path: Path, way: str) -> None:
    moments = iter(range(EPOCH, 0, -86400))

    class Backwards(Scene):
        def write(self, message: str, **files: str | None) -> str:
            with patch.dict(os.environ, {"GIT_COMMITTER_DATE": f"{next(moments)} +0000"}):
                return super().write(message, **files)

    made = worked(tmp_path / "r")
    scene = Backwards(made.repo, made.base)
    for number in range(12):
        scene.edit(f"Back {number}", 40 + number, f"back {number}")
    commits = WAYS[way][0](scene)
    for number in range(12):
        scene.edit(f"Back again {number}", 60 + number, f"back again {number}")
    assert scene.found().commits == commits


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
