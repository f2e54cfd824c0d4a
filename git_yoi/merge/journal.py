"""The journal of a completion: everything that is needed to go on after a kill, written before any ref moves.

A ref transaction is not atomic under SIGKILL: the target may have moved and the ticket not, with lock files left.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from git_yoi.errors import YoiError
from git_yoi.git.child import Child, identify
from git_yoi.git.repository import Repository
from git_yoi.merge.leftovers import JOURNAL

LOCK = "journal.lock"
_FORMAT = 1
# From judging to cleaning up a completion holds the lock for a second or two; validation runs outside of it.
_PATIENCE_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class ClosingEntry:
    """An entry to append, as its commit message says it; `at` is seconds since the epoch."""

    message: str
    name: str
    email: str
    at: int
    nonce: str


@dataclass(frozen=True, slots=True)
class Journal:
    """One completion under way: each ref's old and new value, and what remains to be done once they have moved.

    `worktrees` have the target checked out and must follow. `had_worktree`: the branch was checked out somewhere.
    `claim` is the one that ends. `since` (nanoseconds, by the file system's clock) is when it was written; `child` is
    the git process that last wrote for it. Where tickets are shared, `remote` is where both refs move first, each from
    its `remote_*_old`; `target_old` is None where the target is not here.
    """

    ticket: str
    title: str
    branch: str
    head: str
    base: str
    target: str
    target_old: str | None
    merge: str
    ticket_ref: str
    ticket_old: str
    ticket_new: str
    worktrees: tuple[str, ...]
    entries: tuple[ClosingEntry, ...]
    validations: tuple[tuple[str, int, float], ...] = ()
    claim: str | None = None
    keep_worktree: bool = False
    keep_branch: bool = False
    had_worktree: bool = False
    since: int = 0
    child: Child | None = None
    strategy: str = "merge"
    remote: str | None = None
    remote_target_old: str | None = None
    remote_ticket_old: str | None = None


def is_there(repository: Repository) -> bool:
    """Whether a completion is under way, or was left by a kill."""
    return (repository.private / JOURNAL).exists()


@contextmanager
def lock_journal(repository: Repository, *, wait: bool) -> Iterator[bool]:
    """Hold the journal's lock; False when another process does and `wait` is not set; YoiError `io` after waiting."""
    repository.private.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(repository.private / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        yield _take(descriptor, wait=wait)
    finally:
        os.close(descriptor)


def _take(descriptor: int, *, wait: bool) -> bool:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not wait:
                return False
        else:
            return True
        if time.monotonic() > deadline:
            raise YoiError(
                "io",
                "another completion in this repository does not end",
                cause=f"it has held the journal for {_PATIENCE_SECONDS:.0f} s",
                hint="let it end, then run the same command again",
            )
        time.sleep(0.02)


class JournalFile:
    """The journal on disk; its lock is held by whoever has one of these."""

    def __init__(self, repository: Repository) -> None:
        """Touch nothing yet."""
        self._path = repository.private / JOURNAL

    def read(self, notice: Callable[[str], None]) -> Journal | None:
        """What is there; None when there is nothing, or nothing that can be read: it is put aside then, and said.

        YoiError `format` for one that a newer version wrote, which stays for that.
        """
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return None
        try:
            return _decode(json.loads(data))
        except (KeyError, TypeError, ValueError, RecursionError):
            bad = self._path.with_suffix(".bad")
            self._path.replace(bad)
            notice(f"notice: the journal of a completion could not be read, and lies in {bad}; git yoi doctor")
            return None

    def begin(self, journal: Journal) -> Journal:
        """Write it durably, for the first time; with its `since`."""
        new = self._path.with_suffix(".new")
        new.touch()
        os.utime(new)
        begun = replace(journal, since=new.stat().st_mtime_ns)
        self._write(begun)
        _sync(self._path.parent)
        return begun

    def note_child(self, journal: Journal, pid: int) -> Journal:
        """Write down which git process is about to write; it waits for its input until this has returned."""
        noted = replace(journal, child=identify(pid))
        self._write(noted)
        return noted

    def end(self) -> None:
        """There is nothing left to do."""
        self._path.unlink(missing_ok=True)

    def _write(self, journal: Journal) -> None:
        new = self._path.with_suffix(".new")
        with new.open("w") as file:
            json.dump({"format": _FORMAT, **asdict(journal)}, file)
            file.flush()
            # Whatever a power cut leaves of the rename, what it names is whole.
            os.fsync(file.fileno())
        new.replace(self._path)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _decode(values: dict[str, Any]) -> Journal:
    written = values.pop("format")
    if isinstance(written, int) and written > _FORMAT:
        raise YoiError(
            "format",
            "a completion was begun here by a newer git-yoi, and is not finished",
            cause=f"its journal has format {written}; this version knows {_FORMAT}",
            hint="finish it with that version: any command of it that writes does",
        )
    if written != _FORMAT:
        raise ValueError("a journal of no known format")
    values["worktrees"] = tuple(values["worktrees"])
    values["entries"] = tuple(ClosingEntry(**entry) for entry in values["entries"])
    values["validations"] = tuple((c, int(e), float(s)) for c, e, s in values["validations"])
    values["child"] = Child(**values["child"]) if values["child"] else None
    return Journal(**values)
