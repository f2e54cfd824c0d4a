"""The merge commit that would land: made without a checkout, and exactly the object that is validated."""

from __future__ import annotations

from dataclasses import dataclass

from git_yoi.codec.message import Signature
from git_yoi.domain.text import first_line
from git_yoi.domain.ticket import Actor, Ticket
from git_yoi.git.raw import Commit
from git_yoi.store.entry_commit import Writer, person_line, write_commit

STRATEGY = "merge"


@dataclass(frozen=True, slots=True)
class Candidate:
    """The merge of `head` into `tip` as `commit`, which nothing references yet; `base` is what both share."""

    commit: str
    tree: str
    tip: str
    head: str
    base: str

    def merges(self, tip: str | None, head: str | None) -> bool:
        """Whether it is still the merge of these two."""
        return (self.tip, self.head) == (tip, head)


def make_candidate(
    writer: Writer, ticket: Ticket, actor: Actor, *, tree: str, tip: str, head: str, base: str
) -> Candidate:
    """Store the merge commit by `actor`, signed where git is set so."""
    author = person_line(Signature(actor, writer.committer.at))
    message = merge_message(ticket).encode()
    commit = write_commit(writer, Commit(tree, (tip, head), author, person_line(writer.committer), message), "merge")
    return Candidate(commit, tree, tip, head, base)


def merge_message(ticket: Ticket) -> str:
    """What the merge commit says; the trailer is how others find the ticket from the commit."""
    return f"Merge {ticket.branch}: {first_line(ticket.title, 200)}\n\nTicket: {ticket.id}\n"
