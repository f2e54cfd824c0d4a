"""Merging two commits without any worktree."""

from __future__ import annotations

import os
from dataclasses import dataclass

from git_yoi.errors import YoiError
from git_yoi.git.attributes import Attributes
from git_yoi.git.process import Completed, GitError
from git_yoi.git.repository import Repository


@dataclass(frozen=True, slots=True)
class MergedTree:
    """The tree that a merge gives; `conflicts` names the files that git cannot merge, and `tree` is None then."""

    tree: str | None
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangedPath:
    """A path that differs between two commits: modes are octal, `000000` and a zero id for "not there"."""

    path: str
    old_mode: str
    new_mode: str
    old: str
    new: str

    @property
    def removed(self) -> bool:
        """Whether the newer commit lacks it."""
        return self.new_mode == _NONE

    @property
    def added(self) -> bool:
        """Whether the older commit lacks it."""
        return self.old_mode == _NONE

    @property
    def submodule(self) -> bool:
        """Whether it is a submodule's commit on either side; its directory is never touched."""
        return _SUBMODULE in (self.old_mode, self.new_mode)

    @property
    def was_submodule(self) -> bool:
        """Whether a submodule gives way to something else, for which git would remove its directory."""
        return self.old_mode == _SUBMODULE and self.new_mode not in (_SUBMODULE, _NONE)


# What is merged, whatever a replacement ref says of it.
_TRUE = "--no-replace-objects"
_NONE = "000000"
_SUBMODULE = "160000"


def merge_tree(repository: Repository, ours: str, theirs: str, attributes: Attributes | None = None) -> MergedTree:
    """Merge commit `theirs` into commit `ours`, as `git merge` would; YoiError `git-version` where git is too old.

    Without `attributes` git before 2.41 does without those of the commit (a merge driver, say).
    """
    done = (attributes.git if attributes is not None else repository.git).run(
        _TRUE,
        "merge-tree",
        "--write-tree",
        "-z",
        "--name-only",
        "--no-messages",
        ours,
        theirs,
        ok=None,
        extra=attributes.variables if attributes is not None else {"GIT_ATTR_SOURCE": ours},
    )
    parts = done.out.split(b"\0")
    if done.code == 0:
        return MergedTree(parts[0].decode("ascii"))
    if done.code == 1:
        return MergedTree(None, tuple(dict.fromkeys(os.fsdecode(p) for p in parts[1:] if p)))
    raise _too_old(done) or GitError(("merge-tree",), done)


def _too_old(done: Completed) -> YoiError | None:
    if "usage: git merge-tree" not in done.err:
        return None
    return YoiError(
        "git-version",
        "this git cannot merge without a checkout",
        cause="`git merge-tree --write-tree` came with git 2.38",
        hint="install git 2.38 or newer",
    )


def changed_paths(repository: Repository, old: str, new: str) -> list[ChangedPath]:
    """The files that differ between two commits, renames as what they are: one gone, one added."""
    done = repository.git.run(_TRUE, "diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", old, new)
    parts = done.out.split(b"\0")
    found = []
    for facts, path in zip(parts[0::2], parts[1::2], strict=False):
        old_mode, new_mode, old_id, new_id, _ = facts.decode("ascii").removeprefix(":").split(" ")
        found.append(ChangedPath(os.fsdecode(path), old_mode, new_mode, old_id, new_id))
    return found
