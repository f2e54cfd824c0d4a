"""`git yoi push`."""

from __future__ import annotations

import click

from git_yoi.cli.command import VerbCommand
from git_yoi.cli.exchange import run_exchange


@click.command("push", cls=VerbCommand)
@click.argument("remote", required=False)
def command(remote: str | None) -> None:
    """Send what is here; refused when the remote has entries that are not here."""
    run_exchange(remote, send=True, take=False)
