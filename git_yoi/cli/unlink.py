"""`git yoi unlink`."""

from __future__ import annotations

from dataclasses import asdict

import click

from git_yoi.cli.command import VerbCommand, open_session
from git_yoi.cli.written import put_written
from git_yoi.domain.relations import KINDS


@click.command("unlink", cls=VerbCommand)
@click.argument("ticket", metavar="ID")
@click.argument("kind", metavar="KIND", type=click.Choice(KINDS))
@click.argument("other", metavar="OTHER")
def command(ticket: str, kind: str, other: str) -> None:
    """End a relation that a ticket stores."""
    from git_yoi.actions.unlink import unlink

    made = unlink(open_session(), ticket, kind, other)
    put_written(made, more={"relations": [asdict(relation) for relation in made.ticket.relations]})
