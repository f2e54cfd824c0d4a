"""`git yoi done`."""

from __future__ import annotations

import click

from git_yoi.cli.command import VerbCommand, open_session
from git_yoi.cli.text_options import read_text, text_options
from git_yoi.cli.written import put_written


@click.command("done", cls=VerbCommand)
@click.argument("ticket", metavar="ID")
@text_options
def command(ticket: str, message: tuple[str, ...], file: str | None) -> None:
    """End work that needs no merge, for a reason: inprogress to done."""
    from git_yoi.actions.done import done
    from git_yoi.render.written import branch_text

    made = done(open_session(), ticket, read_text(message, file))
    put_written(made, branch_text(made.branch), "Next: git yoi close {id} -m TEXT", more={"branch": made.branch})
