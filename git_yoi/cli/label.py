"""`git yoi label`."""

from __future__ import annotations

import click

from git_yoi.cli.command import VerbCommand, open_session
from git_yoi.cli.written import put_written


@click.command("label", cls=VerbCommand)
@click.argument("ticket", metavar="ID")
@click.option("--add", metavar="L", multiple=True, help="A label to add; may be repeated.")
@click.option("--remove", metavar="L", multiple=True, help="A label to remove; may be repeated.")
def command(ticket: str, add: tuple[str, ...], remove: tuple[str, ...]) -> None:
    """Add and remove labels."""
    from git_yoi.actions.label import label

    made = label(open_session(), ticket, add=add, remove=remove)
    labels = made.ticket.labels
    put_written(made, f"Labels: {', '.join(labels) or 'none'}", more={"labels": list(labels)})
