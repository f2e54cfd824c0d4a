"""`git yoi edit`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from git_yoi.cli.command import VerbCommand, open_session
from git_yoi.cli.editor import at_terminal, edited
from git_yoi.cli.text_options import read_text, text_options
from git_yoi.cli.written import put_written
from git_yoi.domain.states import PRIORITIES
from git_yoi.errors import YoiError

if TYPE_CHECKING:
    from git_yoi.actions.edit import Edited
    from git_yoi.actions.session import Session


@click.command("edit", cls=VerbCommand)
@click.argument("ticket", metavar="ID")
@click.option("--title", metavar="T", help="The new title.")
@text_options
@click.option("--priority", type=click.Choice(PRIORITIES), help="The new priority.")
def command(ticket: str, title: str | None, message: tuple[str, ...], file: str | None, priority: str | None) -> None:
    """Change title, description or priority; at a terminal without an option all of it, and labels, in the editor."""
    from git_yoi.actions.edit import edit

    session = open_session()
    body = read_text(message, file)
    if title is None and priority is None and body is None and at_terminal():
        made = _in_editor(session, ticket)
    else:
        made = edit(session, ticket, title=title, priority=priority, body=body)
    hint = "Queued with another description. Next: git yoi queue {id} (a human's word)" if made.queue_again else ""
    put_written(made, hint, more={"queue_again": made.queue_again})


def _in_editor(session: Session, given: str) -> Edited:
    """Everything that a person may change, as one document."""
    from git_yoi.actions.edit import current, edit_as, wanted
    from git_yoi.codec.editor_document import DocumentError, read, spell

    seen = current(session, given)
    with edited(session, spell(seen)) as text:
        try:
            document = read(text, seen)
        except DocumentError as error:
            raise YoiError("usage", "the edited document cannot be read", cause=str(error)) from error
        return edit_as(session, seen.id, wanted(seen, document))
