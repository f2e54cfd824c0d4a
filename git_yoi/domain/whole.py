"""What must be true of a ticket that comes as a whole, not entry by entry: a `repair` brings its file along.

Without this, a repair could put into the record what every other entry is refused for.
"""

from __future__ import annotations

import re

from git_yoi.domain.file_name import name_problem
from git_yoi.domain.relations import KINDS
from git_yoi.domain.states import INPROGRESS
from git_yoi.domain.text import line_problem, text_problem
from git_yoi.domain.ticket import Ticket

_OBJECT_ID = re.compile(r"([0-9a-f]{40}|[0-9a-f]{64})\Z")


def is_object_id(text: str) -> bool:
    """Whether `text` is a whole object id."""
    return _OBJECT_ID.match(text) is not None


def names_problem(*names: str | None) -> str | None:
    """Why one of these cannot be a branch's name or a revision, or None."""
    for name in names:
        if name is not None and (problem := line_problem(name)):
            return f"a branch's name cannot be kept: {problem}"
    return None


def ticket_problem(ticket: Ticket) -> str | None:
    """Why no entries could have made this ticket, or None."""
    if problem := line_problem(ticket.title):
        return f"a title cannot be kept: {problem}"
    if problem := text_problem(ticket.body):
        return f"the description cannot be kept: {problem}"
    if any(relation.kind not in KINDS or relation.id == ticket.id for relation in ticket.relations):
        return "one of its relations is none"
    if (ticket.state == INPROGRESS) != (ticket.claim is not None and ticket.holder is not None):
        # In progress with nobody, it could be taken over by nobody.
        return f"it is in {ticket.state}, and {'has' if ticket.claim else 'lacks'} a claim"
    merged_to = ticket.merge.target if ticket.merge is not None else None
    return names_problem(ticket.branch, ticket.base, ticket.target, merged_to) or _files_problem(ticket)


def _files_problem(ticket: Ticket) -> str | None:
    for attachment in ticket.attachments:
        if problem := name_problem(attachment.name):
            return f"an attachment's name cannot be kept: {problem}"
        if not is_object_id(attachment.blob):
            return f"{attachment.blob[:70]} is no object id"
    if len({attachment.name.casefold() for attachment in ticket.attachments}) < len(ticket.attachments):
        return "two attachments' names differ by case only"
    return None
