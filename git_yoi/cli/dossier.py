"""`git yoi dossier`."""

from __future__ import annotations

import click

from git_yoi.cli.command import VerbCommand, open_session, put


@click.command("dossier", cls=VerbCommand)
@click.argument("ticket", metavar="ID")
@click.option("--target", metavar="B", help="Judge a merge into this branch instead of the ticket's own target.")
def command(ticket: str, target: str | None) -> None:
    """Show everything that a merge must be judged by, and what is missing."""
    from git_yoi.actions.dossier import dossier
    from git_yoi.render.dossier import dossier_json
    from git_yoi.render.dossier_text import dossier_text

    made = dossier(open_session(), ticket, target=target)
    put(dossier_json(made), lambda: dossier_text(made), quiet=made.ticket.id)
