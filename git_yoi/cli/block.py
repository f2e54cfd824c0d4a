"""`git yoi block`."""

from __future__ import annotations

import click

from git_yoi.cli.command import VerbCommand, open_session
from git_yoi.cli.text_options import read_text, text_options
from git_yoi.cli.written import put_written


@click.command("block", cls=VerbCommand)
@click.argument("ticket", metavar="ID")
@text_options
def command(ticket: str, message: tuple[str, ...], file: str | None) -> None:
    """Mark a queued or started ticket as blocked, for a reason."""
    from git_yoi.actions.block import block

    put_written(block(open_session(), ticket, read_text(message, file)), "Later: git yoi unblock {id}")
