"""`git yoi list`."""

from __future__ import annotations

import re

import click

from git_yoi.cli.command import VerbCommand, open_session, put, wants
from git_yoi.cli.terminal import output_style
from git_yoi.domain.states import STATES

_NEGATED = re.compile(r"-[A-Za-z]+:")


class _QueryCommand(VerbCommand):
    """Lets `-label:y` through, which click would take for options."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Spell a negated term with `!`, as the query language also allows."""
        return super().parse_args(ctx, ["!" + arg[1:] if _NEGATED.match(arg) else arg for arg in args])


@click.command("list", cls=_QueryCommand)
@click.argument("query", nargs=-1)
@click.option("--state", "states", type=click.Choice(STATES), multiple=True, help="In this state; may be repeated.")
@click.option("--label", "labels", metavar="L", multiple=True, help="With this label; again: with all of them.")
@click.option("--assignee", metavar="A", help="Assigned to A; me is you.")
@click.option(
    "--sort",
    metavar="KEY",
    default="priority",
    show_default=True,
    help="priority, created, updated, state, title or id; -KEY reverses.",
)
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="At most N tickets.")
@click.option("--all", "everything", is_flag=True, help="Closed ones too.")
def command(
    query: tuple[str, ...],
    states: tuple[str, ...],
    labels: tuple[str, ...],
    assignee: str | None,
    sort: str,
    limit: int | None,
    everything: bool,
) -> None:
    """List tickets: all but closed ones, or those that meet QUERY.

    QUERY is terms such as state:ready label:x -label:y assignee:me blocked:yes priority:P1 is:open, and words.
    """
    from git_yoi.actions.list_ import list_tickets
    from git_yoi.render.tickets import list_json, list_text

    style = output_style()
    found = list_tickets(
        open_session(),
        query,
        states=states,
        labels=labels,
        assignee=assignee,
        sort=sort,
        limit=limit,
        everything=everything,
        prefixes=style.width is not None,
    )
    # A thousand dates are spelled for nothing where nobody asked for JSON.
    value = list_json(found) if wants("json") else None
    put(value, lambda: list_text(found, style), quiet="\n".join(one.ticket.id for one in found))
