"""A rebase or cherry-picks: the branch's commits made anew on the target, each with its author, date and subject."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from git_yoi.git.first_parents import Row
from git_yoi.merge.evidence.copied import Field
from git_yoi.merge.evidence.model import Evidence, NotShown, by_picks, by_tree
from git_yoi.merge.evidence.words import names, names_others_only, picked_from, says_picked

# A comparison is 5 ms, and a branch may have a hundred commits.
_MOST = 20
NOTHING = NotShown("nothing-own", "the branch changes nothing of its own")


def rebased(field: Field, *, dropped: bool = False) -> Evidence | None:
    """The newest run of commits that look like the branch's, in its order, and together make what it is.

    `dropped`: also where it lacks some of them; the target had those before, by whatever commits.
    """
    wanted = len([row for row in field.own if not _is_empty(field, row)])
    for start, run in _runs(field):
        before = run[0].before
        if before is None or any(field.is_anothers(row) for row in run) or field.all_came_first(start + len(run) - 1):
            continue
        if not dropped and sum(bool(field.paths(row)) for row in run) < wanted:
            continue
        if field.makes(before, run[-1].commit):
            how = "cherry-pick" if any(says_picked(row.message) for row in run) else "rebase"
            return by_tree(field.head, field.base, how, tuple(row.commit for row in run))
    return None


def _runs(field: Field) -> Iterator[tuple[int, list[Row]]]:
    """Stretches of the line, as long as can be, newest first, each with the place where it begins."""
    keys = [row.signed for row in field.own]
    known = set(keys)
    runs: list[tuple[int, list[Row]]] = []
    at = len(keys)
    for place, row in enumerate(field.line):
        if row.signed not in known:
            at = len(keys)
            continue
        if row.signed not in keys[at:]:
            runs.append((place, []))
            at = 0
        at = keys.index(row.signed, at) + 1
        runs[-1][1].append(row)
    return reversed(runs)


@dataclass(frozen=True, slots=True)
class _Nominees:
    """The line's commits that can be picks, by what may show of which: their places, oldest first."""

    signed: dict[tuple[str, str, str], list[int]]
    source: dict[str, list[int]]
    copies: dict[str, list[int]]
    named: list[int]


def picked(field: Field) -> Evidence | NotShown:
    """Every commit of the branch by itself, wherever it stands on the line."""
    wanted = [row for row in field.own if not _is_empty(field, row)]
    nominees = _nominees(field, wanted)
    found = {row.commit: _pick_of(field, nominees, row) for row in wanted}
    # What the branch took from the target is no work of its own.
    doubtful = [at for row in wanted if (at := found[row.commit]) is not None and field.came_first_perhaps(at, row)]
    wanted = [row for row in wanted if (at := found[row.commit]) is None or not field.came_first(at, row)]
    there = [(row, at) for row in wanted if (at := found[row.commit]) is not None]
    missing = _without_undone(field, [row for row in wanted if found[row.commit] is None])
    if not there:
        if missing:
            return NotShown("not-there", "no commit of the target shows it")
        return _unclear(field.line[doubtful[-1]].commit) if doubtful else NOTHING
    near = field.line[there[-1][1]].commit
    if missing:
        said = f"{len(there)} of {len(there) + len(missing)} commits are on the target"
        return NotShown("partly", said, near)
    if evil := next((row for row in field.merges if not _is_plain(field, row)), None):
        reason = f"its commits are on the target, but its merge {evil.commit[:12]} has changes of its own"
        return NotShown("partly", reason, near)
    commits = tuple(field.line[at].commit for at in sorted({at for _, at in there}))
    return by_picks(field.head, field.base, _how(field, there), commits)


def _unclear(commit: str) -> NotShown:
    reason = f"{commit[:12]} has its change, but the clocks say that the branch has it from there"
    return NotShown("ambiguous", reason, commit)


def _how(field: Field, there: Sequence[tuple[Row, int]]) -> str:
    order = [at for _, at in there]
    picks = [(row, field.line[at]) for row, at in there]
    same = all(row.signed == pick.signed and not says_picked(pick.message) for row, pick in picks)
    return "rebase" if same and order == sorted(order) else "cherry-pick"


def _is_empty(field: Field, row: Row) -> bool:
    return not field.paths(row)


def _is_plain(field: Field, merge: Row) -> bool:
    """Whether a merge has nothing but what its two sides give."""
    if len(merge.parents) != 2:
        return False
    return field.look.merged(*merge.parents) == field.look.tree(merge.commit)


def _without_undone(field: Field, missing: list[Row]) -> list[Row]:
    """What is left of them when those that take each other back are gone: neither has to be anywhere."""
    look, left = field.look, list(missing)
    look.learn_sizes(field.paths(row) for row in missing)
    edits = look.edits(missing if len(missing) > 1 else [])
    for row in missing:
        for undo in left[left.index(row) + 1 :] if row in left else ():
            known = edits.get(row.commit)
            if known is not None and edits.get(undo.commit) != known.reversed:
                continue
            if look.alike(field.paths(undo), field.paths(row), reverse=True) and _moves(
                field, row.commit, row.before, undo
            ):
                left.remove(row)
                left.remove(undo)
                break
    return left


def _nominees(field: Field, wanted: Sequence[Row]) -> _Nominees:
    found = _Nominees(defaultdict(list), defaultdict(list), {}, [])
    files: dict[frozenset[str], list[int]] = defaultdict(list)
    for at, row in field.carried:
        if names_others_only(row.message, field.claim.ticket):
            continue
        found.signed[row.signed].append(at)
        files[field.files(row)].append(at)
        for source in picked_from(row.message):
            found.source[source].append(at)
        if names(row.message, field.claim.ticket):
            found.named.append(at)
    for own in wanted:
        mine, places = field.paths(own), files.get(field.files(own), [])
        found.copies[own.commit] = [at for at in places if field.look.alike(mine, field.paths(field.line[at]))]
    _keep_copies(field, wanted, found.copies)
    return found


def _keep_copies(field: Field, wanted: Sequence[Row], copies: dict[str, list[int]]) -> None:
    """Of what changed the same files by as much, keep what changed the same lines; a few, where those are not known."""
    places = sorted({at for found in copies.values() for at in found})
    edits = field.look.edits([*wanted, *(field.line[at] for at in places)] if places else [])
    for own in wanted:
        known = edits.get(own.commit)
        same = [at for at in copies[own.commit] if known is None or edits.get(field.line[at].commit) == known]
        copies[own.commit] = same[:_MOST]


def _pick_of(field: Field, nominees: _Nominees, own: Row) -> int | None:
    """The place of the oldest commit of the line that makes just the change of one of the branch's.

    A newer one would be a revert's revert, and may have brought back this commit alone.
    """
    wanted = field.paths(own)
    places: set[int] = {
        *nominees.signed.get(own.signed, ()),
        *nominees.source.get(own.commit, ()),
        *nominees.copies[own.commit],
    }
    places.update(at for at in nominees.named if field.paths(field.line[at]).keys() <= wanted.keys())
    for at in sorted(places):
        row = field.line[at]
        if _moves(field, own.before, own.commit, row) and not field.is_anothers(row):
            return at
    return None


def _moves(field: Field, old: str | None, new: str | None, row: Row) -> bool:
    """Whether a commit brings its parent from one state to another, as far as those two differ."""
    look, before, after = field.look, field.look.tree(row.before), field.look.tree(row.commit)
    return after != before and look.three_way(look.tree(old), before, look.tree(new)) == after
