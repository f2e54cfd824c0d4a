"""The claim records of this clone against the tickets: what was not finished, what is over, what cannot be read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from git_yoi.actions.doctor_checks.case import Ailment, Case
from git_yoi.domain.ids import short_id
from git_yoi.domain.states import INPROGRESS, QUEUED
from git_yoi.store.claims import Claim, claimed_tickets, drafts_left, drop_claim, is_claim_held, lock_claim, read_claim


class Holding(NamedTuple):
    """What the record says of a ticket that this clone has a claim record of."""

    state: str
    claim: str | None
    generation: int
    branch: str | None
    holder: str | None


@dataclass(frozen=True, slots=True)
class Claimed:
    """A claim record (None: unreadable), and its ticket (None: there is no such ticket)."""

    ticket_id: str
    claim: Claim | None
    ticket: Holding | None

    @property
    def holds(self) -> bool:
        """Whether the ticket is held by this very claim."""
        return self.claim is not None and self.ticket is not None and self.ticket.claim == self.claim.nonce

    @property
    def undecided(self) -> bool:
        """Whether an attempt to take the ticket was cut off, and the ticket has not gone on since."""
        claim, ticket = self.claim, self.ticket
        if claim is None or ticket is None or claim.finished or ticket.generation != claim.generation:
            return False
        return ticket.claim == claim.ends and ticket.state == (QUEUED if claim.ends is None else INPROGRESS)


def claimed(case: Case) -> list[Claimed]:
    """Every claim record that no living process is at, with its ticket; none without tickets."""
    private = case.repository.private
    ids = [i for i in claimed_tickets(private) if not is_claim_held(private, i)] if case.tip is not None else []
    if not ids:
        return []
    query = (
        "SELECT id, state, claim, generation, branch, holder FROM tickets WHERE id IN (SELECT value FROM json_each(?))"
    )
    rows = case.index.rows(query, (json.dumps(ids),))
    tickets = {row[0]: Holding(*row[1:]) for row in rows}
    return [Claimed(i, read_claim(private, i), tickets.get(i)) for i in ids]


def claims(case: Case) -> Iterator[Ailment]:
    """Each record is of a claim that holds its ticket, and was carried to its end."""
    for one in claimed(case):
        if one.claim is None:
            yield _unreadable(one)
        elif one.undecided or (one.holds and not one.claim.finished):
            yield _unfinished(one, one.claim)
        elif not one.holds:
            yield _stale(case, one, one.claim)


def drafts(case: Case) -> Iterator[Ailment]:
    """No half-written record is left of a process that was killed."""
    for path in drafts_left(case.repository.private):
        fix = "git yoi doctor --fix removes it"
        yield Ailment(
            "stray", str(path), "a killed process was writing this", "whole records", fix, partial(_gone, path)
        )


def _gone(path: Path) -> str:
    path.unlink(missing_ok=True)
    return f"removed {path}"


def _unreadable(one: Claimed) -> Ailment:
    held = one.ticket is not None and one.ticket.state == INPROGRESS
    name = short_id(one.ticket_id)
    return Ailment(
        "claim-unreadable",
        one.ticket_id,
        "the record of this clone's claim cannot be read, so the ticket counts as somebody else's",
        "a record that can be read",
        f"git yoi takeover {name} -m WHY, if this clone held it" if held else f"git yoi show {name} tells who held it",
    )


def _unfinished(one: Claimed, claim: Claim) -> Ailment:
    name = short_id(one.ticket_id)
    verb = f"git yoi start {name}" if claim.ends is None else f"git yoi takeover {name} -m WHY"
    if one.holds:
        observed = "the ticket is held here, and its branch or worktree may be missing: the command was killed"
        verb = f"git yoi start {name}"
    else:
        observed = "taking the ticket was cut off before it was known to have landed"
    return Ailment("claim-unfinished", one.ticket_id, observed, "a claim that was carried to its end", verb)


def _stale(case: Case, one: Claimed, claim: Claim) -> Ailment:
    """Kept while its worktree is there, and while the ticket is not: a ref that was set back may bring it again."""
    lies = claim.worktree is not None and claim.worktree.exists()
    kept = lies or one.ticket is None or not (claim.finished or one.ticket.generation > claim.generation)
    if one.ticket is None:
        observed, fix = "this clone's claim is on a ticket that there is not", "git yoi sync may bring it"
    elif lies:
        observed = f"this clone's claim is over ({_now(one.ticket)}), and its worktree {claim.worktree} is still there"
        fix = "take what is wanted out of the worktree, then remove it"
    else:
        observed = f"this clone's claim is over: {_now(one.ticket)}"
        fix = "nothing, until the ticket is started again" if kept else "git yoi doctor --fix drops the record"
    mend = None if kept else partial(_drop, case, one.ticket_id, claim.nonce)
    return Ailment("claim-stale", one.ticket_id, observed, "records of claims that hold", fix, mend)


def _now(ticket: Holding) -> str:
    return f"{ticket.holder} holds the ticket" if ticket.state == INPROGRESS else f"the ticket is {ticket.state}"


def _drop(case: Case, ticket_id: str, nonce: str) -> str:
    private = case.repository.private
    with lock_claim(private, ticket_id):
        now = read_claim(private, ticket_id)
        if now is not None and now.nonce == nonce:
            drop_claim(private, ticket_id)
    return f"dropped this clone's record of a claim on {short_id(ticket_id)} that is over"
