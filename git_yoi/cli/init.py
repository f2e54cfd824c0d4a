"""`git yoi init`."""

from __future__ import annotations

from dataclasses import asdict

import click

from git_yoi.cli.command import VerbCommand, open_session, put


@click.command("init", cls=VerbCommand)
@click.option("--target", metavar="BRANCH", help="The branch that work is merged to.")
@click.option("--offline", is_flag=True, help="Ask no remote.")
@click.option(
    "--policy", type=click.Choice(("solo", "team", "agents")), help="Write a commented policy file to begin with."
)
def command(target: str | None, offline: bool, policy: str | None) -> None:
    """Begin tickets in this repository."""
    from git_yoi.actions.init import init

    made = init(open_session(), target=target, offline=offline, policy=policy)
    said = "Tickets begin here" if made.created else "Tickets are here already"
    if made.adopted is not None:
        said = f"{made.tickets} ticket{'' if made.tickets == 1 else 's'} adopted from {made.adopted}"
    if made.policy is not None:
        said = f"Wrote {made.policy}: it counts once it is committed to {made.target}.\n{said}"
    text = f"{said}, on {made.ref}; work is merged to {made.target}.\nNext: git yoi {_next(made.tickets)}"
    put(asdict(made), lambda: text)


def _next(tickets: int) -> str:
    return "status" if tickets else "new TITLE -m DESCRIPTION"
