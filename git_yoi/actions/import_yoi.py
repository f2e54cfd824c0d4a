"""Importing the yoi project's ticket folders."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from git_yoi.actions.importing import Imported, Present, Progress, Refusal
from git_yoi.actions.ticket_folders import Found, find_folders, read_folder
from git_yoi.codec.yoi_backend.mapping import map_folder
from git_yoi.codec.yoi_backend.names import native_id
from git_yoi.codec.yoi_backend.source import FORMAT, Folder, Problem
from git_yoi.codec.yoi_backend.update import outstanding
from git_yoi.domain.events import Import
from git_yoi.store.bulk import Refused, append_many

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.domain.entry import Entry
    from git_yoi.domain.ticket import Ticket
    from git_yoi.store.lookup import Lookup
    from git_yoi.store.snapshot import Snapshot

# What their records may call a ticket by: an id, or the slugs that came before.
_NAME = re.compile(r"[\w.-]{3,200}\Z")


def import_yoi(session: Session, path: Path, progress: Progress) -> Imported:
    """Add to the record what the folders below `path` have and it has not."""
    found, stray = find_folders(path)
    run = _Run(found, stray, session.lookup)
    here = (session.writer, session.ref, session.local_tip)
    added = append_many(*here, run.plan, instead=run.as_text, progress=progress)
    unchanged = run.read - run.new - run.updated - run.refused_tickets
    counts = (run.read, added.added, run.thread_entries, run.new, run.updated, unchanged, run.refused_tickets)
    return Imported(*counts, tuple(run.problems), added.tip)


class _Run:
    """One import; planned anew, from the start, after a lost race."""

    def __init__(self, found: list[Found], stray: list[Problem], look: Callable[[Snapshot], Lookup]) -> None:
        self._look = look
        self._found = found
        self._stray = stray
        self._begin()

    def _begin(self) -> None:
        self.problems = list(self._stray)
        self.read = self.thread_entries = self.new = self.updated = self.refused_tickets = 0

    def plan(self, snapshot: Snapshot) -> list[Entry]:
        """Every entry that is not in the snapshot yet, ticket after ticket."""
        self._begin()
        present = Present(snapshot, self._look)
        entries: list[Entry] = []
        for found in self._found:
            folder = read_folder(found)
            if not any(folder.files.get(name) is not None for name in ("item.md", "thread.md", "resolution.md")):
                self.problems += [*folder.problems, Problem(found.name, "item.md", 0, "no ticket: nothing to read")]
                continue
            entries += self._ticket(folder, present)
        return entries

    def _ticket(self, folder: Folder, present: Present) -> list[Entry]:
        ticket_id = native_id(folder.name)
        here = present.claim(ticket_id)
        if not isinstance(here, Refusal) and here is not None and not _is_same(here, folder.name):
            here = Refusal(f"there is a ticket {ticket_id} here that did not come from this tracker")
        self.read += 1
        if isinstance(here, Refusal):
            self.refused_tickets += 1
            self.problems.append(Problem(folder.name, "", 0, here.what))
            return []
        if ticket_id != folder.name and here is None:
            self.problems.append(Problem(folder.name, "", 0, f"its id cannot be kept; it is ticket {ticket_id} here"))
        mapped = map_folder(folder, ticket_id, _other_id, present.snapshot.objects.write_blob)
        entries = outstanding(mapped, here, present.nonces(ticket_id) if here is not None else frozenset())
        self.thread_entries += mapped.length
        self.new += here is None
        self.updated += here is not None and bool(entries)
        self.problems += mapped.problems
        return entries

    def as_text(self, refused: Refused) -> Entry | None:
        """A refused entry without its effect, so that its words are kept; a ticket that cannot begin has none."""
        entry = refused.entry
        original = entry.imported or {}
        name = original.get("id")
        self.problems.append(Problem(str(name or entry.ticket), str(original.get("kind", "")), 0, refused.reason))
        if entry.imported is None or entry.event.name == "create":
            return None
        return replace(entry, event=Import(entry.imported), text=None)


def _is_same(ticket: Ticket, name: str) -> bool:
    came = ticket.imported or {}
    return came.get("format") == FORMAT and came.get("id") == name


def _other_id(name: str) -> str | None:
    return native_id(name) if _NAME.match(name) else None
