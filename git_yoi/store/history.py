"""The order of entries: the first parent's, then what only the second parent has, in its own (design.md, Join)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from git_yoi.git.raw import Commit


class Commits(Protocol):
    """Where commits are read: a repository's objects, or whoever stands in for them."""

    def commit(self, oid: str) -> Commit:
        """Read a commit."""
        ...


def order(objects: Commits, tip: str, known: set[str] | None = None) -> Iterator[tuple[str, Commit]]:
    """Every commit that `tip` adds to `known` (whose ancestors must be in it too), in the record's order.

    A join comes after both its sides; the root comes first. `known` is added to. Memory grows with what is added.
    """
    seen = known if known is not None else set()
    # An explicit stack: half a million entries on one chain are far beyond Python's recursion limit.
    stack: list[tuple[str, Commit | None]] = [(tip, None)]
    while stack:
        oid, ready = stack.pop()
        if ready is not None:
            yield oid, ready
            continue
        if oid in seen:
            continue
        seen.add(oid)
        commit = objects.commit(oid)
        stack.append((oid, commit))
        stack.extend((parent, None) for parent in reversed(commit.parents))
