from __future__ import annotations

import pytest

from tests.conftest import Repo
from tests.inside import inside, new
from tests.terminal import on_terminal, without_colour


def found(repo: Repo, *words: str) -> set[str]:
    return set(inside(repo, "search", *words, "--quiet").out.split())


def test_words_of_any_length_in_any_script_are_found_everywhere(repo: Repo) -> None:
    title, body, entry = new(repo, "認証を直す"), new(repo, "Second"), new(repo, "Third")
    inside(repo, "edit", body, "-m", "設定ファイルの認証")
    inside(repo, "comment", entry, "-m", "Authentication fails: 認 証, 100% of a_b")
    assert found(repo, "認証") == {title, body}
    assert found(repo, "認") == {title, body, entry}
    assert found(repo, "設定ファイル") == {body}
    assert found(repo, "AUTHENTIC") == {entry}
    assert found(repo, "fails", "authentication") == {entry}
    assert found(repo, "0%") == {entry}
    assert found(repo, "a_b") == {entry}
    assert found(repo, "_%") == set()
    assert found(repo, '"fails: 認"') == {entry}
    assert found(repo, "nowhere") == set()


@pytest.mark.parametrize(
    "word", ['"', "'", "*", "NEAR(", "a OR b", "^abc", "col:abc", "-abc", "(((", "\\", "%%%", "___"]
)
def test_nothing_in_a_word_is_an_operator(repo: Repo, word: str) -> None:
    new(repo, "Plain")
    inside(repo, "search", "--json", "--", word, code=2 if word == '"' else 0)


def test_words_may_stand_in_different_places_of_one_ticket(repo: Repo) -> None:
    ticket = new(repo, "Panel")
    inside(repo, "comment", ticket, "-m", "the queue")
    new(repo, "Panel only")
    assert found(repo, "panel", "queue") == {ticket}


def test_json_tells_where(repo: Repo) -> None:
    ticket = new(repo, "The panel")
    inside(repo, "comment", ticket, "-m", "a long way to the panel")
    (hit,) = inside(repo, "search", "panel", "--json").data
    assert hit["id"] == ticket
    assert [(m["where"], m["text"]) for m in hit["matches"]] == [
        ("title", "The panel"),
        ("entry", "a long way to the panel"),
    ]
    assert hit["matches"][1]["entry"] == repo.git("rev-parse", "refs/yoi/tickets")


def test_closed_tickets_are_found_too_and_a_title_counts_most(repo: Repo) -> None:
    closed, titled = new(repo, "One"), new(repo, "the panel")
    inside(repo, "comment", closed, "-m", "panel")
    inside(repo, "close", closed, "--as", "wontfix", "-m", "no")
    assert inside(repo, "search", "panel", "--quiet").out.split() == [titled, closed]


def test_what_was_changed_is_no_longer_found(repo: Repo) -> None:
    ticket = new(repo, "Walrus")
    assert found(repo, "walrus") == {ticket}
    inside(repo, "edit", ticket, "--title", "Seal")
    assert found(repo, "walrus") == set()
    assert found(repo, "seal") == {ticket}


def test_a_terminal_shows_the_place_below_the_ticket(repo: Repo) -> None:
    ticket = new(repo, "Title")
    inside(repo, "comment", ticket, "-m", "here is the panel")
    lines = without_colour(on_terminal(repo.path, "search", "panel")).splitlines()
    assert lines[0].startswith(ticket[:4])
    assert lines[1] == "    entry: here is the panel"
