"""The tables of the index, and the stamp that says which tip they show."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

# Another number is another program's index: it is built anew, never converted.
VERSION = 2
_APPLICATION = 0x594F4931  # "YOI1"

_TABLES = """
CREATE TABLE stamp (tip TEXT NOT NULL, basis TEXT NOT NULL, full_text INTEGER NOT NULL);
CREATE TABLE tickets (
  n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, state TEXT NOT NULL, priority TEXT NOT NULL,
  labels TEXT NOT NULL, assignees TEXT NOT NULL, created_at INTEGER NOT NULL, created_by TEXT NOT NULL,
  updated_at INTEGER NOT NULL, body TEXT NOT NULL, queued_text TEXT, generation INTEGER NOT NULL, claim TEXT,
  holder TEXT, branch TEXT, base TEXT, target TEXT, mark TEXT, attachments TEXT NOT NULL, reviews TEXT NOT NULL,
  merge TEXT, resolution TEXT, imported TEXT
);
CREATE TABLE ids (id TEXT PRIMARY KEY, folded TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX ids_folded ON ids (folded);
CREATE INDEX tickets_state ON tickets (state);
CREATE TABLE relations (
  ticket TEXT NOT NULL, n INTEGER NOT NULL, kind TEXT NOT NULL, other TEXT NOT NULL, note TEXT,
  PRIMARY KEY (ticket, n)
) WITHOUT ROWID;
CREATE INDEX relations_other ON relations (other, kind);
CREATE TABLE entries (
  n INTEGER PRIMARY KEY, id TEXT NOT NULL, ticket TEXT NOT NULL, kind TEXT NOT NULL, author TEXT NOT NULL,
  at INTEGER NOT NULL, role TEXT NOT NULL, body TEXT NOT NULL, "from" TEXT, "to" TEXT, reason TEXT,
  rejected TEXT, nonce TEXT NOT NULL, data TEXT NOT NULL
);
CREATE INDEX entries_ticket ON entries (ticket, n);
CREATE INDEX entries_id ON entries (id);
CREATE TABLE signed (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE joins (n INTEGER PRIMARY KEY, id TEXT NOT NULL);
CREATE TABLE rejections (id TEXT PRIMARY KEY, code TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE bad_entries (n INTEGER PRIMARY KEY, id TEXT NOT NULL, ticket TEXT, problem TEXT NOT NULL);
CREATE TABLE bad_files (ticket TEXT PRIMARY KEY, problem TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE objectives (
  id TEXT PRIMARY KEY, title TEXT NOT NULL, state TEXT NOT NULL, tickets TEXT NOT NULL, created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL, updated_at INTEGER NOT NULL, body TEXT NOT NULL
) WITHOUT ROWID;
"""
# Trigrams, not words: Japanese puts no spaces between them. The texts themselves stand in the tables above, once.
_FULL_TEXT = """
CREATE VIRTUAL TABLE ticket_words USING fts5
  (title, body, content='tickets', content_rowid='n', tokenize='trigram');
CREATE VIRTUAL TABLE entry_words USING fts5
  (body, content='entries', content_rowid='n', tokenize='trigram');
"""


class Stamp(NamedTuple):
    """The tip that an index shows, what else it depends on (a shallow clone's boundary), and whether it has words."""

    tip: str
    basis: str
    full_text: bool


class ForeignError(Exception):
    """A file that is no index of this version."""


def create(db: sqlite3.Connection) -> bool:
    """Make the tables in an empty database; whether its SQLite can index words by trigrams (3.34 and FTS5)."""
    db.executescript(_TABLES)
    db.execute(f"PRAGMA application_id = {_APPLICATION}")
    db.execute(f"PRAGMA user_version = {VERSION}")
    try:
        db.executescript(_FULL_TEXT)
    except sqlite3.OperationalError:
        return False
    return True


def read_stamp(db: sqlite3.Connection) -> Stamp:
    """What the index shows; ForeignError when it is none of ours, sqlite3.DatabaseError when it is damaged."""
    application = db.execute("PRAGMA application_id").fetchone()[0]
    if application != _APPLICATION or db.execute("PRAGMA user_version").fetchone()[0] != VERSION:
        raise ForeignError
    found = db.execute("SELECT tip, basis, full_text FROM stamp").fetchall()
    if len(found) != 1:
        raise ForeignError
    return Stamp(found[0][0], found[0][1], bool(found[0][2]))


def write_stamp(db: sqlite3.Connection, stamp: Stamp) -> None:
    """Say what the index shows from now on, in the transaction that made it so."""
    db.execute("DELETE FROM stamp")
    db.execute("INSERT INTO stamp VALUES (?, ?, ?)", (stamp.tip, stamp.basis, int(stamp.full_text)))
