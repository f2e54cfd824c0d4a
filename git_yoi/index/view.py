"""One tip's facts, asked in SQL; a damaged database is replaced once, and the question asked again."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from git_yoi.index.schema import read_stamp


class Index:
    """The record at `tip`, as tables (`schema`); a view does not change while it is open."""

    def __init__(self, db: sqlite3.Connection, replace: Callable[[], sqlite3.Connection]) -> None:
        """Ask `db`; `replace` gives another database when this one turns out to be damaged."""
        self._db = db
        self._replace: Callable[[], sqlite3.Connection] | None = replace
        self._stamp = read_stamp(db)

    @property
    def tip(self) -> str:
        """The commit that it shows."""
        return self._stamp.tip

    @property
    def full_text(self) -> bool:
        """Whether words are indexed by trigrams; without that, texts are read through."""
        return self._stamp.full_text

    def rows(self, query: str, values: Sequence[object] | Mapping[str, object] = ()) -> list[Any]:
        """Every row that a query gives."""
        try:
            return self._db.execute(query, values).fetchall()
        except sqlite3.DatabaseError:
            if self._replace is None:
                raise
            self.close()
            self._db, self._replace = self._replace(), None
            self._stamp = read_stamp(self._db)
            return self._db.execute(query, values).fetchall()

    def close(self) -> None:
        """Let go of the database."""
        self._db.close()
