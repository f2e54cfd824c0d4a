"""What `reconcile` finds of a ticket in progress: that it was merged, or why it is left."""

from __future__ import annotations

from dataclasses import dataclass

from git_yoi.domain.ticket import Ticket
from git_yoi.merge.evidence.model import Evidence


@dataclass(frozen=True, slots=True)
class Merged:
    """A ticket whose work was found on its target; `before` is the merge that it had when the target was rewritten.

    `as_it_was`: shown by the trees of that one.
    """

    ticket: Ticket
    target: str
    evidence: Evidence
    before: str | None = None
    as_it_was: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    """A ticket that stays as it is although something came near: a word for programs, and a sentence for people."""

    id: str
    title: str
    target: str
    code: str
    reason: str
    commit: str | None = None


def left(ticket: Ticket, code: str, reason: str, commit: str | None = None) -> Left:
    """The outcome for a ticket that stays in progress."""
    return Left(ticket.id, ticket.title, ticket.target or "", code, reason, commit)
