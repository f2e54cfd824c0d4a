"""What was looked at before: kept on the way, for whoever is stopped before the end."""

from __future__ import annotations

from pathlib import Path

import pytest

from git_yoi.merge import looked_at
from git_yoi.merge.looked_at import FILE, LookedAt


def test_what_was_noted_on_the_way_is_there_after_a_stop_and_what_was_not_is_dropped_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looked_at, "_EVERY_SECONDS", -1.0)
    first = LookedAt(tmp_path, keeps=True)
    first.note("a", "1", {"x"})
    second = LookedAt(tmp_path, keeps=True)
    second.note("b", "2", ())
    third = LookedAt(tmp_path)
    assert (third.at("a"), third.at("b")) == (("1", frozenset({"x"})), ("2", frozenset[str]()))
    second.save()
    assert LookedAt(tmp_path).at("a") == (None, frozenset())


def test_nothing_is_written_on_the_way_unasked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looked_at, "_EVERY_SECONDS", -1.0)
    looked = LookedAt(tmp_path)
    looked.note("a", "1", {"x"})
    assert not (tmp_path / FILE).exists()
    looked.save()
    assert (tmp_path / FILE).exists()
