"""A ticket as its own thread gives it, whatever the tree says: what a `repair` puts back."""

from __future__ import annotations

from dataclasses import dataclass

from git_yoi.codec.json_line import CorruptError
from git_yoi.domain.apply import Rejection, apply
from git_yoi.domain.entry import Entry
from git_yoi.domain.events import ObjectiveChange
from git_yoi.domain.ticket import Ticket
from git_yoi.git.objects import Objects
from git_yoi.store.entry_commit import read_entry
from git_yoi.store.history import order


@dataclass(frozen=True, slots=True)
class Replayed:
    """The ticket that the good entries give (None: none creates it); `skipped` are (commit, reason) pairs."""

    ticket: Ticket | None
    skipped: tuple[tuple[str, str], ...]


def replay(objects: Objects, tip: str, ticket_id: str) -> Replayed:
    """Apply every readable entry of one ticket, in the record's order; MissingObjectError where history is lost."""
    ticket: Ticket | None = None
    skipped: list[tuple[str, str]] = []
    nonces: set[str] = set()
    for oid, commit in order(objects, tip):
        if len(commit.parents) != 1:
            continue
        try:
            entry = read_entry(objects, oid, commit)
        except CorruptError as error:
            if f"\nYoi-Ticket: {ticket_id}\n".encode() in commit.message:
                skipped.append((oid, str(error)))
            continue
        if entry.ticket != ticket_id or isinstance(entry.event, ObjectiveChange):
            continue
        after = _step(ticket, entry, nonces)
        if isinstance(after, Rejection):
            skipped.append((oid, after.reason))
        else:
            ticket = after
    return Replayed(ticket, tuple(skipped))


def _step(ticket: Ticket | None, entry: Entry, nonces: set[str]) -> Ticket | Rejection:
    if entry.nonce in nonces:
        return Rejection("duplicate", "the thread has this entry already")
    after = apply(ticket, entry)
    if isinstance(after, Ticket):
        nonces.add(entry.nonce)
    return after
