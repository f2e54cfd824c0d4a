"""The `.gitattributes` that count in a merge: those of the target's commit, whatever is checked out where.

Git 2.41 takes them from a commit that is named to it. An older one reads files of a worktree; so it is given a folder
that has nothing but them.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from git_yoi.git.process import Git
from git_yoi.git.repository import Repository
from git_yoi.git.version import ATTRIBUTES_OF_A_COMMIT, version

_NAME = b".gitattributes"
# What stands in the commit, whatever a replacement ref says of it.
_TRUE = "--no-replace-objects"


@dataclass(frozen=True, slots=True)
class Attributes:
    """Where to run a merge, and with which variables beside the usual ones."""

    git: Git
    variables: Mapping[str, str]


@contextmanager
def attributes_of(repository: Repository, commit: str) -> Iterator[Attributes]:
    """What a merge must be run with so that the attributes of `commit` count in it; GitError, OSError."""
    git = repository.git
    if version(git) >= ATTRIBUTES_OF_A_COMMIT:
        yield Attributes(git, {"GIT_ATTR_SOURCE": commit})
        return
    files = _files(git, commit)
    if not files:
        yield Attributes(git, {})
        return
    with tempfile.TemporaryDirectory(prefix="git-yoi-") as folder:
        for path, oid in files.items():
            file = Path(folder, os.fsdecode(path))
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(git.run(_TRUE, "cat-file", "blob", oid).out)
        own = Git(Path(folder), git.environment, repository.git_dir)
        yield Attributes(own, {"GIT_WORK_TREE": folder})


def _files(git: Git, commit: str) -> dict[bytes, str]:
    """Every such file of the commit, by its path; a link is none."""
    found = {}
    for item in git.run(_TRUE, "ls-tree", "-r", "-z", "--full-tree", commit).out.split(b"\0"):
        facts, _, path = item.partition(b"\t")
        if path.rpartition(b"/")[2] == _NAME and facts.startswith(b"100"):
            found[path] = facts.split(b" ")[2].decode("ascii")
    return found
