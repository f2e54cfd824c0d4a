from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from git_yoi.domain.text import escape_controls, first_line, line_problem, text_problem
from git_yoi.domain.times import from_rfc3339, to_rfc3339


@pytest.mark.parametrize("text", ["a\0", "\ud800", "x" * (1 << 20) + "x", "ü" * (1 << 20)])
def test_texts_that_cannot_be_kept(text: str) -> None:
    assert text_problem(text)


@pytest.mark.parametrize("text", ["", "a\r\nb", "\x1b[31m", "x" * (1 << 20), "\U0001f600"])
def test_texts_that_can(text: str) -> None:
    assert text_problem(text) is None


@pytest.mark.parametrize("text", ["", "  ", "a\nb", "a\rb", "a\tb", "\x1b", "\u2028", "\u202e", "x" * 1001, "\0"])
def test_lines_that_cannot_be_kept(text: str) -> None:
    assert line_problem(text)


@given(st.text())
def test_what_is_shown_holds_no_control_character(text: str) -> None:
    shown = escape_controls(text)
    assert not any((ord(c) < 32 and c not in "\t\n") or 0x7F <= ord(c) <= 0x9F for c in shown)
    assert "\u202e" not in shown


@given(st.text(), st.integers(2, 80))
def test_a_first_line_is_one_line_of_limited_length(text: str, limit: int) -> None:
    line = first_line(text, limit)
    assert len(line) <= limit
    assert len(line.splitlines()) <= 1


@given(st.integers(-62_135_596_800, 253_402_300_799))
def test_times_are_kept_to_the_second(seconds: int) -> None:
    text = to_rfc3339(seconds)
    assert text.endswith("Z")
    assert from_rfc3339(text) == seconds


def test_a_time_has_an_offset_and_a_year() -> None:
    assert from_rfc3339("2026-06-09T16:30:47+09:00") == from_rfc3339("2026-06-09T07:30:47Z")
    for bad in ("2026-06-09T07:30:47", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", "soon"):
        with pytest.raises(ValueError, match=r"."):
            from_rfc3339(bad)


def test_bytes_that_are_not_utf_8_are_shown_as_such() -> None:
    assert escape_controls("a\udcff\udc80\ud83d\U0001f600ä\n") == "a\\xff\\x80\\ud83d\U0001f600ä\n"
