"""What looks like a merge and is none: each must be told apart, with the reason that a notice would give."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.merge.evidence import misses_of_branches, misses_of_copies
from tests.merge.evidence.misses import MISSES

TABLES = (misses_of_branches, misses_of_copies)


def test_the_table_is_long_enough_to_mean_something() -> None:
    assert len(MISSES) > 40
    assert {case.__module__ for _, case in MISSES.values()} == {table.__name__ for table in TABLES}


@pytest.mark.parametrize("name", MISSES)
def test_a_near_miss_is_not_shown(tmp_path: Path, name: str) -> None:
    code, make = MISSES[name]
    scene = make(tmp_path / "r")
    assert scene.refused() == code
    scene.git("checkout", "-q", "main")
    scene.later()
    assert scene.refused() == code
