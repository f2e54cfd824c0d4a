"""A head that is in the target's history: merged, or only brought up to date with it.

`git merge main` in a worktree that has no work of its own yet leaves its branch at a commit of the target, and nothing
in the history tells that from a fast-forward merge. So there something must show that a commit is this ticket's work.
"""

from __future__ import annotations

from git_yoi.git.branches import merge_base, newest
from git_yoi.git.first_parents import Row, line_above, whole_line
from git_yoi.merge.evidence.look import Look
from git_yoi.merge.evidence.model import Claim, Evidence, NotShown, by_ancestry
from git_yoi.merge.evidence.own import foreign, own_rows, sure
from git_yoi.merge.evidence.words import names, names_others_only

_UNSURE = "nothing shows that a commit of it is this ticket's work: it may only have been brought up to date"


def reached(look: Look, claim: Claim, head: str, base: str | None, tip: str) -> Evidence | NotShown:
    """What `head`, which `tip` stands on, shows; `base` is here."""
    line = look.line_above(tip, head)
    if not line or line[0].before == head:
        return _forwarded(look, claim, head, base)
    return _merged(look, claim, head, base, _first_with(look, line, head))


def _first_with(look: Look, line: list[Row], commit: str) -> Row:
    """The oldest of the line that stands on a commit, which the last of it does."""
    low, high = 0, len(line) - 1
    while low < high:
        middle = (low + high) // 2
        if look.stands_on(line[middle].commit, commit):
            high = middle
        else:
            low = middle + 1
    return line[low]


def _merged(look: Look, claim: Claim, head: str, base: str | None, merge: Row) -> Evidence | NotShown:
    before = merge.parents[0]
    rows = own_rows(look, head, [before] if base is None else [before, base])
    if (no := foreign(rows, claim)) is not None:
        return no
    # A base that the target did not have: it began on another branch, or the target's own line was merged into
    # somebody's copy of it, and what came as the second parent is the target's past.
    if base is not None and not look.stands_on(before, base) and not sure(rows, claim):
        return NotShown("ambiguous", _UNSURE, merge.commit)
    shared = merge_base(look.repository, head, before)
    if _took_nothing(look, merge, head, shared):
        return _discarded(merge)
    return by_ancestry(merge.commit, head, shared, "merge", (merge.commit,))


def _took_nothing(look: Look, merge: Row, head: str, shared: str | None) -> bool:
    """Whether nothing of a head is in the commit that merges it, by whatever way: a conflict tells neither."""
    now, before = look.tree(merge.commit), look.tree(merge.before)
    if now == before and look.merged(merge.parents[0], head) not in (None, before):
        return True
    base, wanted = look.tree(shared), look.tree(head)
    return look.three_way(wanted, now, base) == now and look.three_way(base, now, wanted) not in (None, now)


def _discarded(merge: Row) -> NotShown:
    return NotShown("discarded", f"{merge.commit[:12]} merged it and took nothing of it", merge.commit)


def _forwarded(look: Look, claim: Claim, head: str, base: str | None) -> Evidence | NotShown:
    line = whole_line(look.repository, head) if base is None else line_above(look.repository, head, base)
    rows = line if base is None else own_rows(look, head, [base])
    if (no := foreign(rows, claim)) is not None:
        return no
    certain = {row.commit for row in sure(rows, claim)}
    if not certain:
        return NotShown("ambiguous", _UNSURE, head)
    on_line = {row.commit for row in line}
    aside = [oid for oid in certain if oid not in on_line]
    if aside and not certain & on_line:
        # It was merged, and the branch brought up to date afterwards.
        merge = max((_first_with(look, line, oid) for oid in aside), key=line.index)
        if len(merge.parents) > 1:
            heads = [oid for oid in newest(look.repository, aside) if look.stands_on(merge.commit, oid)]
            shared = {oid: merge_base(look.repository, oid, merge.parents[0]) for oid in heads}
            if all(_took_nothing(look, merge, oid, shared[oid]) for oid in heads):
                return _discarded(merge)
            return by_ancestry(merge.commit, head, merge.before, "merge", (merge.commit,))
    own = _own_of(line, certain | {_first_with(look, line, oid).commit for oid in aside}, claim)
    how = "merge" if len(own) == 1 and len(own[0].parents) > 1 else "ff"
    return by_ancestry(own[-1].commit, head, own[0].before, how, tuple(row.commit for row in own))


def _own_of(line: list[Row], sure: set[str], claim: Claim) -> list[Row]:
    """The part of the line that is the ticket's: up to its last sure commit, and without what others' tickets name.

    Where the ticket's trailers stand, what comes before the first of them is what the branch was rebased upon.
    """
    last = max(at for at, row in enumerate(line) if row.commit in sure)
    with_trailer = [at for at, row in enumerate(line) if names(row.message, claim.ticket)]
    first = min([at for at, row in enumerate(line) if row.commit in sure]) if with_trailer else 0
    return [row for row in line[first : last + 1] if not names_others_only(row.message, claim.ticket)]
