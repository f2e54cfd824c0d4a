"""`git yoi remote`."""

from __future__ import annotations

from dataclasses import asdict

import click

from git_yoi.cli.command import VerbCommand, open_session, put


@click.command("remote", cls=VerbCommand)
@click.argument("name", required=False)
@click.option("--move", is_flag=True, help="Move although claims are at stake.")
def command(name: str | None, move: bool) -> None:
    """Tell which remote the tickets are shared through, or move them to another."""
    from git_yoi.actions.remote import remote
    from git_yoi.render.sync import remote_text

    told = remote(open_session(), name, move=move)
    put(asdict(told), lambda: remote_text(told), quiet=told.remote or "")
