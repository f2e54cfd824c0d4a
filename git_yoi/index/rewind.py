"""Taking an index back to where another history left the one that it shows, so that a join costs what it changes.

A join puts the shared remote's entries before our own: the order up to the last commit that both agree on stays, what
follows is taken out, and put in anew.
"""

from __future__ import annotations

import sqlite3

from git_yoi.git.ancestry import Parents, added
from git_yoi.git.process import Git

_ORDERED = ("entries", "joins", "bad_entries")
_PLACE = " UNION ALL ".join(f"SELECT n FROM {table} WHERE id = :id" for table in _ORDERED)  # noqa: S608  (names from the line above)


def rewind(db: sqlite3.Connection, git: Git, old: str, new: str, *, full_text: bool) -> str | None:
    """Take out what `old` has after the last commit of the order of both; that commit, or None where there is none."""
    fork = _first_parent_below(added(git, new, old), new)
    if fork is None or _first_parent_below(added(git, old, fork), old) != fork:
        return None
    place = db.execute(_PLACE, {"id": fork}).fetchone()
    if place is None:
        return None
    _cut(db, int(place[0]), full_text=full_text)
    return fork


def _first_parent_below(found: Parents, tip: str) -> str | None:
    """Where the first-parent chain of `tip` leaves what was found; None where it ends within."""
    at = tip
    while at in found:
        if not found[at]:
            return None
        at = found[at][0]
    return at


def _cut(db: sqlite3.Connection, place: int, *, full_text: bool) -> None:
    if full_text:
        db.execute(
            "INSERT INTO entry_words (entry_words, rowid, body)"
            " SELECT 'delete', n, body FROM entries WHERE n > ? AND body <> ''",
            (place,),
        )
    gone = " UNION ALL ".join(f"SELECT id FROM {table} WHERE n > :n" for table in _ORDERED)  # noqa: S608  (as above)
    for table in ("rejections", "signed"):
        db.execute(f"DELETE FROM {table} WHERE id IN ({gone})", {"n": place})  # noqa: S608  (this module's own words)
    for table in _ORDERED:
        db.execute(f"DELETE FROM {table} WHERE n > ?", (place,))  # noqa: S608  (as above)
