"""Every kind of content and of history that a merge can have, each with its revert, and what only looks like it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest

from tests.conftest import EPOCH
from tests.merge.evidence.scene import (
    WAYS,
    Scene,
    begun,
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


ODD = {
    "log.showSignature": "true",
    "log.follow": "true",
    "diff.renames": "false",
    "diff.ignoreSubmodules": "all",
    "diff.noprefix": "true",
    "diff.external": "false",
    "i18n.logOutputEncoding": "latin1",
    "core.quotePath": "true",
    "core.abbrev": "4",
    "merge.ff": "only",
    "merge.log": "true",
    "trailer.separators": "#",
    "color.ui": "always",
    "rev-list.nothing": "x",
}


@pytest.mark.parametrize("way", WAYS)
def test_what_a_user_may_have_configured_changes_nothing(tmp_path: Path, way: str) -> None:
    scene = worked(tmp_path / "r")
    commits = WAYS[way][0](scene)
    evidence = scene.found()
    scene.git("revert", "--no-edit", *(["-m", "1"] if way == "merge" else []), commits[-1])
    undone = scene.undone()
    for name, value in ODD.items():
        scene.git("config", name, value)
    assert (scene.found(), scene.undone()) == (evidence, undone)
    assert evidence.commits == commits


def test_a_commit_that_no_git_writes_is_compared_all_the_same(tmp_path: Path) -> None:
    """Some old tools put a header where none belongs; git reads such a commit."""
    scene = worked(tmp_path / "r")
    squashed(scene)
    lines = scene.git("cat-file", "commit", "main").replace("\ncommitter", "\nauthor Bea <b@x> 1 +0000\ncommitter")
    file = tmp_path / "commit"
    file.write_text(f"{lines}\n")
    made = scene.git("hash-object", "-t", "commit", "-w", "--literally", str(file))
    scene.git("update-ref", "refs/heads/main", made)
    assert scene.found().commits == (made,)
