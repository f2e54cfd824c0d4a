"""`git yoi complete`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from git_yoi.cli.command import VerbCommand, open_session, put, wants
from git_yoi.cli.output import say
from git_yoi.cli.text_options import read_text, text_options
from git_yoi.cli.written import put_about
from git_yoi.errors import YoiError

if TYPE_CHECKING:
    from git_yoi.actions.complete import Wishes


@click.command("complete", cls=VerbCommand)
@click.argument("ticket", metavar="ID")
@click.option("--authorize", is_flag=True, help="Say, as a human, that it may be merged.")
@click.option("--override", is_flag=True, help="Merge, as a human, without the approval; wants a reason with -m.")
@text_options
@click.option("--strategy", type=click.Choice(("merge", "squash", "rebase", "ff")), help="How the work lands.")
@click.option("--target", metavar="B", help="Merge into this branch, which the policy lists.")
@click.option("--keep-worktree", is_flag=True, help="Leave the ticket's worktree, and so its branch, where it is.")
@click.option("--keep-branch", is_flag=True, help="Leave the ticket's branch.")
@click.option("--dry-run", is_flag=True, help="Show each step and judgement, and change nothing.")
def command(
    ticket: str,
    authorize: bool,
    override: bool,
    message: tuple[str, ...],
    file: str | None,
    strategy: str | None,
    target: str | None,
    keep_worktree: bool,
    keep_branch: bool,
    dry_run: bool,
) -> None:
    """Merge a ticket's branch and close the ticket, as one act; then remove its worktree and branch."""
    from git_yoi.actions.complete import Wishes

    why = read_text(message, file)
    wishes = Wishes(authorize, override, why, strategy, target, keep_worktree, keep_branch)
    try:
        _rehearse(ticket, wishes) if dry_run else _complete(ticket, wishes)
    except YoiError as error:
        _show_dossier(error)
        raise


def _complete(ticket: str, wishes: Wishes) -> None:
    from git_yoi.actions.complete import complete
    from git_yoi.render.complete import completed_json, completed_lines

    done = complete(open_session(), ticket, wishes)
    put_about(completed_json(done), done.id, done.state, done.title, completed_lines(done))


def _rehearse(ticket: str, wishes: Wishes) -> None:
    from git_yoi.actions.rehearse import rehearse
    from git_yoi.render.complete import rehearsed_json, rehearsed_text

    would = rehearse(open_session(), ticket, wishes)
    put(rehearsed_json(would), lambda: rehearsed_text(would), quiet=would.id)


def _show_dossier(error: YoiError) -> None:
    """What a human has to read where only a human's word is missing, and the steps of a rehearsal: text, or data."""
    from git_yoi.actions.dossier import Dossier
    from git_yoi.actions.rehearse import Refused
    from git_yoi.render.complete import refused_json, refused_text
    from git_yoi.render.dossier import dossier_json
    from git_yoi.render.dossier_text import dossier_text

    found, silent = error.data, wants("json") or wants("quiet")
    if isinstance(found, Dossier):
        if not silent:
            say(dossier_text(found))
        error.data = dossier_json(found)
    elif isinstance(found, Refused):
        if not silent:
            say(refused_text(found))
        error.data = refused_json(found)
