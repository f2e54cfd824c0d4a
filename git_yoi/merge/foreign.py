"""Whose commits a branch holds: a stacked branch must not merge another open ticket's work along with its own.

A commit is a ticket's own when it is on the first-parent line of its branch, above the ticket's base: what was merged
into the branch from elsewhere is not.
"""

from __future__ import annotations

from git_yoi.domain.states import RESOLVED
from git_yoi.domain.ticket import Ticket
from git_yoi.git.branches import is_ancestor
from git_yoi.git.refs import HEADS, branch_ref, read_refs
from git_yoi.git.repository import Repository
from git_yoi.merge.readiness import Foreign
from git_yoi.store.lookup import Lookup
from git_yoi.store.snapshot import Snapshot

# What is merged, whatever a replacement ref says of it.
_TRUE = "--no-replace-objects"


def foreign_commits(
    repository: Repository, snapshot: Snapshot, lookup: Lookup, ticket: Ticket, head: str, tip: str
) -> tuple[Foreign, ...]:
    """The other open tickets whose own commits the merge of `head` into `tip` would bring along."""
    heads = read_refs(repository, HEADS)
    others = [
        (other, branch)
        for other, state, branch in lookup.branches()
        if other != ticket.id and state not in RESOLVED and branch_ref(branch) in heads and branch != ticket.branch
    ]
    if not others:
        return ()
    merged = frozenset(_rev_list(repository, head, f"^{tip}"))
    own = _own(repository, head, ticket.base, tip)
    found = []
    for other, branch in others:
        at = heads[branch_ref(branch)]
        theirs = _own(repository, at, _base(snapshot, other), tip) & merged
        if theirs and at != head and is_ancestor(repository, head, at):
            # The other one stands upon this one: what both have on their lines was here first.
            theirs -= own
        if theirs:
            found.append(Foreign(other, branch, len(theirs)))
    return tuple(found)


def _base(snapshot: Snapshot, ticket_id: str) -> str | None:
    try:
        found = snapshot.ticket(ticket_id)
    except ValueError:
        return None
    return found.base if found else None


def _own(repository: Repository, head: str, base: str | None, tip: str) -> frozenset[str]:
    known = base is not None and repository.git.run(_TRUE, "cat-file", "-e", f"{base}^{{commit}}", ok=None).code == 0
    without = [f"^{tip}", *([f"^{base}"] if known else [])]
    return frozenset(_rev_list(repository, "--first-parent", head, *without))


def _rev_list(repository: Repository, *arguments: str) -> list[str]:
    return [line for line in repository.git.run(_TRUE, "rev-list", *arguments, "--").lines if line]
