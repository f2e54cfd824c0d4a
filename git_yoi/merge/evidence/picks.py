"""A rebase or cherry-picks: the branch's commits made anew on the target, each with its author, date and subject."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from git_yoi.git.first_parents import Row
from git_yoi.merge.evidence.copied import Field
from git_yoi.merge.evidence.model import Evidence, NotShown, by_picks, by_tree
from git_yoi.merge.evidence.words import names, names_others_only, says_picked, says_picked_from


def rebased(field: Field, *, dropped: bool = False) -> Evidence | None:
    """The newest run of commits that look like the branch's, in its order, and together make what it is.

    `dropped`: also where it lacks some of them; the target had those before, by whatever commits.
    """
    wanted = len([row for row in field.own if not _is_empty(field, row)])
    for run in _runs(field):
        before = run[0].before
        if (
            before is None
            or (not dropped and sum(bool(field.paths(row)) for row in run) < wanted)
            or any(field.is_anothers(row) for row in run)
        ):
            continue
        whole = field.look.merged(before, field.head)
        if whole == field.look.tree(run[-1].commit) != field.look.tree(before):
            how = "cherry-pick" if any(says_picked(row.message) for row in run) else "rebase"
            return by_tree(field.head, field.base, how, tuple(row.commit for row in run))
    return None


def _runs(field: Field) -> Iterator[list[Row]]:
    """Stretches of the line, as long as can be, newest first."""
    keys = [row.signed for row in field.own]
    runs: list[list[Row]] = []
    at = len(keys)
    for row in field.line:
        if row.signed not in keys[at:] or not runs or runs[-1][-1].commit != row.before:
            if row.signed not in keys:
                continue
            runs.append([])
            at = 0
        at = keys.index(row.signed, at) + 1
        runs[-1].append(row)
    return reversed(runs)


def picked(field: Field) -> Evidence | NotShown:
    """Every commit of the branch by itself, wherever it stands on the line."""
    wanted = [row for row in field.own if not _is_empty(field, row)]
    if not wanted:
        return NotShown("nothing-own", "the branch changes nothing")
    found = {row.commit: _pick_of(field, row) for row in wanted}
    there = [(row, pick) for row in wanted if (pick := found[row.commit]) is not None]
    missing = _without_undone(field, [row for row in wanted if found[row.commit] is None])
    if not there:
        code = "not-there" if missing else "nothing-own"
        return NotShown(code, "no commit of the target shows it" if missing else "the branch changes nothing")
    if missing:
        said = f"{len(there)} of {len(there) + len(missing)} commits are on the target"
        return NotShown("partly", said, there[-1][1].commit)
    if evil := next((row for row in field.merges if not _is_plain(field, row)), None):
        reason = f"its commits are on the target, but its merge {evil.commit[:12]} has changes of its own"
        return NotShown("partly", reason, there[-1][1].commit)
    place = {row.commit: at for at, row in enumerate(field.line)}
    commits = sorted({pick.commit for _, pick in there}, key=place.__getitem__)
    return by_picks(field.head, field.base, _how(there, place), tuple(commits))


def _how(there: Sequence[tuple[Row, Row]], place: dict[str, int]) -> str:
    order = [place[pick.commit] for _, pick in there]
    same = all(row.signed == pick.signed and not says_picked(pick.message) for row, pick in there)
    return "rebase" if same and order == sorted(order) else "cherry-pick"


def _is_empty(field: Field, row: Row) -> bool:
    return field.look.tree(row.commit) == field.look.tree(row.before)


def _is_plain(field: Field, merge: Row) -> bool:
    """Whether a merge has nothing but what its two sides give."""
    if len(merge.parents) != 2:
        return False
    return field.look.merged(*merge.parents) == field.look.tree(merge.commit)


def _without_undone(field: Field, missing: list[Row]) -> list[Row]:
    """What is left of them when those that take each other back are gone: neither has to be anywhere."""
    look, left = field.look, list(missing)
    field.look.learn_sizes(field.paths(row) for row in missing)
    for row in missing:
        for undo in left[left.index(row) + 1 :] if row in left else ():
            if not look.alike(field.paths(undo), field.paths(row), reverse=True):
                continue
            if _moves(field, row.commit, row.before, undo):
                left.remove(row)
                left.remove(undo)
                break
    return left


def _pick_of(field: Field, own: Row) -> Row | None:
    """The oldest commit of the line that makes just the change of one of the branch's.

    A newer one would be a revert's revert, and may have brought back this commit alone.
    """
    nominees = [row for _, row in field.carried() if _is_nominated(field, own, row)]
    for row in nominees:
        if not field.is_anothers(row) and _moves(field, own.before, own.commit, row):
            return row
    return None


def _moves(field: Field, old: str | None, new: str | None, row: Row) -> bool:
    """Whether a commit brings its parent from one state to another, as far as those two differ."""
    look, before, after = field.look, field.look.tree(row.before), field.look.tree(row.commit)
    return after != before and look.three_way(look.tree(old), before, look.tree(new)) == after


def _is_nominated(field: Field, own: Row, row: Row) -> bool:
    if names_others_only(row.message, field.claim.ticket):
        return False
    if row.signed == own.signed or says_picked_from(row.message, own.commit):
        return True
    paths, wanted = field.paths(row), field.paths(own)
    if names(row.message, field.claim.ticket) and paths.keys() <= wanted.keys():
        return True
    return field.look.alike(paths, wanted)
