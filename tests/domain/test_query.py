from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from git_yoi.domain.query import KEYS, Facts, QueryError, Term, matches, names_states, parse, words

FACTS = Facts(
    id="kkkk",
    state="ready",
    priority="P1",
    labels=("ui", "good first"),
    assignees=("Ada <ada@example.org>", "bob"),
    author="Grace <grace@example.org>",
    blocked=True,
    held=False,
)
ME = frozenset({"ada <ada@example.org>", "ada", "ada@example.org"})


def meets(*query: str, facts: Facts = FACTS, holding: frozenset[str] = frozenset()) -> bool:
    return matches(parse(query), facts, me=ME, found=lambda word: {facts.id} if word in holding else set())


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("state:ready", True),
        ("state:READY", True),
        ("state:queued", False),
        ("state:queued,ready", True),
        ("-state:queued", True),
        ("!state:ready", False),
        ("label:ui", True),
        ("label:UI", True),
        ("label:u", False),
        ("-label:ui", False),
        ("label:good first", True),
        ('label:"good first"', True),
        ('-label:"good first"', False),
        ("assignee:me", True),
        ("assignee:bob", True),
        ("assignee:ada@example.org", True),
        ("assignee:eve", False),
        ("author:grace", True),
        ("author:me", False),
        ("blocked:yes", True),
        ("blocked:no", False),
        ("-blocked:no", True),
        ("priority:p1", True),
        ("priority:P0,P2", False),
        ("is:open", True),
        ("is:closed", False),
        ("is:blocked", True),
        ("is:held", False),
        ("is:ready", True),
        ("state:ready label:ui blocked:yes", True),
        ("state:ready label:other", False),
    ],
)
def test_a_term_holds_or_not(query: str, expected: bool) -> None:
    assert meets(query) is expected


def test_several_arguments_must_all_hold() -> None:
    assert meets("state:ready", "-label:docs", "assignee:me")
    assert not meets("state:ready", "-label:ui")


def test_a_word_is_looked_up_and_a_quoted_phrase_is_one_word() -> None:
    assert meets("panel", holding=frozenset({"panel"}))
    assert not meets("panel", "queue", holding=frozenset({"panel"}))
    assert meets('"state:ready now"', holding=frozenset({"state:ready now"}))
    assert meets("-panel")
    assert not meets("-panel", holding=frozenset({"panel"}))


def test_japanese_with_a_colon_is_a_word() -> None:
    assert parse(["注意:設定"]) == (Term("", ("注意:設定",)),)


def test_an_unknown_key_is_an_error_that_names_the_keys() -> None:
    with pytest.raises(QueryError, match=r"colour.*state, label, assignee"):
        parse(["colour:red"])


@pytest.mark.parametrize("query", ["state:", "state:nowhere", "blocked:maybe", "priority:P9", "is:fine"])
def test_a_value_that_no_ticket_can_have_is_an_error(query: str) -> None:
    with pytest.raises(QueryError):
        parse([query])


@pytest.mark.parametrize(
    ("query", "expected"), [("state:closed", True), ("-state:ready", False), ("is:open", True), ("words", False)]
)
def test_a_query_that_names_states_decides_about_closed_tickets_itself(query: str, expected: bool) -> None:
    assert names_states(parse([query])) is expected


def test_search_words_know_no_keys() -> None:
    assert words(["http://x", '"two words"', "one more"]) == ("http://x", "two words", "one", "more")
    assert words(["", '""', "  "]) == ()


@given(st.text())
def test_any_text_is_a_query_or_a_query_error(text: str) -> None:
    try:
        terms = parse([text])
    except QueryError:
        return
    assert all(t.key in ("", *KEYS) and t.values for t in terms)


@given(st.sampled_from(["state:ready", "label:ui", "assignee:me", "blocked:yes", "priority:P0", "is:held", "word"]))
def test_a_negated_term_holds_exactly_where_the_term_does_not(term: str) -> None:
    assert meets(term) != meets(f"-{term}")
    assert meets(f"-{term}") == meets(f"!{term}")
