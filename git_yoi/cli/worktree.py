"""`git yoi worktree list`, `prune` and `rescue`."""

from __future__ import annotations

import sys

import click

from git_yoi.cli.command import VerbCommand, open_session, put, wants
from git_yoi.cli.default_group import DefaultGroup
from git_yoi.cli.terminal import output_style
from git_yoi.errors import YoiError


@click.group("worktree", cls=DefaultGroup, default="list")
def command() -> None:
    """List the worktrees of tickets, each with its judgement; remove what may go, and bring it back."""


@command.command("list", cls=VerbCommand)
def list_() -> None:
    """List the branches and worktrees of tickets here: may they be removed, and if not, why not."""
    from git_yoi.actions.worktree import list_judged
    from git_yoi.render.worktrees import judged_json, judged_text

    style = output_style()
    found = list_judged(open_session())
    put([judged_json(judged) for judged in found], lambda: judged_text(found, style))


@command.command("prune", cls=VerbCommand)
@click.option("--dry-run", is_flag=True, help="Show what would be removed, and change nothing.")
def prune_(dry_run: bool) -> None:
    """Remove what finished tickets left here and is safe to remove; say of the rest why it stays."""
    from git_yoi.actions.prune import prune
    from git_yoi.render.worktrees import expired_text, pruned_json, pruned_text

    done, piped = prune(open_session(), dry_run=dry_run), not sys.stdout.isatty()
    put(pruned_json(done), lambda: pruned_text(done, piped=piped))
    if (said := expired_text(done)) and not wants("json") and not wants("quiet"):
        click.echo(said, err=piped)


@command.command("rescue", cls=VerbCommand)
@click.argument("key", required=False)
@click.option("--branch", metavar="B", help="Give the branch this name instead of its own.")
def rescue_(key: str | None, branch: str | None) -> None:
    """List what was removed in the last 14 days; with a key, a ticket or a branch: make that branch again."""
    from git_yoi.actions.rescue import list_rescued, rescue
    from git_yoi.render.worktrees import kept_json, kept_text, rescued_text

    if key is None:
        if branch is not None:
            raise YoiError("usage", "--branch goes with a key", hint="git yoi worktree rescue lists the keys")
        found = list_rescued(open_session())
        put([kept_json(one) for one in found], lambda: kept_text(found, piped=not sys.stdout.isatty()))
        return
    made = rescue(open_session(), key, branch=branch)
    put(kept_json(made), lambda: rescued_text(made), quiet=made.branch)
