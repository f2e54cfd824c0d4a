"""Objects for a run of many entries: each tree is built on the one before, so none need be taken apart again."""

from __future__ import annotations

from collections import OrderedDict

from git_yoi.git.objects import Objects
from git_yoi.git.raw import TreeEntry

# An entry touches four trees; its neighbours touch the same ones.
_KEPT = 64


class CachedObjects(Objects):
    """Objects that remember the trees they read or wrote last; taking trees apart was a third of an import's time."""

    def __init__(self, behind: Objects) -> None:
        """Work on the backend of `behind`."""
        super().__init__(behind.backend, behind.object_format)
        self._trees: OrderedDict[str, dict[str, TreeEntry]] = OrderedDict()

    def tree(self, oid: str) -> dict[str, TreeEntry]:
        """Read a tree, which the caller must not change; MissingObjectError, MalformedError."""
        found = self._trees.get(oid)
        return found if found is not None else self._keep(oid, super().tree(oid))

    def write_tree(self, entries: dict[str, TreeEntry]) -> str:
        """Store a tree."""
        oid = super().write_tree(entries)
        self._keep(oid, dict(entries))
        return oid

    def _keep(self, oid: str, entries: dict[str, TreeEntry]) -> dict[str, TreeEntry]:
        self._trees[oid] = entries
        if len(self._trees) > _KEPT:
            self._trees.popitem(last=False)
        return entries
