"""`git yoi new`."""

from __future__ import annotations

from dataclasses import asdict

import click

from git_yoi.cli.command import VerbCommand, open_session
from git_yoi.cli.text_options import read_text, text_options
from git_yoi.cli.written import put_line


@click.command("new", cls=VerbCommand)
@click.argument("title")
@text_options
@click.option("--priority", type=click.Choice(("P0", "P1", "P2", "P3")), default="P2", show_default=True)
@click.option("--label", "labels", metavar="L", multiple=True, help="A label; may be repeated.")
@click.option("--assignee", "assignees", metavar="A", multiple=True, help="Somebody to assign; may be repeated.")
@click.option("--depends-on", "depends_on", metavar="ID", multiple=True, help="A ticket that must be finished before.")
def command(
    title: str,
    message: tuple[str, ...],
    file: str | None,
    priority: str,
    labels: tuple[str, ...],
    assignees: tuple[str, ...],
    depends_on: tuple[str, ...],
) -> None:
    """Create a ticket, in planning."""
    from git_yoi.actions.new import new

    made = new(
        open_session(),
        title,
        body=read_text(message, file) or "",
        priority=priority,
        labels=labels,
        assignees=assignees,
        depends_on=depends_on,
    )
    put_line(asdict(made), made.id, "planning", made.title, (), ["Next: git yoi ready {id}"])
