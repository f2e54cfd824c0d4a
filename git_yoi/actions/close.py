"""`git yoi close`: the end of a ticket, with its resolution; as completed only when no work is left unmerged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_yoi.actions.checks import require_state, require_words
from git_yoi.actions.finish import Finished, finished, require_merged
from git_yoi.actions.write import write
from git_yoi.domain.events import Close
from git_yoi.domain.ids import short_id
from git_yoi.domain.states import CLOSED, DONE, INPROGRESS, RESOLUTIONS, STATES
from git_yoi.errors import YoiError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from git_yoi.actions.session import Session
    from git_yoi.domain.entry import Entry
    from git_yoi.domain.ticket import Ticket
    from git_yoi.store.snapshot import Snapshot

COMPLETED = RESOLUTIONS[0]


def close(session: Session, given: str, text: str, *, as_: str | None = None, by: Sequence[str] = ()) -> Finished:
    """Close a ticket; without `as_` its state and `by` say how. Branch and worktree stay. YoiError `not-merged`."""
    require_words("resolution", text)
    if as_ is not None and as_ not in RESOLUTIONS:
        raise YoiError("usage", f"{as_} is no resolution", hint=f"one of {', '.join(RESOLUTIONS)}")
    others = tuple(dict.fromkeys(session.resolve(other) for other in by))
    ended: str | None = None

    def judge(_: Snapshot, ticket: Ticket) -> list[Entry]:
        nonlocal ended
        require_state(ticket, "close", *(state for state in STATES if state != CLOSED))
        if ticket.id in others:
            raise YoiError("usage", "a ticket does not carry on for itself", hint="name other tickets with --by")
        kind = as_ or default_resolution(ticket.state, carried_on=bool(others))
        if kind == COMPLETED:
            _require_finished_work(session, ticket)
        ended = ticket.claim
        return [session.entry(ticket.id, Close(kind, others), text)]

    written = write(session, "close", given, judge)
    return finished(session, written, ended)


def default_resolution(state: str, *, carried_on: bool) -> str:
    """How a ticket closes that nobody said it of: what was never accepted cannot have been completed."""
    if carried_on:
        return "superseded"
    return COMPLETED if state in (INPROGRESS, DONE) else "wontfix"


def _require_finished_work(session: Session, ticket: Ticket) -> None:
    shown = short_id(ticket.id)
    others = "|".join(kind for kind in RESOLUTIONS if kind != COMPLETED)
    merged = f"`git yoi complete {shown}` merges it; git yoi reconcile finds it if others did"
    require_merged(session, ticket, f"{merged}; or say what became of it: --as {others}")
