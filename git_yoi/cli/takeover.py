"""`git yoi takeover`."""

from __future__ import annotations

from dataclasses import asdict

import click

from git_yoi.cli.command import VerbCommand, open_session
from git_yoi.cli.text_options import read_text, text_options
from git_yoi.cli.written import put_about


@click.command("takeover", cls=VerbCommand)
@click.argument("ticket", metavar="ID")
@text_options
def command(ticket: str, message: tuple[str, ...], file: str | None) -> None:
    """Become the holder of a ticket that somebody else holds, for a reason."""
    from git_yoi.actions.takeover import takeover
    from git_yoi.render.holding import held_lines

    held = takeover(open_session(), ticket, read_text(message, file))
    put_about(asdict(held), held.id, held.state, held.title, held_lines(held))
