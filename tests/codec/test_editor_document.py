from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from git_yoi.codec.editor_document import Document, DocumentError, read, spell
from git_yoi.domain.text import line_problem, text_problem
from git_yoi.domain.ticket import Actor, Ticket

TICKET = Ticket("kkkkkkkkkkkkkkkk", "A title", "planning", "P2", ("ui",), (), 0, Actor("A", "a@b"), 0, "The text.")
LINES = st.text(min_size=1, max_size=40).filter(lambda text: line_problem(text) is None)
TEXTS = st.text(max_size=200).filter(lambda text: text_problem(text) is None)


@given(LINES, st.lists(LINES, max_size=3, unique=True), TEXTS)
def test_what_is_not_touched_comes_back_the_same(title: str, labels: list[str], body: str) -> None:
    ticket = replace(TICKET, title=title, labels=tuple(labels), body=body)
    assert read(spell(ticket), ticket) == Document(title, "P2", tuple(labels), (), body)


def test_a_value_is_taken_as_it_is_written() -> None:
    found = read("---\ntitle: 2024\nlabels: [no, 1.0, ~]\nassignees:\n- Ada\n---\nBody\n", TICKET)
    assert found == Document("2024", None, ("no", "1.0", "~"), ("Ada",), "Body")


def test_an_editor_that_adds_the_last_line_feed_changes_nothing() -> None:
    assert read(spell(TICKET), TICKET).body == "The text."
    kept = replace(TICKET, body="The text.\n")
    assert read(spell(kept), kept).body == "The text.\n"


def test_a_description_that_ends_in_a_carriage_return_comes_back_the_same() -> None:
    ticket = replace(TICKET, body="x\r")
    assert read(spell(ticket), ticket).body == "x\r"


def test_a_rule_in_the_description_is_no_fence() -> None:
    ticket = replace(TICKET, body="above\n---\nbelow\n")
    assert read(spell(ticket), ticket).body == "above\n---\nbelow\n"


def test_line_ends_of_another_system_are_read() -> None:
    assert read(spell(TICKET).replace("\n", "\r\n"), TICKET) == Document("A title", "P2", ("ui",), (), "The text.")


@pytest.mark.parametrize(
    ("front", "said"),
    [
        ("title: [a\n", "line 3, column"),
        ("title: a\ntitel: b\n", "line 3, column 1: 'titel' is none of"),
        ("title: a\ntitle: b\n", "line 3, column 1: title stands twice"),
        ("title: [a]\n", "line 2, column 8: title is one line of text"),
        ("title:\n", "line 2, column 1: title cannot be kept: it is empty"),
        ("title: |\n  a\n  b\n", "line 2, column 8: title cannot be kept: it holds a line break"),
        ("priority: P9\n", "line 2, column 11: priority is one of"),
        ("labels: a\n", "line 2, column 9: labels is a list"),
        ("labels: [a, [b]]\n", "line 2, column 13: labels is one line"),
        ("- a\n", "line 2, column 1: the front matter is not"),
        ("title: 'a\n", "line"),
        ("title: \x07\n", "the front matter is not YAML"),
        ("labels: " + "[" * 5000 + "\n", "line|the front matter is not YAML"),
        ("? [a]\n: b\n", "is none of"),
    ],
)
def test_a_mistake_is_named_with_its_place(front: str, said: str) -> None:
    with pytest.raises(DocumentError, match=said):
        read(f"---\n{front}---\nBody\n", TICKET)


@pytest.mark.parametrize("document", ["", "Body\n", "---\ntitle: a\n", "\n---\ntitle: a\n---\n"])
def test_a_document_without_its_fences_is_refused(document: str) -> None:
    with pytest.raises(DocumentError, match="line 1"):
        read(document, TICKET)
