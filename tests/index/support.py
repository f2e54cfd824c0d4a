"""Looking into an index file, and comparing it with one built from scratch."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from git_yoi.index.build import fill
from git_yoi.index.keeper import FILE, Keeper
from tests.conftest import Repo
from tests.inside import session_of

REF = "refs/yoi/tickets"
# The number of a ticket's row says nothing; all else must be equal.
_CONTENT = {
    "stamp": "*",
    "tickets": "id, title, state, priority, labels, assignees, created_at, created_by, updated_at, body, queued_text,"
    " generation, claim, holder, branch, base, target, mark, attachments, reviews, merge, resolution, imported",
    "ids": "*",
    "relations": "*",
    "entries": "*",
    "signed": "*",
    "joins": "*",
    "rejections": "*",
    "bad_entries": "*",
    "bad_files": "*",
    "objectives": "*",
}


def index_file(repo: Repo) -> Path:
    """Where a repository's index lies."""
    return repo.path / ".git" / "yoi" / FILE


def tip(repo: Repo) -> str:
    """The ticket ref's commit."""
    return repo.git("rev-parse", REF)


def content(db: sqlite3.Connection) -> dict[str, list[Any]]:
    """Everything that an index says; its full text must agree with its tables."""
    for table in ("ticket_words", "entry_words"):
        db.execute(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")
    return {table: sorted(db.execute(f"SELECT {what} FROM {table}"), key=repr) for table, what in _CONTENT.items()}


def on_disk(repo: Repo) -> dict[str, list[Any]]:
    """What the index file says."""
    db = sqlite3.connect(index_file(repo))
    try:
        return content(db)
    finally:
        db.close()


def from_scratch(repo: Repo) -> dict[str, list[Any]]:
    """What an index that is built now says."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    fill(db, session_of(repo).repository, tip(repo))
    try:
        return content(db)
    finally:
        db.close()


def keeper(repo: Repo, notices: list[str] | None = None) -> Keeper:
    """A keeper as another process would have it."""
    said = notices if notices is not None else []
    return Keeper(session_of(repo).repository, lambda: tip(repo), said.append)
