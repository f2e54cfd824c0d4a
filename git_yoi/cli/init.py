"""`git yoi init`."""

from __future__ import annotations

from dataclasses import asdict

import click

from git_yoi.cli.command import VerbCommand, open_session, put


@click.command("init", cls=VerbCommand)
@click.option("--target", metavar="BRANCH", help="The branch that work is merged to.")
@click.option("--offline", is_flag=True, help="Ask no remote.")
def command(target: str | None, offline: bool) -> None:  # noqa: ARG001  (no remote is asked yet)
    """Begin tickets in this repository."""
    from git_yoi.actions.init import init

    made = init(open_session(), target=target)
    said = "Tickets begin here" if made.created else "Tickets are here already"
    text = f"{said}, on {made.ref}; work is merged to {made.target}.\nNext: git yoi new TITLE -m DESCRIPTION"
    put(asdict(made), lambda: text)
