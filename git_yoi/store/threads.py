"""Whole tickets, read from the record: each one's state and the entries that made it, in their order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from git_yoi.codec.json_line import CorruptError
from git_yoi.domain.apply import Rejection, apply
from git_yoi.domain.events import ObjectiveChange
from git_yoi.git.objects import MissingObjectError
from git_yoi.git.raw import MalformedError
from git_yoi.store.entry_commit import read_entry
from git_yoi.store.history import order

if TYPE_CHECKING:
    from git_yoi.domain.entry import Entry
    from git_yoi.domain.ticket import Ticket
    from git_yoi.git.objects import Objects


@dataclass(slots=True)
class Thread:
    """A ticket as its entries make it; each entry stands with the ticket's state before it (None: there was none)."""

    ticket: Ticket
    entries: list[tuple[Entry, str | None]]
    nonces: set[str]


@dataclass(slots=True)
class Threads:
    """Every ticket by its id, in the order of creation; `problems` are (commit, what is wrong with it)."""

    found: dict[str, Thread] = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)

    def take(self, entry: Entry) -> None:
        """Apply an entry; one that has no effect (refused in a join, or there already) is passed over."""
        thread = self.found.get(entry.ticket)
        if thread is not None and entry.nonce in thread.nonces:
            return
        after = apply(thread.ticket if thread is not None else None, entry)
        if isinstance(after, Rejection):
            return
        if thread is None:
            self.found[entry.ticket] = Thread(after, [(entry, None)], {entry.nonce})
            return
        thread.entries.append((entry, thread.ticket.state))
        thread.nonces.add(entry.nonce)
        thread.ticket = after


def read_threads(objects: Objects, tip: str) -> Threads:
    """Read the whole record at `tip`; a corrupt entry is a problem, and the rest is read."""
    threads = Threads()
    for oid, commit in order(objects, tip):
        if len(commit.parents) != 1:
            continue
        try:
            entry = read_entry(objects, oid, commit)
        except (CorruptError, MalformedError, MissingObjectError) as error:
            threads.problems.append((oid, str(error)))
            continue
        if not isinstance(entry.event, ObjectiveChange):
            threads.take(entry)
    return threads
