"""`git yoi help`: the manual's text, for where `man` is missing."""

from __future__ import annotations

import shutil
import sys

import click

from git_yoi.cli.command import VerbCommand, wants
from git_yoi.cli.output import say
from git_yoi.cli.verbs import ALIASES, VERBS
from git_yoi.errors import YoiError

NARROW, WIDE = 40, 100


@click.command("help", cls=VerbCommand, json_option=False)
@click.argument("verb", required=False)
def command(verb: str | None) -> None:
    """Show the manual, or its part on one verb."""
    from git_yoi.actions.help import manual_source
    from git_yoi.render.manual import render_manual, sections

    name = ALIASES.get(verb, verb) if verb else None
    if name is not None and name not in VERBS:
        raise YoiError("usage", f"there is no verb {verb}", hint="git yoi help, without more, names them all")
    source = manual_source()
    part = source if name is None else f".SS {name}\n{sections(source)[name]}"
    if wants("quiet"):
        return
    on_terminal = sys.stdout.isatty()
    width = min(max(shutil.get_terminal_size().columns, NARROW), WIDE) if on_terminal else 80
    text = render_manual(part, width=width)
    if on_terminal:
        click.echo_via_pager(text)
    else:
        say(text, nl=False)
