"""Whether a branch's work reached a target, however it was merged: the proof is in the history or in a tree.

Names, messages and trailers only nominate (cherry-picks carry them too). What is compared is always the branch as it is
now: a head that moved on after its merge is not shown.
"""

from __future__ import annotations

from git_yoi.git.first_parents import rows_of
from git_yoi.git.objects import Objects
from git_yoi.git.repository import Repository
from git_yoi.merge.evidence.copied import Field, field_of
from git_yoi.merge.evidence.look import Look, look_at
from git_yoi.merge.evidence.model import Claim, Evidence, NotShown
from git_yoi.merge.evidence.own import foreign
from git_yoi.merge.evidence.picks import NOTHING, picked, rebased
from git_yoi.merge.evidence.reached import reached
from git_yoi.merge.evidence.squash import conflicting, last_squash, whole_squash
from git_yoi.merge.evidence.words import names


def find_merge(
    repository: Repository, objects: Objects, claim: Claim, target_tip: str, *, since: str | None = None
) -> Evidence | NotShown:
    """The evidence that the claim's head is on the target, or why there is none; unreferenced objects may be written.

    `since`: the target's commit up to which this head was looked for before, and not found; that only saves work.
    """
    return search(look_at(repository, objects), claim, target_tip, since=since)


def search(look: Look, claim: Claim, target_tip: str, *, since: str | None = None) -> Evidence | NotShown:
    """The same, with what a look has learned already."""
    base = claim.base if look.is_here(claim.base) else None
    head, first = claim.head, None
    while True:
        found = _of_head(look, claim, head, base, target_tip, since)
        if isinstance(found, Evidence) or found.code == "nothing-own":
            return found
        first = first or found
        under = _before_update(look, head, target_tip)
        if under is None:
            return first
        head = under


def _before_update(look: Look, head: str, tip: str) -> str | None:
    """The head before it was only brought up to date: its last commit merges the target, and adds nothing to that."""
    if look.stands_on(tip, head):
        return None
    (row,) = rows_of(look.repository, [head])
    if len(row.parents) != 2 or not look.stands_on(tip, row.parents[1]):
        return None
    return row.parents[0] if look.merged(*row.parents) == look.tree(head) else None


def _of_head(look: Look, claim: Claim, head: str, base: str | None, tip: str, since: str | None) -> Evidence | NotShown:
    if base is not None and look.stands_on(base, head):
        return NotShown("nothing-own", "it has no commit of its own yet")
    if look.stands_on(tip, head):
        return reached(look, claim, head, base, tip)
    field = field_of(look, claim, head, base, tip, since)
    if (no := foreign((*field.own, *field.merges), claim)) is not None:
        return no
    if not field.own:
        return NotShown("nothing-own", "it has no commit of its own yet, but for merges")
    if not any(field.paths(row) for row in field.own):
        return NOTHING
    _learn(field)
    found = rebased(field) or whole_squash(field)
    if found is not None:
        return found
    by_commit = picked(field)
    if isinstance(by_commit, Evidence) or by_commit == NOTHING:
        return by_commit
    return rebased(field, dropped=True) or last_squash(field) or _nearest(field, by_commit)


def _learn(field: Field) -> None:
    """Ask for the files' lengths, where a commit of the line changed just what the branch or one of its commits did."""
    wanted = {field.files(row) for row in field.own} | {frozenset(field.net)}
    rows = (row for _, row in field.carried if field.files(row) in wanted)
    field.look.learn_sizes([field.net, *map(field.paths, field.own), *map(field.paths, rows)])


def _nearest(field: Field, no: NotShown) -> NotShown:
    """Why not, with the commit that came nearest."""
    if no.code != "not-there":
        return no
    if (near := conflicting(field)) is not None:
        return NotShown("conflict", f"{near[:12]} names it, but merging the branch there conflicts", near)
    named = [row.commit for _, row in field.carried if names(row.message, field.claim.ticket)]
    if not named:
        return no
    return NotShown(no.code, f"{named[-1][:12]} names it, but is not what merging the branch there gives", named[-1])
