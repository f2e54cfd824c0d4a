"""`git yoi worktree list`."""

from __future__ import annotations

import click

from git_yoi.cli.command import VerbCommand, open_session, put
from git_yoi.cli.terminal import output_style


class _ListByDefault(click.Group):
    """Without a subcommand it lists: the one thing that there is to see."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `list` where a subcommand is missing, so that its options work without it too."""
        if not args or (args[0].startswith("-") and args[0] not in ctx.help_option_names):
            args = ["list", *args]
        return super().parse_args(ctx, args)


@click.group("worktree", cls=_ListByDefault)
def command() -> None:
    """List the worktrees of tickets, each with its judgement."""


@command.command("list", cls=VerbCommand)
def list_() -> None:
    """List the branches and worktrees of tickets here: may they be removed, and if not, why not."""
    from git_yoi.actions.worktree import list_judged
    from git_yoi.render.worktrees import judged_json, judged_text

    style = output_style()
    found = list_judged(open_session())
    put([judged_json(judged) for judged in found], lambda: judged_text(found, style))
