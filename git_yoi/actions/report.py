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

    def judge(_: Snapshot, ticket: Ticket) -> list[Entry]:
        require_state(ticket, "report", INPROGRESS)
        claim = held_claim(session, ticket)
        head = head_of(session.repository, ticket.branch) if ticket.branch is not None else None
        return [session.entry(ticket.id, Report(claim, head), text)]

    return write(session, "report", given, judge)


def held_claim(session: Session, ticket: Ticket) -> str:
    """The claim of this clone on a ticket in progress; YoiError `taken` if it never had one, `fenced` if it is over."""
    from git_yoi.store.claims import my_claim

    mine = my_claim(session.repository.private, ticket.id)
    if mine is not None and mine == ticket.claim:
        return mine
    raise YoiError(
        "taken" if mine is None else "fenced",
        f"{ticket.holder} holds ticket {short_id(ticket.id)}",
        cause="it was not accepted from this clone" if mine is None else "it was taken over from this clone",
        hint=f"`git yoi comment {short_id(ticket.id)} -m TEXT` is open to everybody",
    )
