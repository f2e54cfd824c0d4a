"""`git yoi sync`."""

from __future__ import annotations

import click

from git_yoi.cli.command import VerbCommand
from git_yoi.cli.exchange import REWRITE, run_exchange


@click.command("sync", cls=VerbCommand)
@click.argument("remote", required=False)
@REWRITE
def command(remote: str | None, accept_rewrite: bool) -> None:
    """Take what the shared remote has, and send what is here; the first one begins the sharing."""
    run_exchange(remote, send=True, take=True, accept_rewrite=accept_rewrite)
