"""`git yoi reconcile`."""

from __future__ import annotations

import sys

import click

from git_yoi.cli.command import VerbCommand, open_session, put, wants


@click.command("reconcile", cls=VerbCommand)
@click.option("--target", metavar="B", help="Only the tickets whose target is this branch.")
@click.option("--dry-run", is_flag=True, help="Show what would be closed and reopened, as of the last fetch.")
def command(target: str | None, dry_run: bool) -> None:
    """Close the tickets whose branches were merged by other means; reopen those whose merge was taken back."""
    from git_yoi.actions.reconcile import reconcile
    from git_yoi.render.reconcile import reconciled_json, reconciled_text, what_follows

    done = reconcile(open_session(), target=target, dry_run=dry_run)
    ids = "\n".join([*(one.ticket.id for one in done.closed), *(one.ticket.id for one in done.reopened)])
    piped = not sys.stdout.isatty()
    put(reconciled_json(done), lambda: reconciled_text(done, piped=piped), quiet=ids)
    if (said := what_follows(done)) and not wants("json") and not wants("quiet"):
        click.echo(said, err=piped)
