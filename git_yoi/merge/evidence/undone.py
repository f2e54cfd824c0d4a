"""Whether work that is on a target was taken back there, by one commit or by several, and not brought in again.

Only trees prove it. A message that says "This reverts commit ..." may lie, and the revert of a revert brings the work
back; a revert whose conflicts somebody resolved by hand cannot be shown, but `claimed_reverts` names it. Who says so
may do other things as well: then it is enough that nothing of the work is left there, and something was before.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from git_yoi.git.branches import merge_base
from git_yoi.git.first_parents import Changes, Row, brought_by, changes_of, line_above, rows_of, saying
from git_yoi.git.objects import Objects
from git_yoi.git.repository import Repository
from git_yoi.merge.evidence.look import Look, look_at
from git_yoi.merge.evidence.model import Evidence, Undone
from git_yoi.merge.evidence.own import own_rows
from git_yoi.merge.evidence.recipe import Recipe, does, recipe_between, recipes_of, settles, together
from git_yoi.merge.evidence.record import work_commits
from git_yoi.merge.evidence.words import REVERTING, mentions, says_it_reverts, speaks_of_undoing


@dataclass(frozen=True, slots=True)
class _Work:
    """The work as wholes, of which each is all of it, and as parts, which are all of it together.

    `ids`: the commits that a revert of it may name.
    """

    wholes: tuple[Recipe, ...]
    parts: tuple[Recipe, ...]
    ids: frozenset[str]


@dataclass(slots=True)
class _Now:
    """Where the work stands on the way through the line: which commit took back each part, or all of it."""

    gone: dict[int, str] = field(default_factory=dict)
    by: tuple[str, ...] = ()
    named: set[str] = field(default_factory=set)
    claimed: list[str] = field(default_factory=list)

    def turn(self, commit: str, parts: int) -> None:
        """All of it is taken back by a commit, or all brought in again."""
        if self.by:
            self.by, self.gone, self.claimed = (), {}, []
        else:
            self.by = tuple(dict.fromkeys((*self.gone.values(), commit)))
            self.gone = {**dict.fromkeys(range(parts), commit), **self.gone}
        self.named.add(commit)

    def turn_part(self, number: int, commit: str, parts: int) -> None:
        """The same of one part; undone is only what is gone whole, and brought back what is whole again."""
        if self.gone.pop(number, None) is None:
            self.gone[number] = commit
        if len(self.gone) == parts:
            self.by = self.by or tuple(dict.fromkeys(self.gone.values()))
        elif not self.gone:
            self.by, self.claimed = (), []
        self.named.add(commit)


def undone(repository: Repository, objects: Objects, evidence: Evidence, target_tip: str) -> Undone | None:
    """Which commits took the work back; None where it is there, or `target_tip` does not stand on it."""
    now = _followed(look_at(repository, objects), evidence, target_tip)
    if not now.by:
        return None
    return Undone(now.by, f"reverted by {' and '.join(oid[:12] for oid in now.by)}")


def claimed_reverts(repository: Repository, objects: Objects, evidence: Evidence, target_tip: str) -> tuple[str, ...]:
    """The target's commits that say they revert the work, where no tree shows that all of it is gone: for a notice."""
    now = _followed(look_at(repository, objects), evidence, target_tip)
    return () if now.by else tuple(now.claimed)


def _followed(look: Look, evidence: Evidence, tip: str) -> _Now:
    now = _Now()
    first = evidence.commits[0]
    if not (look.is_here(first) and look.is_here(evidence.commit) and look.stands_on(tip, evidence.commit)):
        return now
    line = line_above(look.repository, tip, first)
    if not any(row.commit not in evidence.commits for row in line):
        return now
    work = _work_of(look, evidence, line)
    changes = changes_of(look.repository, line)
    _learn(look, line, changes, (*work.wholes, *work.parts))
    now.named.update(work.ids)
    brought = brought_by(look.repository, line, saying(look.repository, REVERTING, tip, line[0].before))
    for at, row in enumerate(line):
        if row.parents and row.commit not in evidence.commits and changes[row.commit].paths:
            _pass(look, work, now, at, row, changes[row.commit], brought.get(row.commit, ()))
    return now


def _pass(look: Look, work: _Work, now: _Now, at: int, row: Row, changes: Changes, brought: Collection[Row]) -> None:
    """What one commit of the line, with what it brings as a merge, does to the work."""
    now.claimed = [one for one in now.claimed if not says_it_reverts(row.message, [one])]
    if says_it_reverts(row.message, work.ids):
        now.claimed.append(row.commit)

    def is_done(recipe: Recipe, ids: Collection[str], *, words: bool) -> bool:
        if at < recipe.start or not _is_nominated(look, row, changes, recipe, ids, words=words):
            return False
        return does(look, row, recipe)

    # The name of what a merge brings may be the one that its own revert gives.
    said = {one.commit for one in (row, *brought) if says_it_reverts(one.message, now.named)}
    wholes = [whole if now.by else whole.back for whole in work.wholes]
    if any(is_done(whole, now.named, words=True) for whole in wholes) or (
        said and any(at >= whole.start and settles(look, row, whole) for whole in wholes)
    ):
        now.turn(row.commit, len(work.parts))
        now.named |= said
        return
    for number, part in enumerate(work.parts):
        gone = now.gone.get(number)
        ids = [oid for oid in (part.commit, gone) if oid is not None]
        if is_done(part.back if gone is None else part, ids, words=False):
            now.turn_part(number, row.commit, len(work.parts))
            return


def _is_nominated(look: Look, row: Row, changes: Changes, recipe: Recipe, ids: Collection[str], *, words: bool) -> bool:
    """By the lines of a copy, by an id, or (`words`) by speaking of such things and touching a file of it."""
    if len(recipe.steps) == 1 and look.alike(changes.paths, recipe.paths):
        edits = look.edits(()).get(row.commit)
        if edits is None or recipe.edits in (None, edits):
            return True
    if words and not changes.paths.keys().isdisjoint(recipe.paths) and speaks_of_undoing(row.message):
        return True
    return mentions(row.message, ids)


def _learn(look: Look, line: list[Row], changes: dict[str, Changes], recipes: Sequence[Recipe]) -> None:
    """Ask for the lengths of the files, and then for the lines, where a commit changed just what a recipe does."""
    wanted = {frozenset(recipe.paths) for recipe in recipes}
    near = [row for row in line if frozenset(changes[row.commit].paths) in wanted]
    look.learn_sizes([*(changes[row.commit].paths for row in near), *(recipe.paths for recipe in recipes)])
    both = [paths for recipe in recipes for paths in (recipe.paths, recipe.back.paths)]
    look.edits([row for row in near if any(look.alike(changes[row.commit].paths, paths) for paths in both)])


def _work_of(look: Look, evidence: Evidence, line: list[Row]) -> _Work:
    rows = rows_of(look.repository, evidence.commits)
    place = {row.commit: at for at, row in enumerate(line)}
    last = place.get(evidence.commit, 0)
    own, net = _own(look, evidence, rows[0].before, last)
    if len(rows) > 1:
        parts = recipes_of(look, rows, [place.get(row.commit, 0) for row in rows])
        apart = any(row.before != older.commit for older, row in pairwise(rows))
        wholes = [together(parts)] if apart and parts else recipe_between(look, rows[0].before, evidence.commit, last)
    else:
        parts = recipes_of(look, own, [last] * len(own))
        wholes = recipe_between(look, rows[0].before, evidence.commit, last) if _had_none(look, rows[0], net) else []
    ids = {*evidence.commits, evidence.head, *(row.commit for row in own)}
    return _Work((*wholes, *net), tuple(parts) if len(parts) > 1 else (), frozenset(ids))


def _own(look: Look, evidence: Evidence, before: str | None, start: int) -> tuple[list[Row], list[Recipe]]:
    """The branch's own commits, merges apart, and all that they change; nothing where they are not here any more."""
    head, base = evidence.head, evidence.base
    if evidence.strategy == "ff" or not look.is_here(head) or (base is not None and not look.is_here(base)):
        return [], []
    if base is None and before is not None:
        base = merge_base(look.repository, head, before)
    without = [oid for oid in (before, base) if oid is not None]
    rows = own_rows(look, head, without) if without else []
    return [row for row in rows if len(row.parents) < 2], recipe_between(look, base, head, start)


def _had_none(look: Look, row: Row, net: list[Recipe]) -> bool:
    """Whether the commit is the whole of the work: with all of the branch at hand, nothing of it was there before."""
    before = look.tree(row.before)
    return all(look.three_way(s.after, before, s.before) in (before, None) for r in net for s in r.steps)


# A record's evidence is wanted where its undoing is asked for.
__all__ = ["Undone", "claimed_reverts", "undone", "work_commits"]
