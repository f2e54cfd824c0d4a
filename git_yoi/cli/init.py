"""`git yoi init`."""

from __future__ import annotations

from dataclasses import asdict

import click

from git_yoi.cli.command import VerbCommand, open_session, put


@click.command("init", cls=VerbCommand)
@click.option("--target", metavar="BRANCH", help="The branch that work is merged to.")
@click.option("--offline", is_flag=True, help="Ask no remote.")
def command(target: str | None, offline: bool) -> None:
    """Begin tickets in this repository."""
    from git_yoi.actions.init import init

    made = init(open_session(), target=target, offline=offline)
    said = "Tickets begin here" if made.created else "Tickets are here already"
    if made.adopted is not None:
        said = f"{made.tickets} ticket{'' if made.tickets == 1 else 's'} adopted from {made.adopted}"
    text = f"{said}, on {made.ref}; work is merged to {made.target}.\nNext: git yoi {_next(made.tickets)}"
    put(asdict(made), lambda: text)


def _next(tickets: int) -> str:
    return "status" if tickets else "new TITLE -m DESCRIPTION"
