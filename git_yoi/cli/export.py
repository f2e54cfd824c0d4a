"""`git yoi export`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from git_yoi.cli.command import VerbCommand, open_session, put, wants
from git_yoi.cli.output import say, tell
from git_yoi.cli.progress import progress
from git_yoi.cli.text_options import given_path

if TYPE_CHECKING:
    from git_yoi.actions.export import Exported


@click.command("export", cls=VerbCommand)
@click.argument("format_", metavar="FORMAT", type=click.Choice(("yoi", "jsonl")))
@click.argument("path", metavar="[PATH]", required=False)
def command(format_: str, path: str | None) -> None:
    """Write all tickets: yoi into a new folder (yoi-tickets), jsonl into a new file, or to standard output."""
    from git_yoi.actions.export import export
    from git_yoi.render.transfer import exported_text

    named = None if path is None or (path == "-" and format_ == "jsonl") else given_path(path)
    made = export(open_session(), format_, named, progress("export", "tickets"))
    if made.path is None and not wants("json"):
        for line in made.lines:
            say(line.encode())
        if made.unmapped and not wants("quiet"):
            tell(exported_text(made))
        return
    put(_value(made), lambda: exported_text(made))


def _value(made: Exported) -> dict[str, Any]:
    """One document: on standard output the lines themselves stand in it as `records`."""
    from dataclasses import asdict

    value = asdict(made)
    lines = value.pop("lines")
    return value if made.path is not None else value | {"records": [json.loads(line) for line in lines]}
