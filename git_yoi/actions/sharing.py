"""What every verb that talks to the shared remote needs: the exchange itself, its checks, and its turn."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from git_yoi.domain.ids import short_id
from git_yoi.domain.states import INPROGRESS
from git_yoi.errors import YoiError
from git_yoi.git import refs

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.store.append import Build
    from git_yoi.store.snapshot import Snapshot
    from git_yoi.sync.exchange import Exchange, Settled
    from git_yoi.sync.judging import Judge


def exchange(session: Session, remote: str) -> Exchange:
    """The exchange of this session with a remote; a join is committed, and signed, as an entry is."""
    from git_yoi.store.entry_commit import write_commit
    from git_yoi.sync.exchange import Exchange

    return Exchange(
        session.repository,
        session.objects,
        session.ref,
        remote,
        lambda: session.bare_writer.committer,
        session.difference,
        lambda commit: write_commit(session.bare_writer, commit, "join"),
    )


def judge(session: Session, x: Exchange, *, accept_rewrite: bool = False) -> Judge:
    """The checks of what the remote sends."""
    from git_yoi.sync.judging import Judge

    return Judge(
        x,
        lambda: claims_at_stake(session),
        accept_rewrite,
        session.progress,
        lambda nonces, local, remote: _standing(session, nonces, local, remote),
    )


def _standing(session: Session, nonces: Collection[str], local: str, remote: str) -> Mapping[str, str]:
    """The entries with one of these nonces that both tips have: what only we have may well arrive a second time."""
    import json

    query = "SELECT nonce, id FROM entries WHERE nonce IN (SELECT value FROM json_each(?))"
    found = session.index().rows(query, (json.dumps(list(nonces)),)) if nonces else []
    if not found:
        return {}
    # The index may show what was fetched already.
    ours, theirs = session.difference(local, remote), session.difference(remote, local)
    return {nonce: oid for nonce, oid in found if oid not in ours and oid not in theirs}


@contextmanager
def turn(session: Session, remote: str) -> Iterator[None]:
    """Hold the clone's turn at the remote; YoiError `io`."""
    from git_yoi.sync.turn_at_remote import turn_at_remote

    moved = (session.ref, refs.PUBLISHED, refs.remote_tickets(remote))
    try:
        with turn_at_remote(session.repository, moved, session.clock()):
            yield
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        raise YoiError(
            "io",
            f"the exchange with {remote} could not be gone through with",
            cause=f"{error.strerror or error}{where}",
            hint="free some space or mend permissions, then run the same command again",
        ) from error


def meet(session: Session, remote: str, *, fetched: bool = False) -> Settled:
    """Join the remote's tip, before anything is judged that others may have changed; YoiError `remote`, `rewritten`.

    `fetched`: what was fetched last is taken for that tip, and nobody is asked.
    """
    from git_yoi.sync.exchange import settle

    # Who cannot write (a shallow clone, no identity) is told so before anything moves.
    _ = session.bare_writer
    x = exchange(session, remote)
    checks = judge(session, x)
    with turn(session, remote):
        met = settle(x, checks.accept, checks.check, send=False, fetched=fetched)
    session.moved(met.joined.tip)
    tell(session, remote, met)
    return met


def tell(session: Session, remote: str, met: Settled) -> None:
    """Give a notice of what a sync would have told, for none that comes later sees it any more."""
    from git_yoi.actions.claims import settle_claims

    if met.received.how in ("lost", "went-back"):
        session.notice(f"notice: {remote} lacks tickets or entries that it had; what is sent next restores them")
    if met.joined.how not in ("behind", "joined"):
        return
    for one in settle_claims(session, met):
        if one.outcome == "ended":
            session.notice(f"notice: ticket {short_id(one.ticket)}, which this clone held, is finished")
        if one.outcome == "lost":
            who = f"{one.holder} holds it" if one.holder else "it is nobody's now"
            session.notice(f"notice: this clone's claim on {short_id(one.ticket)} is lost: {who}; its work is kept")


def append_confirmed(
    session: Session, remote: str, met: Settled, build: Build, landed: Callable[[Snapshot], bool]
) -> str:
    """Add entries that count once the remote has them (`sync.confirm.publish_entries`); the new tip."""
    from git_yoi.sync.confirm import publish_entries

    x = exchange(session, remote)
    with turn(session, remote):
        tip = publish_entries(x, session.bare_writer, met, judge(session, x), session.judged(build), landed)
    session.moved(tip)
    return tip


def claims_at_stake(session: Session) -> list[str]:
    """The tickets that are in progress as far as this clone knows."""
    query = "SELECT id FROM tickets WHERE state = ? ORDER BY id"
    return [str(row[0]) for row in session.index().rows(query, (INPROGRESS,))]


def is_confirmed(session: Session, ticket_id: str, nonce: str) -> bool | None:
    """Whether the shared remote is known to have the claim that holds a ticket; None where nothing is shared."""
    from git_yoi.store.snapshot import Snapshot

    if session.settings.remote is None:
        return None
    published = refs.read_ref(session.repository, refs.PUBLISHED)
    if published is None:
        return False
    ticket = Snapshot(session.objects, published).ticket(ticket_id)
    return ticket is not None and ticket.claim == nonce
