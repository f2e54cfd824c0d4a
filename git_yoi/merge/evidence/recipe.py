"""What taking work back would do to a tree, and bringing it back again: shown by the tree alone, never by the words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from git_yoi.git.first_parents import Row, changes_between
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

    A piece that stands twice in a row, as a whole and in parts, is never undone twice: each recipe is judged alone.
    """

    steps: tuple[Step, ...]
    paths: Paths
    start: int = 0

    @property
    def back(self) -> Recipe:
        """All of it taken back, the last piece first."""
        paths = {p: ChangedPath(p, c.new_mode, c.old_mode, c.new, c.old) for p, c in self.paths.items()}
        return Recipe(tuple(step.back for step in reversed(self.steps)), paths, self.start)


def recipe_of(look: Look, steps: Sequence[Step], start: int = 0) -> Recipe | None:
    """The pieces that change anything; None where none does."""
    real = tuple(step for step in steps if step.before != step.after)
    if not real:
        return None
    if len(real) == 1:
        return Recipe(real, changes_between(look.repository, real[0].before, real[0].after).paths, start)
    # Of several pieces only the names of the files count: their lengths before and after are the whole's.
    paths: dict[str, ChangedPath] = {}
    for step in real:
        for path, change in changes_between(look.repository, step.before, step.after).paths.items():
            first = paths.get(path, change)
            paths[path] = ChangedPath(path, first.old_mode, change.new_mode, first.old, change.new)
    return Recipe(real, paths, start)


def does(look: Look, row: Row, recipe: Recipe) -> bool:
    """Whether a commit does what the recipe says, to what its parent has, and nothing else."""
    now, wanted = look.tree(row.before), look.tree(row.commit)
    if now == wanted:
        return False
    for step in recipe.steps:
        merged = look.three_way(step.before, now, step.after)
        if merged is None:
            return False
        now = merged
    return now == wanted
