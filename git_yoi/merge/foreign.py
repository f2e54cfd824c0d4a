"""Whose commits a branch holds: a stacked branch must not merge another open ticket's work along with its own.

A commit is a ticket's own when it is on the first-parent line of its branch, above the ticket's base: what was merged
into the branch from elsewhere is not. The branch may have another name here by now, or lie in a remote's copy only, or
nowhere: then what was reviewed of it tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from git_yoi.config.branch_tickets import tickets_of_branches
from git_yoi.domain.states import RESOLVED
from git_yoi.domain.ticket import Ticket
from git_yoi.git.branches import is_ancestor, remotes
from git_yoi.git.evidence import kinds
from git_yoi.git.refs import branch_ref, read_refs, remote_branch
from git_yoi.git.repository import Repository
from git_yoi.merge.readiness import Foreign
from git_yoi.store.lookup import Lookup
from git_yoi.store.snapshot import Snapshot

# What is merged, whatever a replacement ref says of it.
_TRUE = "--no-replace-objects"


class _Other(NamedTuple):
    """Another open ticket: its branch and base, and the commits that the branch is, or was when it was reviewed, at."""

    ticket: str
    branch: str
    base: str | None
    commits: tuple[str, ...]


def foreign_commits(
    repository: Repository, snapshot: Snapshot, lookup: Lookup, ticket: Ticket, head: str, tip: str
) -> tuple[Foreign, ...]:
    """The other open tickets whose own commits the merge of `head` into `tip` would bring along."""
    opened = [(t, branch) for t, state, branch in lookup.branches() if t != ticket.id and state not in RESOLVED]
    if not opened:
        return ()
    merged = frozenset(_rev_list(repository, head, f"^{tip}"))
    own = _own(repository, head, ticket.base, tip)
    found = []
    for other in _others(repository, snapshot, opened, ticket.branch):
        theirs: set[str] = set()
        for at in other.commits:
            line = _own(repository, at, other.base, tip) & merged
            if line and at != head and is_ancestor(repository, head, at):
                # The other one stands upon this one: what both have on their lines was here first.
                line -= own
            theirs |= line
        if theirs:
            found.append(Foreign(other.ticket, other.branch, len(theirs)))
    return tuple(found)


def _others(
    repository: Repository, snapshot: Snapshot, opened: Sequence[tuple[str, str]], own: str | None
) -> Iterator[_Other]:
    """What is known here of each; a branch of the name `own` tells nothing about another ticket's."""
    refs = _refs(repository, opened, own)
    wanted = dict.fromkeys(ref for names in refs.values() for ref in names)
    there = read_refs(repository, *wanted) if wanted else {}
    for ticket_id, branch in opened:
        found = _ticket(snapshot, ticket_id)
        heads = [there[ref] for ref in refs[ticket_id] if ref in there]
        reviewed = _here(repository, [review.commit for review in found.reviews]) if found is not None else []
        yield _Other(ticket_id, branch, found.base if found else None, tuple(dict.fromkeys([*heads, *reviewed])))


def _refs(repository: Repository, opened: Sequence[tuple[str, str]], own: str | None) -> Mapping[str, list[str]]:
    """The names of each ticket's branch here, whatever it is called by now, and of every remote's copy of it."""
    made_for, everywhere = tickets_of_branches(repository), remotes(repository)
    found = {}
    for ticket_id, branch in opened:
        names = [name for name, said in made_for.items() if said == ticket_id and name != own]
        # The name may have been given to another ticket's branch since.
        if branch != own and made_for.get(branch, ticket_id) == ticket_id:
            names.append(branch)
        copies = [remote_branch(remote, branch) for remote in everywhere] if branch != own else []
        found[ticket_id] = [*map(branch_ref, names), *copies]
    return found


def _ticket(snapshot: Snapshot, ticket_id: str) -> Ticket | None:
    try:
        return snapshot.ticket(ticket_id)
    except ValueError:
        return None


def _here(repository: Repository, commits: Sequence[str]) -> list[str]:
    found = kinds(repository, commits)
    return [commit for commit in commits if found.get(commit) == "commit"]


def _own(repository: Repository, head: str, base: str | None, tip: str) -> frozenset[str]:
    without = [f"^{tip}", *(f"^{known}" for known in _here(repository, [base] if base is not None else []))]
    return frozenset(_rev_list(repository, "--first-parent", head, *without))


def _rev_list(repository: Repository, *arguments: str) -> list[str]:
    return [line for line in repository.git.run(_TRUE, "rev-list", *arguments, "--").lines if line]
