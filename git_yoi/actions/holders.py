"""A ticket's holder as this machine sees it: where the worktree lies, and whether the shared remote has the claim."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from git_yoi.git import refs

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.index.tickets import Holding
    from git_yoi.index.view import Index


class Holder(NamedTuple):
    """Who holds a ticket; `worktree` is None where no worktree here has the branch.

    `remote_confirmed` is None where nothing is shared.
    """

    actor: str
    generation: int
    branch: str | None
    worktree: str | None
    base: str | None
    remote_confirmed: bool | None


def holders(session: Session, index: Index, held: Iterable[tuple[str, Holding | None]]) -> dict[str, Holder]:
    """The holder of every ticket that has one, by the ticket's id; git is asked only where there is any."""
    claims = [(ticket_id, holding) for ticket_id, holding in held if holding is not None]
    if not claims:
        return {}
    from git_yoi.git.worktrees import list_worktrees

    places = {w.branch: str(w.path) for w in list_worktrees(session.repository) if w.branch and not w.missing}
    published = _published(session, index)
    return {
        ticket_id: Holder(
            actor=h.actor,
            generation=h.generation,
            branch=h.branch,
            worktree=places.get(h.branch) if h.branch else None,
            base=h.base,
            remote_confirmed=_is_confirmed(index, ticket_id, h.claim, published),
        )
        for ticket_id, h in claims
    }


def _published(session: Session, index: Index) -> int | None:
    """The place in the record's order up to which the shared remote has it; None where nothing is shared."""
    remote = session.settings.remote
    if remote is None:
        return None
    found = refs.read_refs(session.repository, refs.PUBLISHED, refs.remote_tickets(remote))
    # What is published is final: the rest of the order only follows it. What was fetched is there as well.
    query = "SELECT n FROM entries WHERE id = ? UNION ALL SELECT n FROM joins WHERE id = ?"
    places = [row[0] for tip in set(found.values()) for row in index.rows(query, (tip, tip))]
    return max(places, default=-1)


def _is_confirmed(index: Index, ticket_id: str, claim: str, published: int | None) -> bool | None:
    if published is None:
        return None
    query = "SELECT 1 FROM entries WHERE ticket = ? AND nonce = ? AND rejected IS NULL AND n <= ?"
    return bool(index.rows(query, (ticket_id, claim, published)))
