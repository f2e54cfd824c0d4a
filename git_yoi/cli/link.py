"""`git yoi link`."""

from __future__ import annotations

from dataclasses import asdict

import click

from git_yoi.cli.command import VerbCommand, open_session
from git_yoi.cli.written import put_written
from git_yoi.domain.relations import KINDS


@click.command("link", cls=VerbCommand)
@click.argument("ticket", metavar="ID")
@click.argument("kind", metavar="KIND", type=click.Choice(KINDS))
@click.argument("other", metavar="OTHER")
@click.option("-m", "--message", "note", metavar="NOTE", help="Why, in a line.")
def command(ticket: str, kind: str, other: str, note: str | None) -> None:
    """Relate a ticket to another: depends-on, blocks, related, supersedes or duplicate-of."""
    from git_yoi.actions.link import link

    made = link(open_session(), ticket, kind, other, note=note)
    put_written(made, more={"relations": [asdict(relation) for relation in made.ticket.relations]})
