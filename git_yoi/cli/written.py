"""How the plain writing verbs put out what they did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from git_yoi.cli.command import put
from git_yoi.domain.ids import short_id

if TYPE_CHECKING:
    from git_yoi.domain.ticket import Ticket


class HasTicket(Protocol):
    """What every plain writing verb's result tells."""

    @property
    def ticket(self) -> Ticket:
        """The ticket as it is now."""
        ...

    @property
    def entry(self) -> str | None:
        """The new entry's commit, None when there was nothing to write."""
        ...


def put_written(made: HasTicket, *following: str, more: Mapping[str, object] | None = None) -> None:
    """Put out a result; in the lines `following`, `{id}` becomes the short id. `more` goes into the JSON only."""
    from git_yoi.render.written import written_text, written_value

    lines = [line.replace("{id}", short_id(made.ticket.id)) for line in following]
    put(
        written_value(made.ticket, made.entry) | dict(more or {}),
        lambda: written_text(made.ticket, made.entry, *lines),
        quiet=made.ticket.id,
    )
