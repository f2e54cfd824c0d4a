"""Filling the index from Git: everything at one tip, or what one tip adds to the one before.

Both go through the same steps, in one transaction with the stamp, so a half-made index is never seen.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from git_yoi.codec.json_line import CorruptError
from git_yoi.codec.message import decode
from git_yoi.codec.ticket_file import decode_objective, decode_ticket
from git_yoi.domain.entry import Entry
from git_yoi.domain.events import ObjectiveChange, Repair
from git_yoi.domain.ids import is_id, shard
from git_yoi.domain.ticket import Ticket
from git_yoi.git.batch import read_many
from git_yoi.git.process import Git
from git_yoi.git.raw import FILE_MODE, MalformedError, decode_commit
from git_yoi.git.repository import Repository
from git_yoi.git.walk import Chain, chain, changed_files, files, in_order, stands_on
from git_yoi.index import rows
from git_yoi.index.rewind import rewind
from git_yoi.index.salvage import last_good
from git_yoi.index.schema import Stamp, create, read_stamp, write_stamp
from git_yoi.store.entry_commit import read_person
from git_yoi.store.join import read_rejected
from git_yoi.store.root import require_ours

_TICKETS, _OBJECTIVES, _SUFFIX = "tickets", "objectives", ".md"
_COLUMNS = 23
# Where so much is new, and more than there is, a whole new file is made in less time than it takes to add.
_MANY = 1000


def basis_of(repository: Repository) -> str:
    """What a tip's history depends on besides the tip: a shallow clone's boundary, which `git fetch` may move."""
    if not repository.shallow:
        return ""
    return (repository.common_dir / "shallow").read_text(encoding="ascii", errors="replace")


def fill(db: sqlite3.Connection, repository: Repository, tip: str) -> None:
    """Make the tables of an empty database that nobody else sees yet, and put all of `tip` into them.

    YoiError `format` for a tip that is no record of ours.
    """
    git = repository.git
    require_ours(git, tip)
    full_text = create(db)
    db.execute("BEGIN")
    _entries(db, git, chain(git, tip))
    _records(db, git, tip, files(git, tip, _TICKETS, _OBJECTIVES), words=False)
    _missing_files(db, git, tip, "1", words=False)
    if full_text:
        db.execute("INSERT INTO ticket_words (rowid, title, body) SELECT n, title, body FROM tickets")
        db.execute("INSERT INTO entry_words (rowid, body) SELECT n, body FROM entries WHERE body <> ''")
    write_stamp(db, Stamp(tip, basis_of(repository), full_text))
    db.execute("COMMIT")


def advance(db: sqlite3.Connection, repository: Repository, tip: str) -> bool:
    """Bring an index up to `tip` in the caller's transaction; False, with nothing done, where it must be rebuilt."""
    stamp = read_stamp(db)
    if stamp.basis != basis_of(repository):
        return False
    git = repository.git
    # A tip that this repository has lost cannot be compared with.
    if any(data is None for _, data in read_many(git, [stamp.tip])):
        return False
    added = chain(git, tip, stamp.tip)
    if len(added.parents) > _MANY and len(added.parents) > _count(db):
        return False
    if not stands_on(added, stamp.tip):
        fork = rewind(db, git, stamp.tip, tip, full_text=stamp.full_text)
        if fork is None:
            return False
        added = chain(git, tip, fork)
    first = _entries(db, git, added)
    if stamp.full_text:
        db.execute(
            "INSERT INTO entry_words (rowid, body) SELECT n, body FROM entries WHERE n >= ? AND body <> ''", [first]
        )
    changed = list(changed_files(git, stamp.tip, tip, _TICKETS, _OBJECTIVES))
    for _, _, path in changed:
        _forget(db, path, full_text=stamp.full_text)
    _records(db, git, tip, changed, words=stamp.full_text)
    gone = [_name(path) for _, oid, path in changed if oid is None]
    touched = "(n >= ? OR ticket IN (SELECT value FROM json_each(?)))"
    _missing_files(db, git, tip, touched, first, json.dumps(gone), words=stamp.full_text)
    write_stamp(db, Stamp(tip, stamp.basis, stamp.full_text))
    return True


def _count(db: sqlite3.Connection) -> int:
    found: int = db.execute("SELECT coalesce(max(n), 0) FROM entries").fetchone()[0]
    return found


def _entries(db: sqlite3.Connection, git: Git, added: Chain) -> int:
    """Put in the entries that were added, in the record's order; the number of the first."""
    first: int = db.execute(
        "SELECT 1 + max((SELECT coalesce(max(n), 0) FROM entries), (SELECT coalesce(max(n), 0) FROM joins),"
        " (SELECT coalesce(max(n), 0) FROM bad_entries))"
    ).fetchone()[0]
    ordered = in_order(added)
    rejected = _rejections(db, git, added)
    states: dict[str, str | None] = {}
    good = _read(db, git, added, ordered, first)
    db.executemany(
        f"INSERT INTO entries VALUES ({','.join('?' * 14)})",  # noqa: S608  (question marks only)
        (_row(db, states, n, oid, entry, rejected.get(oid)) for n, oid, entry in good),
    )
    return first


def _rejections(db: sqlite3.Connection, git: Git, added: Chain) -> dict[str, str]:
    """What the joins that were added name as without effect."""
    joins = [oid for oid, parents in added.parents.items() if len(parents) > 1]
    named: dict[str, str] = {}
    for _, data in read_many(git, joins):
        if data is not None:
            named.update(read_rejected(data.partition(b"\n\n")[2]))
    db.executemany("INSERT OR REPLACE INTO rejections VALUES (?, ?)", named.items())
    return named


def _read(
    db: sqlite3.Connection, git: Git, added: Chain, ordered: list[str], first: int
) -> Iterator[tuple[int, str, Entry]]:
    """The entries that can be read; joins, the root and what is corrupt go to their own tables."""
    for n, (oid, data) in enumerate(read_many(git, ordered), start=first):
        try:
            commit = decode_commit(data or b"")
            if len(added.parents[oid]) != 1 and not (b"\nYoi-Event: " in commit.message and not commit.parents[1:]):
                db.execute("INSERT INTO joins VALUES (?, ?)", (n, oid))
                continue
            if commit.signed:
                db.execute("INSERT OR IGNORE INTO signed VALUES (?)", (oid,))
            entry = decode(commit.message.decode(), read_person(commit.author))
            yield n, oid, _repaired(git, oid, entry)
        except (CorruptError, MalformedError, UnicodeDecodeError) as error:
            ticket = rows.named_ticket(data or b"") or _touched(git, oid)
            db.execute("INSERT INTO bad_entries VALUES (?, ?, ?, ?)", (n, oid, ticket, str(error)))


def _repaired(git: Git, oid: str, entry: Entry) -> Entry:
    """A repair brings the ticket's file along, in its commit's tree."""
    if not isinstance(entry.event, Repair):
        return entry
    from dataclasses import replace

    path = f"{oid}:{_TICKETS}/{shard(entry.ticket)}/{entry.ticket}{_SUFFIX}"
    done = git.run("--no-replace-objects", "cat-file", "blob", path, ok=None)
    if done.code != 0:
        raise CorruptError("a repair without the ticket's file")
    return replace(entry, replacement=decode_ticket(done.out))


def _touched(git: Git, oid: str) -> str | None:
    """The one ticket whose file a commit changed, or None."""
    done = git.run("rev-parse", "--verify", "-q", f"{oid}^", ok=None)
    if done.code != 0:
        return None
    found = {Path(path).stem for _, _, path in changed_files(git, done.text, oid, _TICKETS)}
    return found.pop() if len(found) == 1 else None


def _row(
    db: sqlite3.Connection, states: dict[str, str | None], n: int, oid: str, entry: Entry, rejected: str | None
) -> rows.Row:
    """An entry's row; `states` keeps each ticket's state so far."""
    if isinstance(entry.event, ObjectiveChange):
        return rows.entry_row(n, oid, entry, None, rejected)[0]
    if entry.ticket not in states:
        states[entry.ticket] = _last_state(db, entry.ticket)
    row, states[entry.ticket] = rows.entry_row(n, oid, entry, states[entry.ticket], rejected)
    return row


def _last_state(db: sqlite3.Connection, ticket: str) -> str | None:
    query = (
        'SELECT "to" FROM entries WHERE ticket = ? AND "to" IS NOT NULL AND rejected IS NULL ORDER BY n DESC LIMIT 1'
    )
    found = db.execute(query, (ticket,)).fetchone()
    return str(found[0]) if found else None


def _records(
    db: sqlite3.Connection, git: Git, tip: str, changed: Iterable[tuple[str, str | None, str]], *, words: bool
) -> None:
    """Put in the tickets and objectives whose files are named; with `words`, the tickets' words too."""
    present = [(mode, oid, path) for mode, oid, path in changed if oid is not None and path.endswith(_SUFFIX)]
    blobs = read_many(git, [oid for _, oid, _ in present])
    for (mode, _, path), (_, data) in zip(present, blobs, strict=True):
        if path.startswith(_OBJECTIVES):
            _objective(db, mode, data, path)
        else:
            _ticket(db, git, tip, mode, data, path, words=words)


def _name(path: str) -> str:
    """The id of the ticket or objective whose file lies at `path`; the path itself where no such file belongs."""
    stem = Path(path).stem
    shown = path.encode(errors="surrogateescape").decode(errors="backslashreplace")
    ours = (f"{_TICKETS}/{shard(stem)}/{stem}{_SUFFIX}", f"{_OBJECTIVES}/{stem}{_SUFFIX}")
    return stem if path in ours else shown


def _missing_files(db: sqlite3.Connection, git: Git, tip: str, which: str, *values: object, words: bool) -> None:
    """Note the tickets that have entries but no file; `which` narrows the entries looked at."""
    missing = db.execute(
        f"SELECT DISTINCT ticket FROM entries WHERE {which}"  # noqa: S608  (`which` is this module's own text)
        " AND kind <> 'objective' AND rejected IS NULL AND NOT EXISTS (SELECT 1 FROM ids WHERE ids.id = ticket)",
        values,
    ).fetchall()
    db.executemany("INSERT OR REPLACE INTO ids VALUES (?, ?)", [(t, t.lower()) for (t,) in missing])
    for (ticket,) in missing:
        _bad_ticket(db, git, tip, ticket, "the tree has no file of it", words=words)


def _forget(db: sqlite3.Connection, path: str, *, full_text: bool) -> None:
    name = _name(path)
    db.execute("DELETE FROM bad_files WHERE ticket = ?", (name,))
    if path.startswith(_OBJECTIVES):
        db.execute("DELETE FROM objectives WHERE id = ?", (name,))
        return
    if full_text:
        db.execute(
            "INSERT INTO ticket_words (ticket_words, rowid, title, body)"
            " SELECT 'delete', n, title, body FROM tickets WHERE id = ?",
            (name,),
        )
    for table, column in (("tickets", "id"), ("ids", "id"), ("relations", "ticket")):
        db.execute(f"DELETE FROM {table} WHERE {column} = ?", (name,))  # noqa: S608  (names from the line above)


def _ticket(
    db: sqlite3.Connection, git: Git, tip: str, mode: str, data: bytes | None, path: str, *, words: bool
) -> None:
    name = _name(path)
    if name == Path(path).stem:
        db.execute("INSERT OR REPLACE INTO ids VALUES (?, ?)", (name, name.lower()))
    try:
        ticket = decode_ticket(_content(mode, data))
        _require_same(ticket.id, name)
    except CorruptError as error:
        _bad_ticket(db, git, tip, name, str(error), words=words)
        return
    _insert(db, ticket, words=words)


def _bad_ticket(db: sqlite3.Connection, git: Git, tip: str, name: str, problem: str, *, words: bool) -> None:
    """Note a ticket's bad file, and put in what its last good one says."""
    db.execute("INSERT OR REPLACE INTO bad_files VALUES (?, ?)", (name, problem))
    good = last_good(git, tip, name) if is_id(name) else None
    if good is not None:
        _insert(db, good, words=words)


def _insert(db: sqlite3.Connection, ticket: Ticket, *, words: bool) -> None:
    marks = ",".join("?" * _COLUMNS)
    sql = f"INSERT INTO tickets VALUES (NULL,{marks})"  # noqa: S608  (question marks only)
    n = db.execute(sql, rows.ticket_row(ticket)).lastrowid
    db.executemany("INSERT INTO relations VALUES (?, ?, ?, ?, ?)", rows.relation_rows(ticket))
    if words:
        values = (n, ticket.title, ticket.body)
        db.execute("INSERT INTO ticket_words (rowid, title, body) VALUES (?, ?, ?)", values)


def _objective(db: sqlite3.Connection, mode: str, data: bytes | None, path: str) -> None:
    try:
        objective = decode_objective(_content(mode, data))
        _require_same(objective.id, _name(path))
    except CorruptError as error:
        db.execute("INSERT OR REPLACE INTO bad_files VALUES (?, ?)", (_name(path), str(error)))
        return
    db.execute("INSERT INTO objectives VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows.objective_row(objective))


def _content(mode: str, data: bytes | None) -> bytes:
    if mode != FILE_MODE:
        raise CorruptError(f"its file has mode {mode}")
    if data is None:
        raise CorruptError("its file is missing from the repository")
    return data


def _require_same(said: str, name: str) -> None:
    if said != name:
        raise CorruptError(f"the file of {name} says it is {said}")
