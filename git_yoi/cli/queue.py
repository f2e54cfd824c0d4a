"""`git yoi queue`."""

from __future__ import annotations

import click

from git_yoi.cli.command import VerbCommand, open_session
from git_yoi.cli.written import put_written


@click.command("queue", cls=VerbCommand)
@click.argument("ticket", metavar="ID")
def command(ticket: str) -> None:
    """Let the work begin: ready to queued. On a queued ticket: agree to its changed description."""
    from git_yoi.actions.queue import queue

    put_written(queue(open_session(), ticket), "Next: git yoi start {id}")
