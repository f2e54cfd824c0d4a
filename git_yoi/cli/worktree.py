"""`git yoi worktree list`."""

from __future__ import annotations

import click

from git_yoi.cli.command import VerbCommand, open_session, put


@click.group("worktree")
def command() -> None:
    """List the worktrees of tickets, each with its judgement."""


@command.command("list", cls=VerbCommand)
def list_() -> None:
    """List the branches and worktrees of tickets here: may they be removed, and if not, why not."""
    from git_yoi.actions.worktree import list_judged
    from git_yoi.render.worktrees import judged_json, judged_line

    found = list_judged(open_session())
    put([judged_json(judged) for judged in found], lambda: "\n".join(judged_line(judged) for judged in found))
