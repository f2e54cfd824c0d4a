"""What the reading verbs share: the index, told of what in the record is corrupt, and who "me" is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_yoi.errors import YoiError
from git_yoi.index.damage import damage, located

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.index.view import Index

_MOST_NOTICES = 5


def read_index(session: Session, ticket_id: str | None = None) -> Index:
    """The index now, after a notice for each thing that is corrupt, of one ticket or of all."""
    index = session.index()
    tell_damage(session, index, ticket_id)
    tell_distance(session)
    return index


def tell_distance(session: Session) -> None:
    """Give a notice where the tickets here and what was fetched have diverged: a reader is shown what is here."""
    view = session.view
    if session.settings.remote is not None and view.is_diverged(view.last):
        session.notice(f"notice: {session.settings.remote} has entries that are not here; git yoi sync joins them")


def tell_damage(session: Session, index: Index, ticket_id: str | None = None) -> None:
    """Give a notice for each thing that is corrupt, of one ticket or of all."""
    if damage(index) and _is_newer(session, index):
        return
    found = damage(index, ticket_id)
    for one in found[:_MOST_NOTICES]:
        session.notice(f"notice: {located(session.repository, index.tip, one).text}")
    for ticket, problem in session.distrusted(ticket_id).items():
        session.notice(f"notice: ticket {ticket} arrived damaged: {problem}")
    if len(found) > _MOST_NOTICES:
        session.notice(f"notice: {len(found) - _MOST_NOTICES} more are corrupt; `git yoi fsck` names them all")


def _is_newer(session: Session, index: Index) -> bool:
    """Whether the record is of a newer format, which is said: what this program cannot read there is no damage."""
    from git_yoi.store.root import FORMAT, format_at

    found = format_at(session.repository.git, index.tip)
    if found > FORMAT:
        session.notice(f"notice: the tickets are of format {found}: this git-yoi reads what it can, and writes nothing")
    return found > FORMAT


def who_asks(session: Session) -> frozenset[str]:
    """The spellings of the actor, for `me` in a query; YoiError `identity`."""
    from git_yoi.domain.query import spellings

    try:
        return frozenset(spellings(str(session.actor)))
    except YoiError as error:
        if session.settings.actor is not None:
            raise
        raise YoiError(error.code, "`me` needs an identity", cause=error.cause, hint=error.hint) from error
