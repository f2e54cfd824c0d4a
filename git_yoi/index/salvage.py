"""A ticket whose file is bad or gone is shown as its last good file has it; writing waits for a `repair`."""

from __future__ import annotations

from git_yoi.codec.json_line import CorruptError
from git_yoi.codec.ticket_file import decode_ticket
from git_yoi.domain.ids import shard
from git_yoi.domain.ticket import Ticket
from git_yoi.git.batch import read_many
from git_yoi.git.process import Git

# Somebody may have written one bad file after the other; a ticket's 50 last versions say enough.
_VERSIONS = 50


def last_good(git: Git, tip: str, ticket_id: str) -> Ticket | None:
    """The newest file of a ticket in the history of `tip` that can be read, or None."""
    path = f"tickets/{shard(ticket_id)}/{ticket_id}.md"
    commits = git.run("--no-replace-objects", "rev-list", f"-n{_VERSIONS}", tip, "--", path).lines
    for _, data in read_many(git, [f"{commit}:{path}" for commit in commits if commit]):
        try:
            ticket = decode_ticket(data or b"")
        except CorruptError:
            continue
        if ticket.id == ticket_id:
            return ticket
    return None
