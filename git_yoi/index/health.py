"""Looking at the index file as it lies there, and making it anew: readers mend it unasked, and `doctor` says so."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from git_yoi.git.repository import Repository
from git_yoi.index.keeper import FILE
from git_yoi.index.schema import ForeignError, read_stamp


class Condition(NamedTuple):
    """Why the file does not serve a tip: `word` for programs (missing, damaged, behind), `text` for people."""

    word: str
    text: str


def condition(repository: Repository, tip: str) -> Condition | None:
    """What is wrong with the file, None when it shows `tip` or a later one; it is only looked at."""
    path = repository.private / FILE
    if not path.exists():
        return Condition("missing", "there is no index")
    try:
        db = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=1, isolation_level=None)
    except sqlite3.Error as error:
        return Condition("damaged", f"the index cannot be opened: {error}")
    try:
        return _judged(db, tip)
    except ForeignError:
        return Condition("damaged", "the index is of another version, or no index")
    except sqlite3.Error as error:
        return Condition("damaged", f"the index is damaged: {error}")
    finally:
        db.close()


def _judged(db: sqlite3.Connection, tip: str) -> Condition | None:
    stamp = read_stamp(db)
    said = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if said != "ok":
        return Condition("damaged", f"the index is damaged: {said}")
    known = "SELECT 1 FROM entries WHERE id = ? UNION ALL SELECT 1 FROM joins WHERE id = ? LIMIT 1"
    if stamp.tip != tip and db.execute(known, (tip, tip)).fetchone() is None:
        return Condition("behind", f"the index shows {stamp.tip[:12]}, and the tickets are at {tip[:12]}")
    return None
