"""Which commits and files one commit of the ticket ref adds to another, asked of the `git` program."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

from git_yoi.git.ancestry import added as added_commits
from git_yoi.git.process import Git

_NOT_REPLACED = "--no-replace-objects"


@dataclass(frozen=True, slots=True)
class Chain:
    """Commits that `tip` adds, each with its parents; `linear` says that none has two. Newest first."""

    tip: str
    parents: dict[str, tuple[str, ...]]
    linear: bool


def chain(git: Git, tip: str, without: str | None = None) -> Chain:
    """What `tip` reaches and `without` does not; a shallow clone's boundary has no parents here."""
    parents = added_commits(git, tip, without)
    return Chain(tip, parents, all(len(found) < 2 for found in parents.values()))


def in_order(added: Chain) -> list[str]:
    """The commits in the record's order (`store.history`): the first parent's side, the second's, then the join."""
    if added.linear:
        return list(reversed(added.parents))
    ordered: list[str] = []
    seen: set[str] = set()
    stack = [(added.tip, False)]
    while stack:
        oid, ready = stack.pop()
        if ready:
            ordered.append(oid)
        elif oid not in seen and oid in added.parents:
            seen.add(oid)
            stack.append((oid, True))
            stack.extend((parent, False) for parent in reversed(added.parents[oid]))
    return ordered


def stands_on(added: Chain, old: str) -> bool:
    """Whether `old` is where the first-parent chain of what was added begins."""
    at = added.tip
    while at in added.parents:
        found = added.parents[at]
        if not found:
            return False
        at = found[0]
    return at == old


def files(git: Git, commit: str, *folders: str) -> Iterator[tuple[str, str, str]]:
    """Every file below the folders of a commit's tree: its mode, object id and path."""
    for item in git.run(_NOT_REPLACED, "ls-tree", "-r", "-z", commit, "--", *folders).out.split(b"\0"):
        if item:
            facts, _, path = item.partition(b"\t")
            mode, _, oid = facts.decode().split(" ")
            yield mode, oid, os.fsdecode(path)


def changed_files(git: Git, old: str, new: str, *folders: str) -> Iterator[tuple[str, str | None, str]]:
    """Every file below the folders that differs: its new mode, its new object id (None: gone) and path."""
    arguments = ("diff-tree", "-r", "-z", "--no-renames", old, new, "--", *folders)
    parts = git.run(_NOT_REPLACED, *arguments).out.split(b"\0")
    for facts, path in zip(parts[0::2], parts[1::2], strict=False):
        _, mode, _, oid, status = facts.decode().split(" ")
        yield mode, None if status == "D" else oid, os.fsdecode(path)
