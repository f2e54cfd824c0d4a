"""`git yoi import`."""

from __future__ import annotations

from dataclasses import asdict

import click

from git_yoi.cli.command import VerbCommand, open_session, put
from git_yoi.cli.progress import progress
from git_yoi.cli.text_options import given_path


@click.command("import", cls=VerbCommand)
@click.argument("format_", metavar="FORMAT", type=click.Choice(("yoi", "jsonl")))
@click.argument("path", metavar="PATH")
def command(format_: str, path: str) -> None:
    """Bring tickets in: folders of the yoi project's local backend, or lines of JSON that `export jsonl` wrote."""
    from git_yoi.actions.import_ import import_
    from git_yoi.render.transfer import imported_text

    made = import_(open_session(), format_, given_path(path), progress("import", "entries"))
    put(asdict(made), lambda: imported_text(made))
