"""Work that reached the target, by every way that plain git and forges have."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.merge.evidence.scene import WAYS, worked


@pytest.mark.parametrize("later", [0, 50])
@pytest.mark.parametrize("way", WAYS)
def test_each_way_is_shown_with_its_commits(tmp_path: Path, way: str, later: int) -> None:
    scene = worked(tmp_path / "r")
    do, strategy, method, strength = WAYS[way]
    commits = do(scene)
    if later:
        scene.later(later)
    shown = scene.found()
    assert (shown.strategy, shown.method, shown.strength) == (strategy, method, strength)
    assert (shown.commits, shown.commit, shown.head) == (commits, commits[-1], scene.at("work"))
    assert shown.base == scene.base
