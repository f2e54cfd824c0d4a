"""The trash in the common git directory: where removed worktrees lie, with git's entry of them and a note."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from git_yoi.git.repository import Repository
from git_yoi.git.worktrees import AdminEntry

_NOTE = "origin.json"
WORKTREE = "worktree"
ENTRY = "git-entry"


def stamp(now: float) -> str:
    """A time, in seconds since the epoch, as it stands in names: `20261123T224900Z`."""
    return datetime.fromtimestamp(int(now), tz=UTC).strftime("%Y%m%dT%H%M%SZ")


def discard(repository: Repository, *, ticket_id: str, path: Path | None, entry: AdminEntry | None, now: float) -> Path:
    """Move a worktree's directory, and git's entry of it, into the trash; the folder there. OSError.

    The directory goes first: a crash in between leaves an entry without directory, which this ends when called again.
    """
    folder = _unfinished(repository, entry) or _new_folder(repository, ticket_id, now)
    note = {"ticket": ticket_id, "path": str(path) if path else None, "entry": entry.directory.name if entry else None}
    (folder / _NOTE).write_text(json.dumps(note), encoding="ascii")
    if path is not None and os.path.lexists(path):
        try:
            path.rename(folder / WORKTREE)
        except OSError:
            _take_back(folder)
            raise
    if entry is not None and entry.directory.exists():
        entry.directory.rename(folder / ENTRY)
    return folder


def _take_back(folder: Path) -> None:
    """Leave no folder that says it has what stayed where it was; what else was put there stays."""
    (folder / _NOTE).unlink()
    with suppress(OSError):
        folder.rmdir()


def ticket_of(folder: Path) -> str | None:
    """The ticket that a folder of the trash is of, as it says itself; None where it does not, or not any more."""
    said = _note(folder).get("ticket")
    return said if isinstance(said, str) else None


def _note(folder: Path) -> dict[str, object]:
    try:
        values = json.loads((folder / _NOTE).read_text(encoding="ascii"))
    except (OSError, ValueError, RecursionError):
        # Killed while writing it: nothing was moved there.
        return {}
    return values if isinstance(values, dict) else {}


def _new_folder(repository: Repository, ticket_id: str, now: float) -> Path:
    trash = repository.private / "trash"
    trash.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        folder = trash / (f"{stamp(now)}-{ticket_id}" + (f"-{number}" if number > 1 else ""))
        try:
            folder.mkdir()
        except FileExistsError:
            number += 1
        else:
            return folder


def _unfinished(repository: Repository, entry: AdminEntry | None) -> Path | None:
    """The folder where a killed removal of this very entry left off, or None."""
    if entry is None or (entry.path is not None and os.path.lexists(entry.path)):
        return None
    for note in sorted((repository.private / "trash").glob(f"*/{_NOTE}")):
        values = _note(note.parent)
        same = values.get("entry") == entry.directory.name and values.get("path") == str(entry.path)
        if same and not (note.parent / ENTRY).exists():
            return note.parent
    return None
