"""What an exchange with the remote meant for this clone's claims: confirmed, ended, lost, or to be gone on with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from git_yoi.domain.states import RESOLVED
from git_yoi.store.claims import Claim, drop_claim, read_claims

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.domain.ticket import Ticket
    from git_yoi.store.snapshot import Snapshot
    from git_yoi.sync.exchange import Settled


@dataclass(frozen=True, slots=True)
class ClaimOutcome:
    """One claim of this clone: confirmed, unfinished (it holds, branch and worktree are to be made), ended or lost.

    It ended with its ticket, which is done or closed; lost, somebody else has the ticket, or nobody.
    `holder` is who holds the ticket instead, None where nobody does; `branch` is where this clone's work is.
    """

    ticket: str
    outcome: str
    holder: str | None
    branch: str


def settle_claims(session: Session, settled: Settled) -> tuple[ClaimOutcome, ...]:
    """Tell of every claim record what this exchange changed; one that can never land any more is dropped."""
    from git_yoi.store.snapshot import Snapshot

    now = Snapshot(session.objects, settled.joined.tip)
    local = settled.received.local
    before = Snapshot(session.objects, local) if local else None
    published = settled.received.published
    known = Snapshot(session.objects, published) if published else None
    told = (_outcome(session, claim, now, before, known) for claim in read_claims(session.repository.private))
    return tuple(one for one in told if one is not None)


def _outcome(
    session: Session, claim: Claim, now: Snapshot, before: Snapshot | None, known: Snapshot | None
) -> ClaimOutcome | None:
    from git_yoi.actions.sharing import is_confirmed

    ticket = _ticket(now, claim)
    holder = str(ticket.holder) if ticket is not None and ticket.holder is not None else None
    if ticket is not None and ticket.claim == claim.nonce:
        if not claim.finished:
            return ClaimOutcome(claim.ticket, "unfinished", holder, claim.branch)
        was = _ticket(known, claim)
        news = (was is None or was.claim != claim.nonce) and is_confirmed(session, claim.ticket, claim.nonce)
        return ClaimOutcome(claim.ticket, "confirmed", holder, claim.branch) if news else None
    held = _ticket(before, claim)
    if held is not None and held.claim == claim.nonce:
        outcome = "ended" if ticket is not None and ticket.state in RESOLVED else "lost"
        return ClaimOutcome(claim.ticket, outcome, holder, claim.branch)
    if not claim.finished and (ticket is None or ticket.generation != claim.generation):
        drop_claim(session.repository.private, claim.ticket)
        return ClaimOutcome(claim.ticket, "lost", holder, claim.branch)
    return None


def _ticket(snapshot: Snapshot | None, claim: Claim) -> Ticket | None:
    """The ticket there; None where there is none, or none that can be read."""
    try:
        return snapshot.ticket(claim.ticket) if snapshot is not None else None
    except ValueError:
        return None
