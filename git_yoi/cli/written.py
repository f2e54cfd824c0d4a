"""How the plain writing verbs put out what they did."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

import click

from git_yoi.cli.command import put, wants
from git_yoi.domain.ids import short_id
from git_yoi.domain.text import escape_controls

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
    from git_yoi.render.written import NOTHING, written_value

    now = made.ticket
    before = () if made.entry is not None else (NOTHING,)
    put_line(written_value(now, made.entry) | dict(more or {}), now.id, now.state, now.title, before, following)


def put_line(
    value: object, ticket_id: str, state: str, title: str, before: Sequence[str], following: Sequence[str]
) -> None:
    """Put out a ticket's one line; what else is for people goes around it, on standard error where that is a pipe."""
    name = short_id(ticket_id)
    above, below = ([line.replace("{id}", name) for line in lines] for lines in (before, following))
    put_about(value, ticket_id, state, title, below, before=above)


def put_about(
    value: object, ticket_id: str, state: str, title: str, following: Sequence[str], *, before: Sequence[str] = ()
) -> None:
    """The same, with lines that are as they are."""
    from git_yoi.render.written import ticket_line

    piped = not sys.stdout.isatty()
    said = not wants("json") and not wants("quiet")
    _tell(before if said else (), err=piped)
    put(value, lambda: ticket_line(ticket_id, state, title, piped=piped), quiet=ticket_id)
    _tell(following if said else (), err=piped)


def _tell(lines: Sequence[str], *, err: bool) -> None:
    for line in lines:
        if line:
            click.echo(escape_controls(line), err=err)
