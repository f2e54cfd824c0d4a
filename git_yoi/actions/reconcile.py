"""`git yoi reconcile`: tickets follow what became of their branches elsewhere; merged: closed, taken back: reopened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from git_yoi.actions.authority import require_role
from git_yoi.actions.reconciling.outcomes import Left, Merged
from git_yoi.actions.reconciling.reopenings import TakenBack
from git_yoi.errors import YoiError

if TYPE_CHECKING:
    from git_yoi.actions.reconciling.targets import Targets
    from git_yoi.actions.session import Session
    from git_yoi.domain.entry import Entry
    from git_yoi.domain.ticket import Ticket
    from git_yoi.merge.looked_at import LookedAt
    from git_yoi.store.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What was found, and written unless `dry_run`: tickets closed by a merge, and reopened since that was taken back.

    `waiting` are merged in this clone alone, and close once the shared remote has the merge. `left` came near, each
    with the reason. `sent`: the shared remote has the new entries; None where there was nothing to send, or nobody
    asked.
    """

    closed: tuple[Merged, ...]
    reopened: tuple[TakenBack, ...]
    waiting: tuple[Left, ...]
    left: tuple[Left, ...]
    dry_run: bool
    sent: bool | None = None


def reconcile(
    session: Session, *, target: str | None = None, dry_run: bool = False, ask_remote: bool = True
) -> Reconciled:
    """Close what was merged by others' means, and reopen what was taken back; with `target` only tickets of that one.

    Without `ask_remote` (or with `dry_run`) only what was fetched counts. YoiError `not-authorized`, `rewritten`,
    `read-only` in a shallow clone, `not-found` for a target that is nowhere.
    """
    from git_yoi.actions.reconciling.targets import look_at_targets
    from git_yoi.merge.looked_at import LookedAt

    require_role(session, "reconcile")
    session.local_tip()
    if session.repository.shallow:
        # What was cut off looks as if it had been dropped.
        raise YoiError(
            "read-only", "a shallow clone does not know what was merged", hint="git fetch --unshallow, then again"
        )
    if not dry_run:
        session.finish_leftovers()
    asks = ask_remote and not dry_run
    targets = look_at_targets(session, target, ask=asks, join=not dry_run)
    looked = LookedAt(session.repository.private, keeps=not dry_run)
    found = _find(session, targets, looked)
    if dry_run:
        return Reconciled(*found, dry_run=True)
    merged, back = _write(session, found[0], found[1])
    looked.save()
    sent = _send(session) if asks and targets.asked and (merged or back) else None
    return Reconciled(merged, back, found[2], found[3], dry_run=False, sent=sent)


def _find(
    session: Session, targets: Targets, looked: LookedAt
) -> tuple[tuple[Merged, ...], tuple[TakenBack, ...], tuple[Left, ...], tuple[Left, ...]]:
    from git_yoi.actions.reconciling import closings, reopenings

    there = closings.find(session, targets, looked)
    closing = [one for one in there if isinstance(one, Merged)]
    found = [*there, *reopenings.find(session, targets, looked, closing)]
    left = [one for one in found if isinstance(one, Left)]
    return (
        tuple(one for one in found if isinstance(one, Merged)),
        tuple(one for one in found if isinstance(one, TakenBack)),
        tuple(one for one in left if one.code == "waiting"),
        tuple(one for one in left if one.code != "waiting"),
    )


def _write(
    session: Session, merged: Sequence[Merged], back: Sequence[TakenBack]
) -> tuple[tuple[Merged, ...], tuple[TakenBack, ...]]:
    """Add, in one step, the entries of whatever still is as it was judged; what was written."""
    from git_yoi.actions.reconciling.entries import closing, reopening

    wanted: tuple[Merged | TakenBack, ...] = (*merged, *back)
    written: list[Merged | TakenBack] = []

    def build(snapshot: Snapshot) -> list[Entry]:
        # Called anew after a lost race.
        written[:] = [one for one in wanted if _ground(session.ticket(snapshot, one.ticket.id)) == _ground(one.ticket)]
        return [
            entry
            for one in written
            for entry in (closing(session, one) if isinstance(one, Merged) else reopening(session, one))
        ]

    if wanted:
        session.append(build)
    for one in written:
        _end_claim(session, one)
    return (
        tuple(one for one in written if isinstance(one, Merged)),
        tuple(one for one in written if isinstance(one, TakenBack)),
    )


def _ground(ticket: Ticket) -> tuple[object, ...]:
    """What the judgement stands on: words that were added meanwhile change nothing about it."""
    return ticket.state, ticket.generation, ticket.claim, ticket.branch, ticket.target, ticket.merge


def _end_claim(session: Session, one: Merged | TakenBack) -> None:
    """Drop this clone's record of the claim that the closing ended."""
    from git_yoi.store.claims import drop_claim, my_claim

    private, ticket = session.repository.private, one.ticket
    if isinstance(one, Merged) and ticket.claim is not None and my_claim(private, ticket.id) == ticket.claim:
        drop_claim(private, ticket.id)


def _send(session: Session) -> bool:
    """Bring the new entries to the shared remote; what cannot be sent now goes with the next sync."""
    from git_yoi.actions.sync import sync

    try:
        sync(session)
    except YoiError as error:
        session.notice(f"notice: {error.message} ({error.cause}); git yoi sync sends what was written here")
        return False
    return True
