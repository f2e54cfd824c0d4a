"""Whose branch this is, by what this clone knows itself: its name alone may be anybody's by now."""

from __future__ import annotations

from git_yoi.config.branch_tickets import ticket_of
from git_yoi.git.repository import Repository
from git_yoi.store.claims import read_claim, read_claims


def owner_of(repository: Repository, ticket_id: str, branch: str, *, at_its_head: bool) -> str | None:
    """The ticket that a branch is of, `ticket_id` or another one; None where nothing here tells.

    `at_its_head`: its commit is one that only the ticket's own branch can have been at.
    """
    said = ticket_of(repository, branch)
    if said is not None:
        return said
    mine = read_claim(repository.private, ticket_id)
    if mine is not None and mine.branch == branch:
        return ticket_id
    # A start that is under way writes its record first, and git's configuration last.
    other = next((claim.ticket for claim in read_claims(repository.private) if claim.branch == branch), None)
    return other or (ticket_id if at_its_head else None)
