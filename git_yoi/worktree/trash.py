"""The trash in the common git directory: where removed worktrees lie, with git's entry of them and a note."""

from __future__ import annotations

import json
import os
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
        path.rename(folder / WORKTREE)
    if entry is not None and entry.directory.exists():
        entry.directory.rename(folder / ENTRY)
    return folder


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
        try:
            values = json.loads(note.read_text(encoding="ascii"))
        except (ValueError, RecursionError):
            # Killed while writing the note: nothing was moved there.
            continue
        same = isinstance(values, dict) and values.get("entry") == entry.directory.name
        if same and values.get("path") == str(entry.path) and not (note.parent / ENTRY).exists():
            return note.parent
    return None
