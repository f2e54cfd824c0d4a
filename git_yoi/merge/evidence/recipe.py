"""What taking work back would do to a tree, and bringing it back again: shown by the tree alone, never by the words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from git_yoi.git.first_parents import Row, changes_between, changes_of
from git_yoi.git.line_edits import Edits
from git_yoi.git.merging import ChangedPath
from git_yoi.merge.evidence.look import Look, Paths


@dataclass(frozen=True, slots=True)
class Step:
    """The trees before and after a piece of the work."""

    before: str
    after: str

    @property
    def back(self) -> Step:
        """The same piece taken back."""
        return Step(self.after, self.before)


@dataclass(frozen=True, slots=True)
class Recipe:
    """Pieces of work in their order; `paths` is what they change, `start` the place on the line where they are whole.

    `edits`: the lines, where they are known. `commit`: the one that it is, where it is one.
    A piece that stands twice in a row, as a whole and in parts, is never undone twice: each recipe is judged alone.
    """

    steps: tuple[Step, ...]
    paths: Paths
    start: int = 0
    edits: Edits | None = None
    commit: str | None = None

    @property
    def back(self) -> Recipe:
        """All of it taken back, the last piece first."""
        paths = {p: ChangedPath(p, c.new_mode, c.old_mode, c.new, c.old) for p, c in self.paths.items()}
        edits = self.edits.reversed if self.edits is not None else None
        return Recipe(tuple(step.back for step in reversed(self.steps)), paths, self.start, edits, self.commit)


def recipe_between(look: Look, old: str | None, new: str, start: int = 0) -> list[Recipe]:
    """All that lies between two commits (None: an empty tree) as one piece; none where that is nothing."""
    step = Step(look.tree(old), look.tree(new))
    if step.before == step.after:
        return []
    paths = changes_between(look.repository, step.before, step.after).paths
    return [Recipe((step,), paths, start, look.edits_between(step.before, step.after))]


def recipes_of(look: Look, rows: Sequence[Row], starts: Sequence[int]) -> list[Recipe]:
    """A recipe for each of the commits that changes anything."""
    changes, edits = changes_of(look.repository, rows), look.edits(rows)
    found = zip(rows, starts, strict=True)
    return [
        Recipe((_step(look, row),), changes[row.commit].paths, start, edits.get(row.commit), row.commit)
        for row, start in found
        if changes[row.commit].paths
    ]


def _step(look: Look, row: Row) -> Step:
    return Step(look.tree(row.before), look.tree(row.commit))


def together(recipes: Sequence[Recipe]) -> Recipe:
    """Several recipes as one, with other commits in between; by its files' lengths alone it is not recognised."""
    paths: dict[str, ChangedPath] = {}
    for recipe in recipes:
        paths.update(recipe.paths)
    return Recipe(tuple(step for recipe in recipes for step in recipe.steps), paths, max(r.start for r in recipes))


def does(look: Look, row: Row, recipe: Recipe) -> bool:
    """Whether a commit does what the recipe says, to what its parent has, and nothing else."""
    before, after = look.tree(row.before), look.tree(row.commit)
    return before != after == _after(look, before, recipe)


def settles(look: Look, row: Row, recipe: Recipe) -> bool:
    """Whether a commit leaves the recipe nothing to do, which it had before, whatever else the commit does."""
    before, after = look.tree(row.before), look.tree(row.commit)
    return _after(look, after, recipe) == after and _after(look, before, recipe) != before


def _after(look: Look, tree: str, recipe: Recipe) -> str | None:
    """What the recipe makes of a tree; None for a conflict."""
    now: str | None = tree
    for step in recipe.steps:
        now = look.three_way(step.before, now, step.after) if now is not None else None
    return now
