"""`git yoi new`: a ticket in `planning`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from git_yoi.actions.assign import people
from git_yoi.actions.authority import require_role
from git_yoi.actions.checks import require_line, require_text
from git_yoi.domain.events import Create, Link
from git_yoi.domain.ids import LENGTH, from_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from git_yoi.actions.session import Session
    from git_yoi.domain.entry import Entry
    from git_yoi.store.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Created:
    """The new ticket's id and state."""

    id: str
    state: str
    title: str


def new(
    session: Session,
    title: str,
    *,
    body: str = "",
    priority: str = "P2",
    labels: Sequence[str] = (),
    assignees: Sequence[str] = (),
    depends_on: Sequence[str] = (),
) -> Created:
    """Create a ticket, with its labels, assignees and dependencies, in one move of the ref."""
    require_line("title", title)
    require_text("description", body)
    for name in labels:
        require_line("label", name)
    for name in assignees:
        require_line("assignee", name)
    others = [session.resolve(other) for other in depends_on]
    ticket_id = from_bytes(session.random_bytes(LENGTH // 2))

    def build(_: Snapshot) -> list[Entry]:
        require_role(session, "new")
        create = Create(title, priority, tuple(labels), tuple(people(session, assignees)))
        links = [session.entry(ticket_id, Link("depends-on", other)) for other in dict.fromkeys(others)]
        return [session.entry(ticket_id, create, body), *links]

    session.append(build)
    return Created(ticket_id, "planning", title)
