"""`git yoi unblock`."""

from __future__ import annotations

import click

from git_yoi.cli.command import VerbCommand, open_session
from git_yoi.cli.text_options import read_text, text_options
from git_yoi.cli.written import put_written


@click.command("unblock", cls=VerbCommand)
@click.argument("ticket", metavar="ID")
@text_options
def command(ticket: str, message: tuple[str, ...], file: str | None) -> None:
    """End the mark that block sets."""
    from git_yoi.actions.unblock import unblock

    put_written(unblock(open_session(), ticket, read_text(message, file)))
