"""What a look may cost: a branch that changes what everybody changes must not take minutes."""

from __future__ import annotations

import os
import time
from pathlib import Path
from unittest.mock import patch

from git_yoi.git.first_parents import Changes, Row, changes_of, line_above
from git_yoi.git.objects import open_objects
from git_yoi.git.repository import Repository, discover
from git_yoi.merge.evidence.find import search
from git_yoi.merge.evidence.look import look_at
from tests.merge.evidence.scene import WAYS, begun, worked


def test_fifty_later_commits_on_the_same_lines_file_cost_a_second(tmp_path: Path) -> None:
    for name, way in WAYS.items():
        scene = worked(tmp_path / name)
        way[0](scene)
        scene.later()
        start = time.monotonic()
        evidence = scene.found()
        assert scene.undone(evidence) is None
        # Measured: 0.2 s; the rest is for a machine that does other things too.
        assert time.monotonic() - start < 3


def test_many_commits_of_one_shape_in_one_file_are_told_apart_by_their_lines(tmp_path: Path) -> None:
    """Without that each of the branch's would be compared with each of the target's: 10,000 merges."""
    scene = begun(tmp_path / "r")
    scene.git("checkout", "-q", "work")
    for number in range(30):
        scene.edit(f"Own {number}", number, f"mine {number:02}")
    scene.git("checkout", "-q", "main")
    scene.later(300)
    start = time.monotonic()
    assert scene.refused() == "not-there"
    # Measured: 2 s, most of it the 200 comparisons with a squash.
    assert time.monotonic() - start < 20


def test_many_branches_read_the_target_once(tmp_path: Path) -> None:
    scene = worked(tmp_path / "r")
    rows: list[str] = []
    scene.git("branch", "early", "work")
    scene.later(5)
    for name in ("second", "third"):
        scene.git("checkout", "-q", "-b", name, "main~2")
        scene.write(name, **{name: "x\n"})
        scene.git("checkout", "-q", "main")
    repository = discover(scene.repo.path, os.environ.copy(), explicit=True)
    look, tip = look_at(repository, open_objects(repository)), scene.at("main")

    def counted(repository: Repository, asked: list[Row], *, renames: bool = False) -> dict[str, Changes]:
        rows.extend(row.commit for row in asked)
        return changes_of(repository, asked, renames=renames)

    names = ("second", "early", "third", "work", "second")
    with patch("git_yoi.merge.evidence.look.changes_of", counted):
        shared = [search(look, scene.claim(name), tip) for name in names]
    assert len(rows) == len(set(rows))
    assert shared == [scene.find(name) for name in names]
    for name in names:
        assert look.line_above(tip, scene.at(name)) == line_above(repository, tip, scene.at(name))
