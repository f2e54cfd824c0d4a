"""`git yoi log`."""

from __future__ import annotations

import sys
from itertools import chain

import click

from git_yoi.cli.command import VerbCommand, open_session
from git_yoi.cli.output import say
from git_yoi.domain.text import escape_controls


@click.command("log", cls=VerbCommand, json_option=False)
@click.argument("ticket", metavar="[ID]", required=False)
@click.option("-n", "--limit", type=click.IntRange(min=0), metavar="N", help="At most N entries.")
@click.option("--oneline", is_flag=True, help="A line an entry.")
def command(ticket: str | None, limit: int | None, oneline: bool) -> None:
    """Show the entries as git does, newest first: of one ticket, or of all."""
    from git_yoi.actions.log import log

    lines = log(open_session(), ticket, limit=limit, oneline=oneline)
    # The first line is fetched before a pager starts, so that a failure is told and not paged.
    first = next(lines, None)
    if first is None:
        return
    safe = (escape_controls(_valid(line)) for line in chain([first], lines))
    if sys.stdout.isatty():
        click.echo_via_pager(safe)
        return
    for line in safe:
        say(line, nl=False)


def _valid(line: str) -> str:
    """The line with bytes that are not UTF-8 shown in hexadecimal."""
    return line.encode(errors="surrogateescape").decode(errors="backslashreplace")
