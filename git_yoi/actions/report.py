"""`git yoi report`: how the work goes, said by whoever holds the ticket; bound to the branch's commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_yoi.actions.checks import require_state, require_words
from git_yoi.actions.write import Written, write
from git_yoi.domain.events import Report
from git_yoi.domain.ids import short_id
from git_yoi.domain.states import INPROGRESS
from git_yoi.errors import YoiError

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.domain.entry import Entry
    from git_yoi.domain.ticket import Ticket
    from git_yoi.store.snapshot import Snapshot


def report(session: Session, given: str, text: str) -> Written:
    """Add the holder's report to the thread. YoiError `fenced`, `taken`."""
    from git_yoi.git.branches import head_of

    require_words("report", text)

    def judge(snapshot: Snapshot, ticket: Ticket) -> list[Entry]:
        require_state(ticket, "report", INPROGRESS)
        claim = held_claim(session, snapshot, ticket)
        head = head_of(session.repository, ticket.branch) if ticket.branch is not None else None
        return [session.entry(ticket.id, Report(claim, head), text)]

    return write(session, "report", given, judge)


def held_claim(session: Session, snapshot: Snapshot, ticket: Ticket) -> str:
    """The claim on a ticket in progress, this clone's and this actor's; YoiError `fenced` if it is over, or `taken`."""
    from git_yoi.store.claims import read_claim

    record = read_claim(session.repository.private, ticket.id)
    mine = record.nonce if record is not None else None
    if ticket.holder is not None and not ticket.holder.same_as(session.actor):
        # A claim that was made offline, and came too late, is in this clone's record only.
        own = record is not None and record.actor.same_as(session.actor)
        over = own or _held_before(session, snapshot, ticket)
        cause = f"{session.actor} {'holds it no more' if over else 'never held it'}"
    elif mine is not None and mine == ticket.claim:
        return mine
    else:
        over = mine is not None
        cause = "this clone's claim on it is over" if over else "this clone has no claim on it"
    raise YoiError(
        "fenced" if over else "taken",
        f"{ticket.holder or 'nobody'} holds ticket {short_id(ticket.id)}",
        cause=cause,
        hint=f"`git yoi comment {short_id(ticket.id)} -m TEXT` is open to everybody",
    )


def _held_before(session: Session, snapshot: Snapshot, ticket: Ticket) -> bool:
    """Whether the session's actor accepted or took over the ticket once."""
    from git_yoi.codec.ticket_file import read_actor

    return any(read_actor(one).same_as(session.actor) for one in session.lookup(snapshot).holders(ticket.id))
