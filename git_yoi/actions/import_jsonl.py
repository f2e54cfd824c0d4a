"""Importing the lines that `export jsonl` writes: the same tickets, with the same entries under the same nonces."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from git_yoi.actions.authority import require_role
from git_yoi.actions.importing import Imported, Present, Progress, Refusal
from git_yoi.actions.lifecycle_gate import Gate
from git_yoi.codec.json_line import CorruptError
from git_yoi.codec.jsonl import TicketLine, read_line
from git_yoi.codec.yoi_backend.source import Problem
from git_yoi.domain.events import Attach, Repair, StateChange
from git_yoi.domain.states import QUEUED
from git_yoi.errors import YoiError
from git_yoi.store.bulk import Refused, append_many

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.domain.entry import Entry
    from git_yoi.git.objects import Objects
    from git_yoi.store.lookup import Lookup
    from git_yoi.store.snapshot import Snapshot

# A ticket with several attachments of the size that `attach` allows, in base64.
MAX_LINE = 512 * 1024 * 1024


def import_jsonl(session: Session, path: Path, progress: Progress) -> Imported:
    """Add to the record what the file's lines have and it has not."""
    if not path.is_file():
        code = "usage" if path.exists() else "not-found"
        raise YoiError(code, f"{path} is no file", hint="name a file that `git yoi export jsonl` wrote")
    run = _Run(path, session.lookup, Gate(session))

    def plan(snapshot: Snapshot) -> list[Entry]:
        entries = run.plan(snapshot)
        # A repair sets a state outright, a queued one too.
        if any(isinstance(entry.event, Repair) for entry in entries):
            require_role(session, "repair")
        # The human gate: a line could say that somebody has queued a ticket, and who is asked here is who imports.
        if any(isinstance(entry.event, StateChange) and entry.event.to == QUEUED for entry in entries):
            require_role(session, "queue")
        return entries

    added = append_many(session.writer, session.ref, session.local_tip, plan, instead=run.refused, progress=progress)
    unchanged = run.read - run.new - run.updated - run.refused_tickets
    counts = (run.read, added.added, run.thread_entries, run.new, run.updated, unchanged, run.refused_tickets)
    return Imported(*counts, tuple(run.problems), added.tip)


class _Run:
    """One import; planned anew, from the start, after a lost race."""

    def __init__(self, path: Path, look: Callable[[Snapshot], Lookup], gate: Gate) -> None:
        self._look = look
        self._path = path
        self._gate = gate
        self._begin()

    def _begin(self) -> None:
        self.problems: list[Problem] = []
        self.read = self.thread_entries = self.new = self.updated = self.refused_tickets = 0
        self._lines: dict[str, int] = {}

    def plan(self, snapshot: Snapshot) -> list[Entry]:
        """Every entry that is not in the snapshot yet, ticket after ticket."""
        self._begin()
        present = Present(snapshot, self._look)
        entries: list[Entry] = []
        for number, text in _lines(self._path):
            if text is None:
                self._problem("", number, "it is too long, or not UTF-8")
                continue
            try:
                line = read_line(text)
            except CorruptError as error:
                self._problem("", number, str(error))
                continue
            entries += self._ticket(line, number, present)
        return entries

    def _ticket(self, line: TicketLine, number: int, present: Present) -> list[Entry]:
        here = present.claim(line.id)
        known = present.nonces(line.id) if here is not None and not isinstance(here, Refusal) else set()
        if not isinstance(here, Refusal) and here is not None and line.entries[0].nonce not in known:
            here = Refusal(f"there is another ticket {line.id} here")
        self.read += 1
        if isinstance(here, Refusal):
            self.refused_tickets += 1
            self._problem(line.id, number, here.what)
            return []
        self._lines[line.id] = number
        self.thread_entries += len(line.entries)
        new = [self._with_file(line, entry, present.snapshot.objects) for entry in line.entries]
        kept = [entry for entry in new if entry is not None and entry.nonce not in known]
        if here is not None:
            kept, refused = self._gate.sorted_out(here, kept)
            for entry, why in refused:
                self.refused(Refused(entry, why))
        self.new += here is None
        self.updated += here is not None and bool(kept)
        return kept

    def _with_file(self, line: TicketLine, entry: Entry, objects: Objects) -> Entry | None:
        """The entry with its file stored: a blob's id differs with the repository's hash."""
        if isinstance(entry.event, Attach):
            return replace(entry, event=Attach(entry.event.file, objects.write_blob(line.files[entry.nonce])))
        if isinstance(entry.event, Repair):
            brought = {objects.write_blob(data) for data in line.files.values()}
            named = {a.blob for a in entry.replacement.attachments} if entry.replacement else set()
            if not named <= brought:
                self._problem(line.id, self._lines[line.id], "a repair names files that the line does not bring along")
                return None
        return entry

    def _problem(self, ticket: str, number: int, what: str) -> None:
        self.problems.append(Problem(ticket, self._path.name, number, what))

    def refused(self, refused: Refused) -> None:
        """Report an entry that has no effect here; its line is as it was."""
        ticket = refused.entry.ticket
        self._problem(ticket, self._lines.get(ticket, 0), f"{refused.entry.event.name} is refused: {refused.reason}")


def _lines(path: Path) -> Iterator[tuple[int, str | None]]:
    """Each line that is not blank with its number from 1; None for one that is too long or not UTF-8."""
    with path.open("rb") as file:
        number = 0
        while data := file.readline(MAX_LINE):
            number += 1
            if len(data) == MAX_LINE and not data.endswith(b"\n"):
                while (rest := file.readline(MAX_LINE)) and not rest.endswith(b"\n"):
                    pass
                yield number, None
                continue
            try:
                text = data.decode("utf-8-sig" if number == 1 else "utf-8").strip()
            except UnicodeDecodeError:
                yield number, None
                continue
            if text:
                yield number, text
