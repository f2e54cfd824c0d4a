"""`git yoi show`."""

from __future__ import annotations

import click

from git_yoi.cli.command import VerbCommand, open_session, put
from git_yoi.cli.terminal import output_style


@click.command("show", cls=VerbCommand)
@click.argument("ticket", metavar="ID")
def command(ticket: str) -> None:
    """Show a ticket and its thread."""
    from git_yoi.actions.show import show
    from git_yoi.render.show import show_json, show_text

    shown = show(open_session(), ticket)
    put(show_json(shown), lambda: show_text(shown, output_style()), quiet=shown.ticket.id)
