"""The closing entries as the journal keeps them, and whether a thread has them already."""

from __future__ import annotations

from git_yoi.codec.message import Signature, decode, encode
from git_yoi.domain.entry import Entry
from git_yoi.domain.ticket import Actor
from git_yoi.git.repository import Repository
from git_yoi.merge.journal import ClosingEntry, Journal


def closing_entry(entry: Entry) -> ClosingEntry:
    """An entry as the journal keeps it."""
    return ClosingEntry(encode(entry), entry.actor.name, entry.actor.email, entry.at, entry.nonce)


def read_closing(entry: ClosingEntry) -> Entry:
    """The entry again."""
    return decode(entry.message, Signature(Actor(entry.name, entry.email), entry.at))


def is_on_thread(repository: Repository, journal: Journal, tip: str) -> bool:
    """Whether the closing entries are in the record: told by a nonce, for another commit may carry them by now."""
    if tip == journal.ticket_old:
        return False
    nonce = journal.entries[0].nonce
    # The encoding: `--grep` searches the message as i18n.logOutputEncoding has it.
    options = ("--encoding=UTF-8", "--max-count=1", "-F", f"--grep=Yoi-Nonce: {nonce}")
    found = repository.git.run("--no-replace-objects", "rev-list", *options, tip, f"^{journal.ticket_old}", "--")
    return bool(found.out)
