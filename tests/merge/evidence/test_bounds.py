"""What a look may cost: a branch that changes what everybody changes must not take minutes."""

from __future__ import annotations

import time
from pathlib import Path

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
