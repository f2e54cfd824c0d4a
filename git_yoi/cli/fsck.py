"""`git yoi fsck`."""

from __future__ import annotations

import sys

import click

from git_yoi.cli.command import VerbCommand, open_session, put
from git_yoi.cli.output import tell
from git_yoi.cli.text_options import read_text, text_options
from git_yoi.errors import EXIT_CODES, YoiError


@click.command("fsck", cls=VerbCommand)
@click.option("--repair", "ticket", metavar="ID", help="Replace a damaged ticket by what its good entries give.")
@text_options
def command(ticket: str | None, message: tuple[str, ...], file: str | None) -> int:
    """Prove that every entry is legal, and every commit what its entry makes of the one before.

    With --repair, -m says why.
    """
    if ticket is not None:
        return _repair(ticket, read_text(message, file))
    if message or file is not None:
        raise YoiError("usage", "a text goes with --repair only", hint="git yoi fsck --repair ID -m WHY")
    from git_yoi.actions.fsck import fsck
    from git_yoi.render.fsck import checked_text, checked_value

    checked = fsck(open_session(), progress=_show)
    put(checked_value(checked), lambda: checked_text(checked))
    return EXIT_CODES["findings"] if checked.problems else 0


def _repair(ticket: str, why: str | None) -> int:
    from git_yoi.actions.repair import repair
    from git_yoi.render.fsck import repaired_text, repaired_value

    made = repair(open_session(), ticket, why)
    put(repaired_value(made), lambda: repaired_text(made), quiet=made.id)
    return 0


def _show(done: int, total: int) -> None:
    """Say how far it is, on a terminal and for a long history only."""
    if total >= 1000 and sys.stderr.isatty():
        tell("\r\x1b[K" if done == total else f"\rproving {done}/{total}", nl=False)
