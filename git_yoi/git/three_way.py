"""A merge of three trees, whichever histories they come from: what a cherry-pick or a revert is.

`merge-tree --merge-base` came with git 2.40: upon commits whose only parent has the base's tree, any git takes that one
for the base (design.md, section 4).
"""

from __future__ import annotations

from git_yoi.git.merging import merge_tree
from git_yoi.git.objects import Objects
from git_yoi.git.raw import Commit
from git_yoi.git.repository import Repository

# Always the same: looking twice stores nothing twice.
_NOBODY = b"git-yoi <git-yoi@localhost> 0 +0000"


def three_way(repository: Repository, objects: Objects, *, base: str, ours: str, theirs: str) -> str | None:
    """The tree that merging two trees gives, with a third as their base; None for a conflict."""
    if base in (theirs, ours) or ours == theirs:
        return ours if base == theirs else theirs
    ground = _commit(objects, base)
    return merge_tree(repository, _commit(objects, ours, ground), _commit(objects, theirs, ground)).tree


def _commit(objects: Objects, tree: str, *parents: str) -> str:
    return objects.write_commit(Commit(tree, parents, _NOBODY, _NOBODY, b"a tree to compare\n"))
