"""Comparing trees by the merges that would make them, each at most once; a comparison is a git child of 5 ms.

So what is compared is nominated first. Without a word in a message, the paths that a commit changed nominate it, and
by how many bytes each file grew: whatever is taken over whole changes a file's length by the same, wherever it lands.
Of what is left the lines tell, which cost a diff.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from git_yoi.git.branches import is_ancestor
from git_yoi.git.first_parents import Changes, Row, above, changes_of, line_above
from git_yoi.git.line_edits import Edits, edits_between, edits_of
from git_yoi.git.merging import ChangedPath, merge_tree
from git_yoi.git.network import is_partial
from git_yoi.git.objects import MissingObjectError, Objects
from git_yoi.git.process import GitError
from git_yoi.git.raw import MalformedError
from git_yoi.git.repository import Repository
from git_yoi.git.three_way import three_way
from git_yoi.git.unaltered import unaltered

Paths = Mapping[str, ChangedPath]


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a repository, which must be `unaltered`; what was learned is kept for its time, for many branches."""

    repository: Repository
    objects: Objects
    _trees: dict[str | None, str] = field(default_factory=dict)
    _sizes: dict[str, int] = field(default_factory=dict)
    _edits: dict[str, Edits] = field(default_factory=dict)
    _compared: dict[tuple[str, ...], str | None] = field(default_factory=dict)
    _lines: dict[str, list[Row]] = field(default_factory=dict)
    _changes: dict[tuple[str, bool], Changes] = field(default_factory=dict)
    _files: dict[str, frozenset[str]] = field(default_factory=dict)
    _ancestry: dict[tuple[str, str], bool] = field(default_factory=dict)

    def tree(self, commit: str | None) -> str:
        """A commit's tree, the empty one for None."""
        if commit not in self._trees:
            self._trees[commit] = self.objects.write_tree({}) if commit is None else self._tree_of(commit)
        return self._trees[commit]

    def _tree_of(self, commit: str) -> str:
        try:
            return self.objects.commit(commit).tree
        except (MissingObjectError, MalformedError):
            # Git takes some commits that no git writes; and in a partial clone it fetches what is not here.
            return self.repository.git.text("rev-parse", "--verify", f"{commit}^{{tree}}")

    def stands_on(self, new: str, old: str) -> bool:
        """Whether `old` is `new` or among its ancestors."""
        if (new, old) not in self._ancestry:
            self._ancestry[new, old] = is_ancestor(self.repository, old, new)
        return self._ancestry[new, old]

    def is_here(self, commit: str | None) -> bool:
        """Whether this repository has the commit."""
        if commit is None:
            return False
        alone = {"GIT_NO_LAZY_FETCH": "1"}
        return self.repository.git.run("cat-file", "-e", f"{commit}^{{commit}}", ok=None, extra=alone).code == 0

    def line_above(self, tip: str, without: str) -> list[Row]:
        """The first-parent line of `tip` down to where `without` stands on it, oldest first; the longest is kept."""
        known = self._lines.get(tip)
        if known and (known[0].before is None or self.stands_on(without, known[0].before)):
            return above(self.repository, known, without)
        line = line_above(self.repository, tip, without)
        if not known or len(line) > len(known):
            self._lines[tip] = line
        return line

    def changes(self, rows: Sequence[Row], *, renames: bool = False) -> dict[str, Changes]:
        """What each of the commits changed against its first parent; with `renames`, which files only moved."""
        new = [row for row in rows if (row.commit, renames) not in self._changes]
        for commit, found in changes_of(self.repository, new, renames=renames).items() if new else ():
            self._changes[commit, renames] = found
        return {row.commit: self._changes[row.commit, renames] for row in rows}

    def files(self, commit: str, paths: Paths) -> frozenset[str]:
        """The names of what a commit changed, to look others up by."""
        if commit not in self._files:
            self._files[commit] = frozenset(paths)
        return self._files[commit]

    def merged(self, ours: str, theirs: str) -> str | None:
        """The tree that merging two commits gives, also of unrelated ones; None for a conflict."""
        key = (ours, theirs)
        if key not in self._compared:
            self._compared[key] = self._merge(ours, theirs)
        return self._compared[key]

    def _merge(self, ours: str, theirs: str) -> str | None:
        try:
            return merge_tree(self.repository, ours, theirs).tree
        except GitError as error:
            # Asking first whether they are related would cost a child for each of hundreds of comparisons.
            if "unrelated histories" not in error.done.err:
                raise
        return self.three_way(self.tree(None), self.tree(ours), self.tree(theirs))

    def three_way(self, base: str, ours: str, theirs: str) -> str | None:
        """The tree that merging three trees gives; None for a conflict."""
        key = (base, ours, theirs)
        if key not in self._compared:
            self._compared[key] = three_way(self.repository, self.objects, base=base, ours=ours, theirs=theirs)
        return self._compared[key]

    def learn_sizes(self, changes: Iterable[Paths]) -> None:
        """Ask for the lengths of all these files at once; not in a partial clone, which would fetch each of them."""
        if is_partial(self.repository):
            return
        oids = {oid for paths in changes for change in paths.values() for oid in (change.old, change.new)}
        asked = "".join(f"{oid}\n" for oid in oids - self._sizes.keys()).encode()
        for line in self.repository.git.run("cat-file", "--batch-check", "--buffer", data=asked).lines if asked else ():
            words = line.split(" ")
            # What is not here is "missing", and that is so of the zero id: no such file, no byte.
            if len(words) == 3 or set(words[0]) == {"0"}:
                self._sizes[words[0]] = int(words[2]) if len(words) == 3 else 0

    def edits(self, rows: Sequence[Row]) -> dict[str, Edits]:
        """The line edits of these commits, asked for at once; none in a partial clone."""
        if not is_partial(self.repository):
            self._edits.update(edits_of(self.repository, [row for row in rows if row.commit not in self._edits]))
        return self._edits

    def edits_between(self, old: str, new: str) -> Edits | None:
        """The line edits between two trees; None in a partial clone."""
        return None if is_partial(self.repository) else edits_between(self.repository, old, new)

    def alike(self, one: Paths, other: Paths, *, reverse: bool = False) -> bool:
        """Whether two commits changed the same files by as many bytes (`reverse`: the one took back the other's)."""
        return one.keys() == other.keys() and all(
            self._grew_alike(one[path], other[path], -1 if reverse else 1) for path in one
        )

    def _grew_alike(self, one: ChangedPath, other: ChangedPath, sign: int) -> bool:
        if one.submodule or other.submodule:
            return (one.old, one.new)[::sign] == (other.old, other.new)
        first, second = self._growth(one), self._growth(other)
        return first is None or second is None or first == sign * second

    def _growth(self, change: ChangedPath) -> int | None:
        old, new = self._sizes.get(change.old), self._sizes.get(change.new)
        return None if old is None or new is None else new - old


def look_at(repository: Repository, objects: Objects) -> Look:
    """Begin a look: neither replacement refs nor grafts count in it."""
    return Look(unaltered(repository), objects)
