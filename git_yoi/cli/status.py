"""`git yoi status`."""

from __future__ import annotations

import click

from git_yoi.cli.command import VerbCommand, open_session, put
from git_yoi.cli.terminal import output_style


@click.command("status", cls=VerbCommand)
def command() -> None:
    """Show on one screen what waits for a human, what can start, what runs, what is stuck, and what is not shared."""
    from git_yoi.actions.status import status
    from git_yoi.render.status import status_json, status_text

    found = status(open_session())
    put(status_json(found), lambda: status_text(found, output_style()))
