"""`git yoi ready`."""

from __future__ import annotations

import click

from git_yoi.cli.command import VerbCommand, open_session
from git_yoi.cli.written import put_written


@click.command("ready", cls=VerbCommand)
@click.argument("ticket", metavar="ID")
def command(ticket: str) -> None:
    """Say that a ticket is written down: planning to ready."""
    from git_yoi.actions.ready import ready

    put_written(ready(open_session(), ticket), "Next: git yoi queue {id} (a human's word)")
