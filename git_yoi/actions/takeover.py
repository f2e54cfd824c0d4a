"""`git yoi takeover`: become the holder of a ticket that somebody else holds; their claim ends with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_yoi.actions.authority import require_let_begin, require_role
from git_yoi.actions.checks import require_reason, require_state
from git_yoi.actions.holding import Held, find_ticket, finish, ground, meet_remote, settle_locks, settle_record, take
from git_yoi.domain.events import Takeover
from git_yoi.domain.ids import short_id
from git_yoi.domain.states import INPROGRESS
from git_yoi.errors import YoiError
from git_yoi.git.branches import head_of
from git_yoi.store.claims import Claim, lock_claim, read_claim
from git_yoi.worktree.plan import Wish, plan, remote_head

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.domain.entry import Entry
    from git_yoi.domain.ticket import Ticket
    from git_yoi.store.snapshot import Snapshot
    from git_yoi.sync.exchange import Settled


def takeover(session: Session, given: str, reason: str | None) -> Held:
    """End the claim that holds a ticket and hold it oneself, on the same branch; a killed takeover is gone on with.

    YoiError as `start`, and `stale` when the claim changed meanwhile: who is taken over from must be who was seen.
    """
    why = require_reason(reason)
    ticket_id = find_ticket(session, given)
    private = session.repository.private
    with lock_claim(private, ticket_id) as lock:
        before = read_claim(private, ticket_id)
        settle_locks(session, before)
        met = meet_remote(session, ticket_id)
        snapshot = session.snapshot()
        ticket = session.ticket(snapshot, ticket_id)
        before = settle_record(session, ticket, before)
        if before is not None and before.ends is not None and not before.finished and ticket.claim == before.nonce:
            require_role(session, "takeover")
            require_let_begin(session, ticket)
            return finish(session, before, lock, resumed=True)
        return finish(session, _take_over(session, snapshot, ticket, why, before, met), lock, resumed=False)


def _take_over(
    session: Session, snapshot: Snapshot, ticket: Ticket, why: str, before: Claim | None, met: Settled | None
) -> Claim:
    ended = _claim_of(session, ticket)
    reusable = before is not None and not before.finished and before.ends == ended
    base = ground(session, session.lookup(snapshot))
    # The branch is the ticket's already; where neither this clone nor the remote has it, it begins anew at its base.
    known = ticket.branch is not None and (
        head_of(session.repository, ticket.branch) or remote_head(session.repository, base.remote, ticket.branch)
    )
    wish = Wish(branch=ticket.branch, base=None if known else ticket.base)
    chosen = plan(session.repository, ticket, wish, base)
    claim = Claim(
        ticket=ticket.id,
        nonce=before.nonce if before is not None and reusable else session.new_nonce(),
        generation=ticket.generation,
        branch=chosen.branch,
        worktree=chosen.worktree,
        base=chosen.base,
        target=ticket.target or base.target,
        actor=session.actor,
        role=session.role,
        begun_at=int(session.clock()),
        ends=ended,
    )

    def build(now: Snapshot) -> list[Entry]:
        current = session.ticket(now, ticket.id)
        if _claim_of(session, current) != ended:
            raise YoiError(
                "stale",
                f"ticket {short_id(ticket.id)} has another holder by now",
                cause=f"{current.holder} holds it",
                hint=f"git yoi show {short_id(ticket.id)}",
            )
        return [session.entry(ticket.id, Takeover(ended, why), nonce=claim.nonce)]

    take(session, claim, build, met)
    return claim


def _claim_of(session: Session, ticket: Ticket) -> str:
    """The claim that holds the ticket; YoiError `illegal-transition` when none does, `not-authorized`."""
    require_state(ticket, "takeover", INPROGRESS)
    require_role(session, "takeover")
    if ticket.claim is None:
        raise YoiError(
            "illegal-transition",
            f"nobody holds ticket {short_id(ticket.id)}",
            cause="it came in progress from another tracker",
            hint=f"git yoi show {short_id(ticket.id)}",
        )
    require_let_begin(session, ticket)
    return ticket.claim
