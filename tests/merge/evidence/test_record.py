"""What a merge record stands for: found again from the few facts that a ticket's thread keeps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.merge.evidence.scene import WAYS, begun, squashed, worked


@pytest.mark.parametrize("way", WAYS)
def test_a_record_gives_the_commits_again(tmp_path: Path, way: str) -> None:
    scene = worked(tmp_path / "r")
    WAYS[way][0](scene)
    evidence = scene.found()
    scene.later()
    again = scene.rebuilt(evidence)
    assert again is not None
    assert (again.commit, again.commits, again.head) == (evidence.commit, evidence.commits, evidence.head)
    scene.git("revert", "--no-edit", *(["-m", "1"] if way == "merge" else []), evidence.commits[0])
    # One of three is not all of it.
    assert (scene.undone(again) is None) == (len(evidence.commits) == 3)


def test_a_fast_forward_on_record_is_all_the_commits_since_the_base(tmp_path: Path) -> None:
    scene = begun(tmp_path / "r")
    scene.git("checkout", "-q", "work")
    commits = (scene.edit("One", 20, "one"), scene.edit("Two", 21, "two"))
    scene.git("checkout", "-q", "main")
    scene.git("merge", "-q", "--ff-only", "work")
    evidence = scene.found(claim=scene.claim(known=[commits[-1]]))
    for strategy in ("ff", "rebase"):
        again = scene.rebuilt(replace(evidence, strategy=strategy))
        assert again is not None
        assert again.commits == commits


def test_a_record_whose_commits_are_not_here_or_not_on_the_target_gives_none(tmp_path: Path) -> None:
    scene = worked(tmp_path / "r")
    squashed(scene)
    evidence = scene.found()
    assert scene.rebuilt(evidence, "main~1") is None
    assert scene.rebuilt(replace(evidence, commit="0" * 40)) is None
    assert scene.rebuilt(replace(evidence, strategy="rebase", head="0" * 40)) is None
    assert scene.rebuilt(replace(evidence, head="0" * 40, base="0" * 40)) is not None


def test_a_revert_is_shown_where_the_branch_is_gone(tmp_path: Path) -> None:
    scene = worked(tmp_path / "r")
    (commit,) = squashed(scene)
    again = scene.rebuilt(replace(scene.found(), head="0" * 40, base=None))
    assert again is not None
    scene.git("revert", "--no-edit", commit)
    shown = scene.undone(again)
    assert shown is not None
    assert shown.by == (scene.at("main"),)
