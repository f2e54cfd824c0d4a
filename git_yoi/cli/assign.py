"""`git yoi assign`."""

from __future__ import annotations

import click

from git_yoi.cli.command import VerbCommand, open_session
from git_yoi.cli.written import put_written


@click.command("assign", cls=VerbCommand)
@click.argument("ticket", metavar="ID")
@click.argument("names", metavar="[A]...", nargs=-1)
@click.option("--clear", is_flag=True, help="Take everybody else off.")
def command(ticket: str, names: tuple[str, ...], clear: bool) -> None:
    """Assign people to a ticket; `me` is whoever runs the command."""
    from git_yoi.actions.assign import assign

    made = assign(open_session(), ticket, names, clear=clear)
    assignees = made.ticket.assignees
    put_written(made, f"Assigned: {', '.join(assignees) or 'nobody'}", more={"assignees": list(assignees)})
