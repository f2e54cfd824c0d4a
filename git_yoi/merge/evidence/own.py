"""Which commits are the branch's own work, and what shows that they are this ticket's."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from git_yoi.git.ancestry import difference
from git_yoi.git.first_parents import Row, rows_of
from git_yoi.git.walk import Chain, in_order
from git_yoi.merge.evidence.look import Look
from git_yoi.merge.evidence.model import Claim, NotShown
from git_yoi.merge.evidence.words import names, names_others_only, says_it_takes_back


def own_rows(look: Look, head: str, without: Collection[str]) -> list[Row]:
    """The commits that `head` has and none of `without` has, merges too, each after its parents."""
    git = look.repository.git
    first, *others = without
    parents = difference(git, head, first)
    for other in others:
        kept = difference(git, head, other).keys()
        parents = {oid: found for oid, found in parents.items() if oid in kept}
    return rows_of(look.repository, in_order(Chain(head, parents, linear=False)))


def signed(rows: Sequence[Row], claim: Claim) -> list[Row]:
    """Those that are this ticket's for certain: by trailer, by the thread, or made on the branch in this clone.

    A branch of that name may have been made anew for another ticket: what names only that one was not made for this.
    """
    return [
        row
        for row in rows
        if row.commit in claim.known
        or names(row.message, claim.ticket)
        or (row.commit in claim.reflog and not names_others_only(row.message, claim.ticket))
    ]


def sure(rows: Sequence[Row], claim: Claim) -> list[Row]:
    """Those of a branch that the target has as they are, which were made on the branch, and not on the target for it.

    Somebody may prepare the target for a ticket, or take its first attempt back there, and name the ticket in that.
    Where this clone saw the branch from its start it knows what was made there; elsewhere a trailer has to do.
    """
    own = signed(rows, claim)
    told = claim.known | claim.reflog
    return [row for row in own if row.commit in told or not (claim.watched or says_it_takes_back(row.message))]


def foreign(rows: Sequence[Row], claim: Claim) -> NotShown | None:
    """Said where the commits are other tickets' work, and nothing shows that any is this one's."""
    others = [row for row in rows if names_others_only(row.message, claim.ticket)]
    if not others or signed(rows, claim):
        return None
    return NotShown("foreign", "its commits name another ticket, and none names this one", others[-1].commit)


def is_anothers(look: Look, row: Row, ticket: str) -> bool:
    """Whether a commit of the target names other tickets only; a merge by what it brought, where it says nothing."""
    if names_others_only(row.message, ticket):
        return True
    if len(row.parents) < 2 or names(row.message, ticket):
        return False
    brought = own_rows(look, row.commit, row.parents[:1])
    named = [one for one in brought if names_others_only(one.message, ticket)]
    return bool(named) and not any(names(one.message, ticket) for one in brought)
