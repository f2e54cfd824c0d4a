"""Bringing the index along where not every file can be written (a filter fails, a disk is full, a file is in the way).

An index that stayed behind its branch is a trap: the next plain `git commit` takes back all that the branch has gained.
So the index goes first, then every file that can; what is left shows in `git status` as not committed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from git_yoi.git.merging import ChangedPath
from git_yoi.git.process import Git


def write_what_can_be(
    git: Git, changes: Iterable[ChangedPath], dirty: frozenset[str], extra: Mapping[str, str]
) -> None:
    """Bring the files to what the index has by now, but for those that are somebody's: `dirty`, or there unasked."""
    changed: list[str] = []
    absent: list[str] = []
    for change in changes:
        full = git.directory / change.path
        there = os.path.lexists(full)
        if change.submodule or (there and (change.added or change.path in dirty)):
            # Also of a submodule that gave way to a file: what lies there is a repository.
            continue
        if change.removed:
            if there and not full.is_dir():
                full.unlink()
        else:
            (changed if there else absent).append(change.path)
    _write(git, changed, extra, "-f")
    # Without force: where a folder must be, a file of somebody's may be.
    _write(git, absent, extra)
    git.run("update-index", "-q", "--refresh", ok=None, extra=extra)


def changed_files(git: Git, extra: Mapping[str, str]) -> frozenset[str]:
    """The files that are not as the index has them."""
    found = git.run("diff-files", "--name-only", "-z", "--ignore-submodules=all", extra=extra).out
    return frozenset(path for path in os.fsdecode(found).split("\0") if path)


def _write(git: Git, paths: list[str], extra: Mapping[str, str], *how: str) -> None:
    words = ("checkout-index", *how, "-q", "-z", "--stdin")
    if not paths or git.run(*words, data=_lines(paths), ok=None, extra=extra).code == 0:
        return
    # Git stops at the first that fails: the others must not wait for that.
    for path in paths:
        git.run(*words, data=_lines([path]), ok=None, extra=extra)


def _lines(paths: Iterable[str]) -> bytes:
    return os.fsencode("".join(f"{path}\0" for path in paths))
