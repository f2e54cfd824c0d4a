"""`git yoi fsck --repair`: replace a ticket that cannot be trusted by what its good entries say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from git_yoi.actions.authority import require_role
from git_yoi.actions.checks import require_reason
from git_yoi.actions.fsck import require_whole
from git_yoi.domain.ids import MIN_PREFIX
from git_yoi.errors import YoiError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from git_yoi.actions.session import Session
    from git_yoi.domain.entry import Entry
    from git_yoi.domain.ticket import Ticket
    from git_yoi.store.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Repaired:
    """The ticket after a repair; `entry` is None when there was nothing to mend. `skipped`: (commit, reason) pairs."""

    id: str
    state: str
    entry: str | None
    skipped: tuple[tuple[str, str], ...]


def repair(session: Session, given: str, why: str | None) -> Repaired:
    """Write a `repair` entry that brings the ticket back to what its readable, legal entries give.

    YoiError `not-found`, `ambiguous`, `usage` without a reason, `not-authorized`; `read-only` when nothing is left.
    """
    from git_yoi.store.replay import replay

    reason = require_reason(why)
    require_whole(session)
    done = Repaired("", "", None, ())

    def build(snapshot: Snapshot) -> Sequence[Entry]:
        nonlocal done
        require_role(session, "repair")
        damaged = _damaged(snapshot)
        ticket_id = _resolve({*snapshot.ticket_ids(), *damaged}, given)
        if ticket_id not in damaged:
            done = Repaired(ticket_id, session.ticket(snapshot, ticket_id).state, None, ())
            return []
        made = replay(session.objects, snapshot.commit, ticket_id)
        if made.ticket is None:
            raise _nothing_left(ticket_id)
        done = Repaired(ticket_id, made.ticket.state, None, made.skipped)
        return [_entry(session, made.ticket, reason)]

    added = session.append(build)
    return replace(done, entry=added.commits[-1] if added.commits else None)


def _entry(session: Session, ticket: Ticket, reason: str) -> Entry:
    from git_yoi.domain.events import Repair

    return replace(session.entry(ticket.id, Repair(reason)), replacement=ticket)


def _damaged(snapshot: Snapshot) -> set[str]:
    """Every ticket that the proof finds fault with, but for objects that are merely not here."""
    from git_yoi.store.tip_check import check_tip
    from git_yoi.store.verify import verify

    found = (
        *verify(snapshot.objects, snapshot.commit).problems,
        *check_tip(snapshot.objects, snapshot.commit).problems,
    )
    return {ticket for problem in found if not problem.lost for ticket in problem.tickets}


def _resolve(ids: Collection[str], given: str) -> str:
    """The whole id; the index does not know a ticket whose file is gone, so it is not asked."""
    if given in ids:
        return given
    near = sorted(i for i in ids if len(given) >= MIN_PREFIX and i.lower().startswith(given.lower()))
    if len(near) == 1:
        return near[0]
    if near:
        raise YoiError(
            "ambiguous", f"{given} names {len(near)} tickets", cause=", ".join(near[:10]), hint="give more of the id"
        )
    raise YoiError("not-found", f"there is no ticket {given[:70]}", hint="`git yoi fsck` names the damaged ones")


def _nothing_left(ticket_id: str) -> YoiError:
    return YoiError(
        "read-only",
        f"ticket {ticket_id} cannot be repaired",
        cause="its thread holds no good entry that creates it",
        hint="nothing was changed; create a new ticket that tells of it",
    )
