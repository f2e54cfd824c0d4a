"""Objects for a run of many entries: each tree is built on the one before, so none need be taken apart again."""

from __future__ import annotations

from collections import OrderedDict

from git_yoi.git.objects import Objects
from git_yoi.git.tree import Tree

# An entry touches four trees; its neighbours touch the same ones.
_KEPT = 64


class CachedObjects(Objects):
    """Objects that remember the trees they read or wrote last; taking trees apart was a third of an import's time."""

    def __init__(self, behind: Objects) -> None:
        """Work on the backend of `behind`."""
        super().__init__(behind.backend, behind.object_format)
        self._trees: OrderedDict[str, Tree] = OrderedDict()

    def tree(self, oid: str) -> Tree:
        """Read a tree; MissingObjectError, MalformedError."""
        found = self._trees.get(oid)
        return found if found is not None else self._keep(oid, super().tree(oid))

    def put_tree(self, tree: Tree) -> str:
        """Store a tree as it stands."""
        oid = super().put_tree(tree)
        self._keep(oid, tree)
        return oid

    def _keep(self, oid: str, tree: Tree) -> Tree:
        self._trees[oid] = tree
        if len(self._trees) > _KEPT:
            self._trees.popitem(last=False)
        return tree
