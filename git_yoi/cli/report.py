"""`git yoi report`."""

from __future__ import annotations

import click

from git_yoi.cli.command import VerbCommand, open_session
from git_yoi.cli.editor import thread_text
from git_yoi.cli.text_options import text_options
from git_yoi.cli.written import put_written


@click.command("report", cls=VerbCommand)
@click.argument("ticket", metavar="ID")
@text_options
def command(ticket: str, message: tuple[str, ...], file: str | None) -> None:
    """Report on the work, as the ticket's holder."""
    from git_yoi.actions.report import report

    session = open_session()
    with thread_text(session, message, file, what="report", about=ticket) as text:
        made = report(session, ticket, text)
    put_written(made, more={"kind": "report"})
