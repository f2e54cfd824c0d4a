"""`git yoi attach`."""

from __future__ import annotations

import click

from git_yoi.cli.command import VerbCommand, open_session
from git_yoi.cli.text_options import given_path
from git_yoi.cli.written import put_written


@click.command("attach", cls=VerbCommand)
@click.argument("ticket", metavar="ID")
@click.argument("file", metavar="FILE")
def command(ticket: str, file: str) -> None:
    """Attach a file, under its own name; one of that name is replaced."""
    from git_yoi.actions.attach import attach

    path = given_path(file)
    made = attach(open_session(), ticket, path)
    names = [attachment.name for attachment in made.ticket.attachments]
    put_written(made, f"Attachments: {', '.join(names)}", more={"attachments": list(names)})
