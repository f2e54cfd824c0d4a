"""What a journal calls for, told from where the refs are: the one rule for a landing and for its recovery."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from git_yoi.merge.journal import Journal


class Step(Enum):
    """What is to be done next."""

    MOVE = "move"  # nothing has happened yet: the transaction
    APPEND = "append"  # the target has the merge, the ticket does not know
    FOLLOW = "follow"  # both are there: worktrees, claim, cleaning up
    DROP = "drop"  # nothing has happened, and something else has meanwhile


@dataclass(frozen=True, slots=True)
class Seen:
    """The refs now (None: no such ref); `merged`: the target has the merge; `closed`: the thread has the entries.

    `whole`: the objects that the refs would move to are here; a prune after a kill may have taken them.
    """

    target: str | None
    ticket: str | None
    head: str | None
    merged: bool
    closed: bool
    whole: bool = True


def decide(journal: Journal, seen: Seen) -> Step:
    """The step that follows; a merge and its closing are never done twice, and never one without the other."""
    if seen.closed:
        return Step.FOLLOW
    if seen.merged:
        return Step.APPEND
    before = (journal.target_old, journal.ticket_old, journal.head)
    return Step.MOVE if seen.whole and (seen.target, seen.ticket, seen.head) == before else Step.DROP
