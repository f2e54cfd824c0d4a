"""`git yoi release`."""

from __future__ import annotations

import click

from git_yoi.cli.command import VerbCommand, open_session
from git_yoi.cli.text_options import read_text, text_options
from git_yoi.cli.written import put_about


@click.command("release", cls=VerbCommand)
@click.argument("ticket", metavar="ID")
@text_options
def command(ticket: str, message: tuple[str, ...], file: str | None) -> None:
    """Give a ticket back to the queue, for a reason; branch and worktree stay."""
    from git_yoi.actions.release import release
    from git_yoi.render.holding import released_lines
    from git_yoi.render.written import written_value

    made = release(open_session(), ticket, read_text(message, file))
    value = written_value(made.ticket, made.entry) | {"branch": made.branch, "worktree": made.worktree}
    put_about(value, made.ticket.id, made.ticket.state, made.ticket.title, released_lines(made))
