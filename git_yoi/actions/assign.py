"""`git yoi assign`: say who is to look after a ticket; it is no claim, which only `start` takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from git_yoi.actions.checks import require_line
from git_yoi.actions.label import difference
from git_yoi.actions.write import Written, write
from git_yoi.domain.events import Assign
from git_yoi.errors import YoiError

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.domain.entry import Entry
    from git_yoi.domain.ticket import Ticket
    from git_yoi.store.snapshot import Snapshot

ME = "me"


def assign(session: Session, given: str, names: Sequence[str] = (), *, clear: bool = False) -> Written:
    """Add assignees, `me` being the actor's name; with `clear` everybody else is taken off first."""
    if not names and not clear:
        raise YoiError("usage", "nobody is named", hint="name somebody, or take everybody off with --clear")
    for name in names:
        require_line("assignee", name)
    wanted = people(session, names)

    def judge(_: Snapshot, ticket: Ticket) -> list[Entry]:
        others = [name for name in ticket.assignees if name not in wanted] if clear else []
        event = Assign(*difference(ticket.assignees, wanted, others))
        return [session.entry(ticket.id, event)] if event.add or event.remove else []

    return write(session, "assign", given, judge)


def people(session: Session, names: Sequence[str]) -> list[str]:
    """The names as they are kept: `me` is the actor's."""
    return [session.actor.name if name == ME else name for name in names]
