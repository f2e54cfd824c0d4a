"""`git yoi close`."""

from __future__ import annotations

import click

from git_yoi.cli.command import VerbCommand, open_session
from git_yoi.cli.text_options import read_text, text_options
from git_yoi.cli.written import put_written
from git_yoi.domain.states import RESOLUTIONS


@click.command("close", cls=VerbCommand)
@click.argument("ticket", metavar="ID")
@text_options
@click.option(
    "--as",
    "as_",
    type=click.Choice(RESOLUTIONS),
    help="How it ends. Without it: superseded with --by, completed after work on it, else wontfix.",
)
@click.option("--by", metavar="ID", multiple=True, help="A ticket that carries on; may be repeated.")
def command(ticket: str, message: tuple[str, ...], file: str | None, as_: str | None, by: tuple[str, ...]) -> None:
    """Close a ticket with a resolution."""
    from git_yoi.actions.close import close
    from git_yoi.render.written import branch_text

    made = close(open_session(), ticket, read_text(message, file) or "", as_=as_, by=by)
    resolution = made.ticket.resolution
    kind = resolution.as_ if resolution is not None else None
    put_written(made, f"Closed as {kind}.", branch_text(made.branch), more={"as": kind, "branch": made.branch})
