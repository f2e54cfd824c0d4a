"""`git yoi return`."""

from __future__ import annotations

import click

from git_yoi.cli.command import VerbCommand, open_session
from git_yoi.cli.text_options import read_text, text_options
from git_yoi.cli.written import put_written


@click.command("return", cls=VerbCommand)
@click.argument("ticket", metavar="ID")
@text_options
def command(ticket: str, message: tuple[str, ...], file: str | None) -> None:
    """Send a ready or queued ticket back to planning, for a reason."""
    from git_yoi.actions.return_ import return_

    put_written(
        return_(open_session(), ticket, read_text(message, file)), "Next: git yoi edit {id}, then git yoi ready {id}"
    )
