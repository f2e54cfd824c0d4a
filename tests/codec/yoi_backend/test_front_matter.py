from __future__ import annotations

import pytest

from git_yoi.codec.yoi_backend.front_matter import read_item
from git_yoi.codec.yoi_backend.source import Item, Report


def read(text: str) -> tuple[Item, list[str]]:
    report = Report("t")
    return read_item(text, report), [f"{p.line} {p.what}" for p in report.problems]


def test_values_keep_their_text_whatever_yaml_would_make_of_them() -> None:
    item, problems = read(
        "---\na: 2026-01-01T00:00:00Z\nb: 007\nc: null\nd: 'null'\ne: [x, 'y: z']\nf: yes\n---\n\nbody"
    )
    assert item.front == {
        "a": "2026-01-01T00:00:00Z",
        "b": "007",
        "c": None,
        "d": "null",
        "e": ["x", "y: z"],
        "f": "yes",
    }
    assert problems == []
    assert item.lines["e"] == 6


def test_the_description_is_kept_byte_for_byte() -> None:
    item, _ = read("---\ntitle: x\n---\n\n\n  a\r\n---\n\nb\n\n")
    assert item.body == "\n  a\r\n---\n\nb\n\n"


def test_the_oldest_writers_unquoted_titles_are_read_line_by_line() -> None:
    item, problems = read("---\ntitle: Panel: 色を直す\nlabels: [ui, fix]\nassignee: null\n---\n\nx\n")
    assert item.front == {"title": "Panel: 色を直す", "labels": ["ui", "fix"], "assignee": None}
    assert problems == []


def test_a_line_that_is_no_key_is_told_with_its_number() -> None:
    item, problems = read("---\ntitle: a: b\n???\n---\n\nx\n")
    assert item.front == {"title": "a: b"}
    assert problems[0].startswith("3 a line of the front matter")


@pytest.mark.parametrize("text", ["", "no fence\n", "---\ntitle: x\nnever ends\n"])
def test_without_front_matter_everything_is_the_description(text: str) -> None:
    item, problems = read(text)
    assert (item.front, item.body) == ({}, text)
    assert len(problems) == 1


def test_aliases_that_would_grow_without_end_are_not_unfolded() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{new}: &{new} [{','.join([f'*{old}'] * 10)}]\n" for old, new in ("ab", "bc", "cd", "de", "ef", "fg")
    )
    item, problems = read(f"---\ntitle: t\n{bomb}---\n\nx\n")
    assert item.front["title"] == "t"
    assert item.body == "x\n"
    assert problems == [] or "values" in problems[0]
