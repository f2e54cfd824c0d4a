"""Finding texts: by trigrams where a word has three letters or more, else by reading through."""

from __future__ import annotations

from typing import NamedTuple

from git_yoi.index.view import Index

_TRIGRAM = 3
_AROUND = 40


class Match(NamedTuple):
    """Where a word was found: title, description or entry (then `entry` is its commit), and the text around it."""

    where: str
    entry: str | None
    text: str


def tickets_with(index: Index, word: str) -> set[str]:
    """The ids of the tickets whose title, description or thread holds a word, whatever its case."""
    if index.full_text and len(word) >= _TRIGRAM:
        phrase = _phrase(word)
        rows = index.rows(
            "SELECT id FROM tickets WHERE n IN (SELECT rowid FROM ticket_words WHERE ticket_words MATCH ?)"
            " UNION SELECT ticket FROM entries WHERE n IN (SELECT rowid FROM entry_words WHERE entry_words MATCH ?)",
            (phrase, phrase),
        )
    else:
        like = _like(word)
        rows = index.rows(
            r"SELECT id FROM tickets WHERE title LIKE ? ESCAPE '\' OR body LIKE ? ESCAPE '\'"
            r" UNION SELECT ticket FROM entries WHERE body LIKE ? ESCAPE '\' AND kind <> 'objective'",
            (like, like, like),
        )
    return {row[0] for row in rows}


def _phrase(word: str) -> str:
    """A word as FTS5 takes any text at all: in quotes."""
    quoted = word.replace('"', '""')
    return f'"{quoted}"'


def _like(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def matches_in(index: Index, ticket_id: str, words: tuple[str, ...]) -> list[Match]:
    """Where one ticket holds the words, title first; the creating entry repeats the description and is left out."""
    found: list[Match] = []
    for title, body in index.rows("SELECT title, body FROM tickets WHERE id = ?", (ticket_id,)):
        found += _matches("title", None, title, words) + _matches("description", None, body, words)
    query = "SELECT id, body FROM entries WHERE ticket = ? AND kind NOT IN ('create', 'objective') ORDER BY n"
    for oid, body in index.rows(query, (ticket_id,)):
        found += _matches("entry", oid, body, words)
    return found


def _matches(where: str, entry: str | None, text: str, words: tuple[str, ...]) -> list[Match]:
    folded = text.lower()
    # Some letters change their length when folded; then the place in the text is only near, which a snippet can bear.
    places = [at for at in (folded.find(word.lower()) for word in words) if at >= 0]
    return [Match(where, entry, _around(text, min(places)))] if places else []


def _around(text: str, at: int) -> str:
    start, end = max(0, at - _AROUND), at + 2 * _AROUND
    cut = " ".join(text[start:end].split())
    return ("…" if start else "") + cut + ("…" if end < len(text) else "")
