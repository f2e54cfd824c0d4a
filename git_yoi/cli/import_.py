"""`git yoi import`."""

from __future__ import annotations

import sys
import time
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from git_yoi.cli.command import VerbCommand, open_session, put

if TYPE_CHECKING:
    from collections.abc import Callable


@click.command("import", cls=VerbCommand)
@click.argument("format_", metavar="FORMAT", type=click.Choice(("yoi", "jsonl")))
@click.argument("path", metavar="PATH")
def command(format_: str, path: str) -> None:
    """Bring tickets in: folders of the yoi project's local backend, or lines of JSON that `export jsonl` wrote."""
    from git_yoi.actions.import_ import import_
    from git_yoi.render.transfer import imported_text

    session = open_session()
    made = import_(session, format_, session.repository.directory / path, progress("import"))
    put(asdict(made), lambda: imported_text(made))


def progress(verb: str) -> Callable[[int, int], None]:
    """A counter on standard error, five times a second, and only on a terminal."""
    if not sys.stderr.isatty():
        return lambda _done, _total: None
    last = [0.0]

    def show(done: int, total: int) -> None:
        now = time.monotonic()
        if done < total and now - last[0] < 0.2:
            return
        last[0] = now
        end = "\n" if done >= total else ""
        click.echo(f"\r{verb}: {done} of {total} entries{end}", nl=False, err=True)

    return show
