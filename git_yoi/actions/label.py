"""`git yoi label`: add and remove labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from git_yoi.actions.checks import require_line
from git_yoi.actions.write import Written, write
from git_yoi.domain.events import Label
from git_yoi.errors import YoiError

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.domain.entry import Entry
    from git_yoi.domain.ticket import Ticket
    from git_yoi.store.snapshot import Snapshot


def label(session: Session, given: str, *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> Written:
    """Add and remove labels; only what makes a difference is written."""
    if not add and not remove:
        raise YoiError("usage", "no label is named", hint="give --add L, --remove L, or both, each as often as needed")
    for name in (*add, *remove):
        require_line("label", name)
    if both := set(add) & set(remove):
        raise YoiError("usage", f"label {min(both)} is both added and removed", hint="name it once")

    def judge(_: Snapshot, ticket: Ticket) -> list[Entry]:
        event = Label(*difference(ticket.labels, add, remove))
        return [session.entry(ticket.id, event)] if event.add or event.remove else []

    return write(session, "label", given, judge)


def difference(
    now: Sequence[str], add: Sequence[str], remove: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What of `add` is not there yet, and what of `remove` is, each value once."""
    return (
        tuple(value for value in dict.fromkeys(add) if value not in now),
        tuple(value for value in dict.fromkeys(remove) if value in now),
    )
