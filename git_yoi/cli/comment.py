"""`git yoi comment`."""

from __future__ import annotations

import click

from git_yoi.cli.command import VerbCommand, open_session
from git_yoi.cli.editor import thread_text
from git_yoi.cli.text_options import text_options
from git_yoi.cli.written import put_written

KINDS = ("comment", "plan", "decision", "report", "intake")


@click.command("comment", cls=VerbCommand)
@click.argument("ticket", metavar="ID")
@text_options
@click.option("--kind", type=click.Choice(KINDS), default="comment", show_default=True, help="What the text is.")
def command(ticket: str, message: tuple[str, ...], file: str | None, kind: str) -> None:
    """Add a text to the thread; at a terminal without -m and -F from the editor."""
    from git_yoi.actions.comment import comment

    session = open_session()
    with thread_text(session, message, file, what=kind, about=ticket) as text:
        made = comment(session, ticket, text, kind=kind)
    put_written(made, more={"kind": kind})
