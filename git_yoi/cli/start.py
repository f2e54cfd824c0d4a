"""`git yoi start`."""

from __future__ import annotations

from dataclasses import asdict

import click

from git_yoi.cli.command import VerbCommand, open_session
from git_yoi.cli.written import put_about


@click.command("start", cls=VerbCommand)
@click.argument("ticket", metavar="ID")
@click.option("--branch", metavar="B", help="The branch's name.")
@click.option("--worktree", metavar="P", help="Where the worktree goes.")
@click.option("--no-worktree", is_flag=True, help="Make the branch only.")
@click.option("--base", metavar="REV", help="Where the branch begins; else at the target's tip.")
@click.option("--offline", is_flag=True, help="Accept without asking the shared remote.")
def command(
    ticket: str,
    branch: str | None,
    worktree: str | None,
    no_worktree: bool,
    base: str | None,
    offline: bool,
) -> None:
    """Accept a queued ticket; then, and only then, make its branch and worktree."""
    from git_yoi.actions.start import start
    from git_yoi.render.holding import held_lines

    wish = {"branch": branch, "worktree": worktree, "base": base}
    held = start(open_session(), ticket, **wish, no_worktree=no_worktree, offline=offline)
    put_about(asdict(held), held.id, held.state, held.title, held_lines(held))
