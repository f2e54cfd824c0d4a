"""`git yoi sync`, `pull`, `push`: the record and the shared remote's become one; the first one begins the sharing."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from git_yoi.actions.remote import begin_sharing, choose_remote
from git_yoi.errors import YoiError
from git_yoi.sync.news import fetched_tip

if TYPE_CHECKING:
    from git_yoi.actions.claims import ClaimOutcome
    from git_yoi.actions.session import Session
    from git_yoi.domain.ticket import Ticket
    from git_yoi.store.findings import Problem
    from git_yoi.store.join import Joined
    from git_yoi.sync.exchange import Received, Settled


@dataclass(frozen=True, slots=True)
class RejectedEntry:
    """A local entry that came too late: its commit, its ticket, and the code that says why."""

    entry: str
    ticket: str
    code: str


@dataclass(frozen=True, slots=True)
class TicketResult:
    """What became of one ticket: new, updated, sent, rejected or damaged; the reason of the last two."""

    id: str
    result: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Synced:
    """What a sync did: entries received and sent, what was rejected, each ticket's result, and the tip that both have.

    `remote_was` is present, none, lost, went-back or rewritten; `claims` tells of this clone's own that were open;
    `push_branches` are targets whose merges the remote does not have yet.
    """

    remote: str
    received: int
    sent: int
    rejected: tuple[RejectedEntry, ...]
    tickets: tuple[TicketResult, ...]
    claims: tuple[ClaimOutcome, ...]
    tip: str
    remote_was: str
    began: bool
    push_branches: tuple[str, ...]


def sync(
    session: Session, *, remote: str | None = None, send: bool = True, take: bool = True, accept_rewrite: bool = False
) -> Synced:
    """Exchange entries with the shared remote; `send` and `take` say which way.

    YoiError: `remote`, `remote-unknown`, `rewritten` (naming the claims at stake), `stale` when `take` is off and the
    remote has more, `usage` when the remote must be named, `read-only` in a shallow clone.
    """
    from git_yoi.actions.sharing import turn

    _require_whole(session)
    chosen = choose_remote(session, remote)
    began = session.settings.remote is None
    session.finish_leftovers()
    with turn(session, chosen):
        # Most syncs find nothing new: those load nothing that joins, proves or reads objects.
        tip = fetched_tip(session.repository, chosen, session.ref)
        if tip is not None and not began:
            return Synced(chosen, 0, 0, (), (), (), tip, "present", began=False, push_branches=())
        return _exchange(session, chosen, send=send, take=take, accept_rewrite=accept_rewrite)


def as_they_are(session: Session, result: Synced, told: Sequence[TicketResult]) -> dict[str, Ticket]:
    """The tickets of some results, as they are after the sync; those that cannot be read are left out."""
    if not told:
        return {}
    from git_yoi.store.snapshot import Snapshot

    now, found = Snapshot(session.objects, result.tip), {}
    for one in told:
        # What arrived damaged is named with its reason already.
        with suppress(ValueError):
            found[one.id] = now.ticket(one.id)
    return {ticket_id: ticket for ticket_id, ticket in found.items() if ticket is not None}


def _exchange(session: Session, chosen: str, *, send: bool, take: bool, accept_rewrite: bool) -> Synced:
    """The exchange with a remote that was fetched from just now."""
    from git_yoi.actions.claims import settle_claims
    from git_yoi.actions.sharing import exchange, judge
    from git_yoi.sync.exchange import settle

    began = session.settings.remote is None
    session.local_tip()
    x = exchange(session, chosen)
    checks = judge(session, x, accept_rewrite=accept_rewrite)

    def check(received: Received, joined: Joined) -> None:
        if not take and joined.how in ("behind", "joined"):
            raise YoiError(
                "stale", f"{chosen} has entries that are not here", hint="git yoi sync takes them and sends yours"
            )
        checks.check(received, joined)

    settled = settle(x, checks.accept, check, send=send, fetched=True)
    if began:
        begin_sharing(session, chosen)
    session.moved(settled.joined.tip)
    outcomes = settle_claims(session, settled) if settled.joined.how != "same" or began else ()
    return _told(session, chosen, settled, checks.bad, outcomes, began=began)


def _require_whole(session: Session) -> None:
    if session.repository.shallow:
        raise YoiError(
            "read-only",
            "a shallow clone is read-only",
            cause="what an entry stands on cannot be checked here",
            hint="git fetch --unshallow",
        )


def _told(
    session: Session,
    remote: str,
    settled: Settled,
    bad: dict[str, Problem],
    claims: Sequence[ClaimOutcome],
    *,
    began: bool,
) -> Synced:
    from git_yoi.sync.arrivals import tickets_of

    found = settled.joined.divergence
    theirs = tickets_of(found.remote)
    ours = tickets_of(found.local) if settled.pushed else {}
    rejected = tuple(RejectedEntry(r.commit, r.ticket, r.code) for r in settled.joined.rejected)
    return Synced(
        remote=remote,
        received=sum(theirs.values()),
        sent=sum(ours.values()),
        rejected=rejected,
        tickets=_results(session, settled, list(theirs), list(ours), rejected, bad),
        claims=tuple(claims),
        tip=settled.joined.tip,
        remote_was=settled.received.how,
        began=began,
        push_branches=_unpushed(session, remote) if began else (),
    )


def _results(
    session: Session,
    settled: Settled,
    theirs: Sequence[str],
    ours: Sequence[str],
    rejected: Sequence[RejectedEntry],
    bad: dict[str, Problem],
) -> tuple[TicketResult, ...]:
    """One line a ticket, the worst first said of it."""
    if not (theirs or ours or rejected or bad):
        return ()
    from git_yoi.store.snapshot import Snapshot
    from git_yoi.store.tree import ticket_blobs

    before = settled.received.local
    known = {t for t, _ in ticket_blobs(session.objects, Snapshot(session.objects, before).tree)} if before else ()
    told: dict[str, TicketResult] = {}
    for ticket, problem in sorted(bad.items()):
        told[ticket] = TicketResult(ticket, "damaged", problem.message)
    for one in rejected:
        told.setdefault(one.ticket, TicketResult(one.ticket, "rejected", one.code))
    for ticket in theirs:
        told.setdefault(ticket, TicketResult(ticket, "updated" if ticket in known else "new"))
    for ticket in ours:
        told.setdefault(ticket, TicketResult(ticket, "sent"))
    return tuple(told.values())


def _unpushed(session: Session, remote: str) -> tuple[str, ...]:
    """Targets that hold merges of tickets, and which the remote does not have as they are here."""
    from git_yoi.git.evidence import kinds, unreached
    from git_yoi.git.network import ls_remote
    from git_yoi.git.refs import branch_ref

    rows = session.index().rows("SELECT merge FROM tickets WHERE merge IS NOT NULL AND state IN ('done', 'closed')")
    merged = _by_target([str(row[0]) for row in rows])
    if not merged:
        return ()
    there = ls_remote(session.repository, remote, *(branch_ref(target) for target in merged))
    here = kinds(session.repository, set(there.values()))
    lacking = []
    for target, commits in sorted(merged.items()):
        tip = there.get(branch_ref(target))
        have = {oid for oid, kind in kinds(session.repository, commits).items() if kind == "commit"}
        if have and (tip is None or here.get(tip) != "commit" or unreached(session.repository, have, [tip])):
            lacking.append(target)
    return tuple(lacking)


def _by_target(merges: Sequence[str]) -> dict[str, set[str]]:
    import json

    found: dict[str, set[str]] = {}
    for text in merges:
        record = json.loads(text)
        found.setdefault(str(record["target"]), set()).add(str(record["commit"]))
    return found
