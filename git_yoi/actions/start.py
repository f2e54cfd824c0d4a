"""`git yoi start`: accept a queued ticket, and then, and only then, make its branch and worktree (design.md, 2)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from git_yoi.actions.authority import require_let_begin, require_role
from git_yoi.actions.checks import require_line, require_state
from git_yoi.actions.holding import (
    Held,
    find_ticket,
    finish,
    ground,
    meet_remote,
    settle_locks,
    settle_record,
    take,
    wished_path,
)
from git_yoi.domain.events import Accept
from git_yoi.domain.ids import short_id
from git_yoi.domain.states import INPROGRESS, QUEUED
from git_yoi.domain.ticket import text_digest
from git_yoi.errors import YoiError
from git_yoi.store.claims import Claim, lock_claim, my_claim, read_claim
from git_yoi.store.lookup import blockers_of
from git_yoi.worktree.plan import Wish, plan, require_makeable

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.domain.entry import Entry
    from git_yoi.domain.ticket import Ticket
    from git_yoi.store.lookup import Lookup
    from git_yoi.store.snapshot import Snapshot
    from git_yoi.sync.exchange import Settled


def start(
    session: Session,
    given: str,
    *,
    branch: str | None = None,
    worktree: str | None = None,
    no_worktree: bool = False,
    base: str | None = None,
    offline: bool = False,
) -> Held:
    """Take a ticket from the queue; or go on with a start of this clone that was killed after the acceptance.

    Where tickets are shared, the remote has the acceptance before anything is made here; `offline` asks nobody.
    YoiError: `illegal-transition`, `taken`, `not-authorized`, `blocked`, `stale-text`, `unborn`, `exists`, `not-found`,
    `remote`: nothing is made; `remote-unknown`: the next attempt, or a sync, tells whether it is. What fails after the
    acceptance is recorded on the ticket.
    """
    wish = _wish(session, branch, worktree, base, no_worktree=no_worktree)
    ticket_id = find_ticket(session, given, offline=offline)
    private = session.repository.private
    with lock_claim(private, ticket_id) as lock:
        before = read_claim(private, ticket_id)
        settle_locks(session, before)
        met = meet_remote(session, ticket_id, offline=offline)
        snapshot = session.snapshot()
        ticket = session.ticket(snapshot, ticket_id)
        before = settle_record(session, ticket, before)
        if before is not None and not before.finished and ticket.claim == before.nonce:
            require_role(session, "start")
            require_let_begin(session, ticket)
            return finish(session, _resumed(session, before, wish), lock, resumed=True)
        return finish(session, _accept(session, snapshot, ticket, wish, before, met), lock, resumed=False)


def _wish(session: Session, branch: str | None, worktree: str | None, base: str | None, *, no_worktree: bool) -> Wish:
    if no_worktree and worktree is not None:
        raise YoiError("usage", "--worktree and --no-worktree exclude each other", hint="give one of them")
    for what, value in (("branch", branch), ("base", base)):
        if value is not None:
            require_line(what, value)
    return Wish(branch, wished_path(session, worktree), no_worktree, base)


def _resumed(session: Session, before: Claim, wish: Wish) -> Claim:
    """The claim of the killed attempt; where its worktree goes may be chosen anew, what was recorded may not."""
    if wish.branch not in (None, before.branch) or wish.base is not None:
        raise YoiError(
            "usage",
            f"this start goes on with branch {before.branch}",
            cause="the branch and its base are recorded on the ticket",
            hint=f"git yoi start {short_id(before.ticket)}",
        )
    if wish.no_worktree:
        return replace(before, worktree=None)
    if wish.worktree is None:
        return before
    require_makeable(session.repository, before.ticket, wish.worktree)
    return replace(before, worktree=wish.worktree)


def _accept(
    session: Session, snapshot: Snapshot, ticket: Ticket, wish: Wish, before: Claim | None, met: Settled | None
) -> Claim:
    """Judge, write the record, then the acceptance."""
    lookup = session.lookup(snapshot)
    _require_startable(session, lookup, ticket)
    chosen = plan(session.repository, ticket, wish, ground(session, lookup))
    claim = Claim(
        ticket=ticket.id,
        nonce=_nonce(session, before, ticket),
        generation=ticket.generation,
        branch=chosen.branch,
        worktree=chosen.worktree,
        base=chosen.base,
        target=ground(session, lookup).target,
        actor=session.actor,
        role=session.role,
        begun_at=int(session.clock()),
    )
    settled = Wish(claim.branch, claim.worktree, claim.worktree is None, claim.base)

    def build(now: Snapshot) -> list[Entry]:
        current = session.ticket(now, ticket.id)
        if now.commit != snapshot.commit:
            # A lost race: whatever the other entry was, everything is judged anew.
            later = session.lookup(now)
            _require_startable(session, later, current)
            plan(session.repository, current, settled, ground(session, later))
        if current.generation != claim.generation:
            raise YoiError(
                "stale", f"ticket {short_id(ticket.id)} was started and released meanwhile", hint="try again"
            )
        event = Accept(QUEUED, claim.generation, claim.branch, claim.base, claim.target)
        return [session.entry(ticket.id, event, nonce=claim.nonce)]

    take(session, claim, build, met)
    return claim


def _nonce(session: Session, before: Claim | None, ticket: Ticket) -> str:
    """The nonce of an attempt that was killed before its acceptance landed is used again: it can land only once."""
    unsettled = before is not None and not before.finished and before.ends is None
    if before is not None and unsettled and before.generation == ticket.generation:
        return before.nonce
    return session.new_nonce()


def _require_startable(session: Session, lookup: Lookup, ticket: Ticket) -> None:
    """YoiError unless the ticket is queued, may be started by this role, is not blocked, and reads as it was queued."""
    name = short_id(ticket.id)
    if ticket.state == INPROGRESS:
        mine = my_claim(session.repository.private, ticket.id) == ticket.claim and session.actor == ticket.holder
        raise YoiError(
            "taken",
            f"ticket {name} is in progress",
            cause=f"{ticket.holder} holds it, on branch {ticket.branch}",
            hint=f"that is you, from this clone: `git yoi show {name}` says where the work is"
            if mine
            else f"`git yoi takeover {name} -m WHY` takes it over",
        )
    require_state(ticket, "start", QUEUED)
    require_role(session, "start")
    _require_unblocked(lookup, ticket)
    if ticket.queued_text != text_digest(ticket.body):
        raise YoiError(
            "stale-text",
            f"the description of ticket {name} is not the one that was queued",
            cause="it was changed since" if ticket.queued_text else "the queue recorded none",
            hint=f"read it, then: git yoi queue {name}",
        )


def _require_unblocked(lookup: Lookup, ticket: Ticket) -> None:
    name = short_id(ticket.id)
    if ticket.blocked is not None:
        raise YoiError(
            "blocked",
            f"ticket {name} is blocked",
            cause=ticket.blocked,
            hint=f"git yoi unblock {name}, when it is over",
        )
    if found := blockers_of(lookup, ticket.id):
        raise YoiError(
            "blocked",
            f"ticket {name} waits for others",
            cause=", ".join(f"{short_id(b.id)} ({b.kind}) is {b.state}" for b in found[:10]),
            hint=f"finish them first, or: git yoi unlink {name} KIND OTHER",
            data=[{"id": b.id, "state": b.state, "kind": b.kind} for b in found],
        )
