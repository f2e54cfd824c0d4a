from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from git_yoi.codec.yoi_backend.source import Event, Report
from git_yoi.codec.yoi_backend.thread import read_thread
from git_yoi.codec.yoi_backend.thread_text import Said, write_thread

_HEAD = "<!-- event: comment author: a at: 2026-01-01T00:00:0{}Z -->\n\n"


def read(text: str) -> tuple[list[Event], list[str]]:
    report = Report("t")
    return read_thread(text, report), [f"{p.line} {p.what}" for p in report.problems]


def test_a_body_is_kept_byte_for_byte() -> None:
    body = "## Comment\n\n  first\r\n\n\n# title\n\t\nlast \n"
    events, problems = read(_HEAD.format(1) + body + "\n\n---\n")
    assert [e.body for e in events] == [body]
    assert problems == []


def test_a_rule_inside_a_body_ends_nothing() -> None:
    events, _ = read(_HEAD.format(1) + "one\n\n---\n\ntwo\n\n---\n\n" + _HEAD.format(2) + "three\n\n---\n")
    assert [e.body for e in events] == ["one\n\n---\n\ntwo", "three"]


def test_front_matter_quoted_in_a_body_stays_in_it() -> None:
    quoted = "---\nid: x\ntitle: y\n---\n\ntext"
    events, _ = read(_HEAD.format(1) + quoted + "\n\n---\n")
    assert [e.body for e in events] == [quoted]


def test_an_entry_without_an_end_is_kept_before_the_next_header_and_told() -> None:
    events, problems = read(_HEAD.format(1) + "one\n\n" + _HEAD.format(2) + "two")
    assert [e.body for e in events] == ["one", "two"]
    assert problems == ["5 an entry begins before the one above it was closed; both are kept"]


def test_a_header_quoted_in_a_code_fence_is_text() -> None:
    body = "like this:\n\n```\n\n" + _HEAD.format(9) + "```\n"
    events, problems = read(_HEAD.format(1) + body + "\n\n---\n")
    assert [e.body for e in events] == [body]
    assert problems == []


def test_a_heading_is_not_demanded() -> None:
    events, _ = read("<!-- event: plan author: a at: 2026-01-01T00:00:00Z -->\n\nbare\n\n---\n")
    assert [(e.heading, e.words, e.body) for e in events] == [("", "bare", "bare")]


def test_a_heading_is_part_of_the_body_and_can_be_told_from_its_words() -> None:
    events, _ = read(_HEAD.format(1) + "## Decision\n\nyes\n\n---\n")
    assert [(e.heading, e.words, e.body) for e in events] == [("Decision", "yes", "## Decision\n\nyes")]


def test_text_under_no_header_and_a_broken_header_are_kept_and_told_with_their_line() -> None:
    events, problems = read("stray\n\n---\n\n<!-- event: comment author: a\n\nbody\n\n---\n")
    assert [(e.kind, e.body) for e in events] == [("", "stray"), ("", "<!-- event: comment author: a\n\nbody")]
    assert problems == ["1 text that no header introduces", "5 text that no header introduces"]


def test_an_empty_thread_has_no_entries() -> None:
    assert read("") == ([], [])
    assert read("\n\n---\n") == ([], [])


_LINES = st.sampled_from(
    ["", "text", "---", "## Heading", "```", " --- ", "\r", "日本語", "<!-- x -->", _HEAD.format(5).split("\n")[0]]
)


@given(st.lists(st.tuples(st.lists(_LINES, max_size=7), st.booleans()), min_size=1, max_size=4))
def test_no_body_can_break_out_of_a_written_thread(bodies: list[tuple[list[str], bool]]) -> None:
    said = [
        Said({"event": "comment", "author": f"a{n}", "at": "2026-01-01T00:00:00Z"}, "\n".join(lines))
        for n, (lines, _) in enumerate(bodies)
    ]
    lost: list[str] = []
    events, _ = read(write_thread(said, lost))
    assert [e.attributes["author"] for e in events] == [(s.header or {})["author"] for s in said]
    if not lost:
        assert [e.body for e in events] == [s.body for s in said]
