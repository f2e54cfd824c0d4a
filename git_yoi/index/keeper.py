"""Where the index lies and how it is kept: caught up, built anew, or held in memory; it never makes anybody wait.

The file is in WAL mode: who reads sees one tip from beginning to end, whoever writes meanwhile. Only a whole build
replaces the file, under a lock that nobody waits for. What the file cannot give (busy, read-only, full disk) is made
in memory, so an answer never depends on it.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from git_yoi.git.repository import Repository
from git_yoi.index.schema import ForeignError, read_stamp
from git_yoi.index.view import Index

FILE = "index.sqlite3"
_ATTEMPTS = 3


class _UnusableError(Exception):
    """The file cannot serve this time; memory can."""


class Keeper:
    """The index of one repository, opened at one tip at a time."""

    def __init__(self, repository: Repository, now: Callable[[], str | None], notice: Callable[[str], None]) -> None:
        """Open nothing yet; `now` reads the ticket ref, `notice` says a line to people."""
        self._repository = repository
        self._path = repository.private / FILE
        self._now = now
        self._notice = notice
        self._opened: Index | None = None
        self._wanted = ""

    def at(self, tip: str) -> Index:
        """The index at `tip`, or at a newer tip that the ref has reached since `tip` was read; OSError."""
        if self._opened is None or tip not in (self._opened.tip, self._wanted):
            self.close()
            self._wanted = tip
            try:
                self._opened = Index(self._open(tip), self._damaged)
            except sqlite3.Error as error:
                raise OSError(f"no index can be made, not even in memory: {error}") from error
        return self._opened

    def follow(self, tip: str) -> None:
        """Catch up after a write, so that the next read finds everything; whatever fails is left to that read."""
        self.close()
        with suppress(sqlite3.Error, OSError, _UnusableError):
            self._from_file(tip).close()

    def renew(self, tip: str) -> None:
        """Put a new file in the place of whatever is there; whatever fails is left to the next read."""
        self.close()
        with suppress(OSError, _UnusableError), self._building():
            self._discard()
        self.follow(tip)

    def close(self) -> None:
        """Let go of the file."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def _open(self, tip: str) -> sqlite3.Connection:
        try:
            return self._from_file(tip)
        except (sqlite3.Error, OSError, _UnusableError):
            return self._in_memory(tip)

    def _damaged(self) -> sqlite3.Connection:
        """Another database for a question that the first one failed to answer: it is damaged somewhere inside."""
        self._notice("notice: the index is damaged; it is built anew")
        with suppress(OSError, _UnusableError), self._building():
            self._discard()
        return self._open(self._wanted)

    def _from_file(self, tip: str) -> sqlite3.Connection:
        for _ in range(_ATTEMPTS):
            try:
                db = self._connect()
            except (ForeignError, sqlite3.DatabaseError) as error:
                if _is_surroundings(error):
                    raise
                self._build(tip, said=self._path.exists())
                continue
            try:
                if self._serves(db, tip):
                    return db
            except BaseException:
                db.close()
                raise
            db.close()
            self._build(tip, said=False)
        raise _UnusableError

    def _connect(self) -> sqlite3.Connection:
        """Open the file and a view of it; ForeignError, sqlite3.Error."""
        if not self._path.exists():
            raise ForeignError
        before = self._path.stat().st_ino
        db = sqlite3.connect(f"{self._path.as_uri()}?mode=rw", uri=True, timeout=0, isolation_level=None)
        try:
            db.execute("PRAGMA synchronous = NORMAL")
            db.execute("BEGIN")
            read_stamp(db)
            self._require_inode(before)
        except BaseException:
            db.close()
            raise
        return db

    def _require_inode(self, before: int) -> None:
        """_UnusableError when the file was replaced meanwhile: it and its WAL could be of two different databases."""
        if not self._path.exists() or self._path.stat().st_ino != before:
            raise _UnusableError

    def _serves(self, db: sqlite3.Connection, tip: str) -> bool:
        """Whether the database shows `tip`, after catching up where needed; False where it must be rebuilt."""
        from_where = read_stamp(db)
        fits = from_where.basis == _basis(self._repository)
        if fits and (from_where.tip == tip or self._is_ahead(db, tip)):
            return True
        if not fits:
            return False
        db.execute("COMMIT")
        db.execute("BEGIN IMMEDIATE")
        if read_stamp(db).tip != tip and not self._is_ahead(db, tip):
            from git_yoi.index.build import advance

            if not advance(db, self._repository, tip):
                db.execute("ROLLBACK")
                return False
        db.execute("COMMIT")
        db.execute("BEGIN")
        at = read_stamp(db).tip
        return at == tip or self._is_ahead(db, tip)

    def _is_ahead(self, db: sqlite3.Connection, tip: str) -> bool:
        """Whether it shows a later tip because the ref went on; not so when the ref itself was set back to `tip`."""
        known = "SELECT 1 FROM entries WHERE id = ? UNION ALL SELECT 1 FROM joins WHERE id = ? LIMIT 1"
        return db.execute(known, (tip, tip)).fetchone() is not None and self._now() != tip

    def _build(self, tip: str, *, said: bool) -> None:
        """Build a whole new file and put it in place; _UnusableError when somebody else is at it."""
        from git_yoi.index.build import fill

        self._path.parent.mkdir(exist_ok=True)
        with self._building():
            if self._is_good(tip):
                return
            if said:
                self._notice("notice: the index is of another version or damaged; it is built anew")
            made = self._path.with_name(f"{FILE}.new")
            _remove(made)
            # SQLite itself would make it with 0644, whatever the umask allows to others.
            made.touch()
            try:
                with _scratch(made) as db:
                    fill(db, self._repository, tip)
                    db.execute("PRAGMA journal_mode = WAL")
                self._discard()
                made.replace(self._path)
            finally:
                _remove(made)

    def _is_good(self, tip: str) -> bool:
        """Whether somebody else built it while this process waited for its turn."""
        try:
            db = self._connect()
        except (ForeignError, sqlite3.DatabaseError, _UnusableError):
            return False
        try:
            return read_stamp(db).tip == tip and read_stamp(db).basis == _basis(self._repository)
        finally:
            db.close()

    @contextmanager
    def _building(self) -> Iterator[None]:
        """Be the only one that replaces the file; _UnusableError at once where another process is."""
        lock = os.open(self._path.with_name("index.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise _UnusableError from error
            yield
        finally:
            os.close(lock)

    def _discard(self) -> None:
        _remove(self._path)

    def _in_memory(self, tip: str) -> sqlite3.Connection:
        """A database of this process alone: the file's content caught up, else everything read anew."""
        from git_yoi.index.build import advance, fill

        for copy in (_copied, _deserialized):
            with suppress(sqlite3.Error, OSError, ForeignError):
                db = copy(self._path)
                if read_stamp(db).basis == _basis(self._repository):
                    db.execute("BEGIN")
                    if read_stamp(db).tip == tip or advance(db, self._repository, tip):
                        db.execute("COMMIT")
                        return db
                db.close()
        db = sqlite3.connect(":memory:", isolation_level=None)
        fill(db, self._repository, tip)
        return db


def _basis(repository: Repository) -> str:
    """As `build.basis_of`, without importing the builder where nothing is to be built."""
    if not repository.shallow:
        return ""
    from git_yoi.index.build import basis_of

    return basis_of(repository)


def _is_surroundings(error: Exception) -> bool:
    """Whether the file may well be good, but cannot be opened here and now."""
    if not isinstance(error, sqlite3.OperationalError):
        return False
    # CORRUPT and NOTADB come as plain DatabaseError; a table that is missing means a foreign file.
    return not str(error).startswith(("no such", "malformed"))


@contextmanager
def _scratch(path: Path) -> Iterator[sqlite3.Connection]:
    """A new file that nobody else knows of: no journal and no syncing until it is whole."""
    db = sqlite3.connect(path, isolation_level=None)
    try:
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("PRAGMA synchronous = OFF")
        yield db
    finally:
        db.close()


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _copied(path: Path) -> sqlite3.Connection:
    """The file's committed content in memory, by way of SQLite."""
    source = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=0, isolation_level=None)
    try:
        read_stamp(source)
        db = sqlite3.connect(":memory:", isolation_level=None)
        source.backup(db)
    finally:
        source.close()
    return db


def _deserialized(path: Path) -> sqlite3.Connection:
    """The same by reading the file: in a read-only directory SQLite cannot open one in WAL mode.

    OSError when the file changed meanwhile, or when a WAL beside it holds what it lacks.
    """
    before = path.stat()
    data = bytearray(path.read_bytes())
    wal = path.with_name(path.name + "-wal")
    if _facts(path.stat()) != _facts(before) or (wal.exists() and wal.stat().st_size):
        raise OSError("the index is being written")
    # Bytes 18 and 19 say WAL (2) or not (1); a database in memory has no WAL, and here none is needed.
    data[18:20] = b"\x01\x01"
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.deserialize(bytes(data))
    read_stamp(db)
    return db


def _facts(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_ino, found.st_size, found.st_mtime_ns
