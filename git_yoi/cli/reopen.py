"""`git yoi reopen`."""

from __future__ import annotations

import click

from git_yoi.cli.command import VerbCommand, open_session
from git_yoi.cli.text_options import read_text, text_options
from git_yoi.cli.written import put_written


@click.command("reopen", cls=VerbCommand)
@click.argument("ticket", metavar="ID")
@text_options
def command(ticket: str, message: tuple[str, ...], file: str | None) -> None:
    """Plan a done or closed ticket anew, for a reason."""
    from git_yoi.actions.reopen import reopen

    put_written(reopen(open_session(), ticket, read_text(message, file)), "Next: git yoi ready {id}")
