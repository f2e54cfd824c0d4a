"""What two tips of the ticket ref have in common, and what each has alone.

`git rev-list A..B` would be shorter, but it trusts commit dates: half a dozen entries written under a wrong clock make
it stop early and call shared commits new (git's slop is 5). A walk that stops only at known commits cannot be fooled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from git_yoi.git.objects import Objects
from git_yoi.git.raw import Commit
from git_yoi.store.history import order

Contains = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Divergence:
    """Commits that only one side has, each in that side's order, joins included."""

    local: tuple[tuple[str, Commit], ...]
    remote: tuple[tuple[str, Commit], ...]


def ancestors(objects: Objects, tip: str) -> set[str]:
    """Every commit that `tip` stands on, itself included."""
    found: set[str] = set()
    for _ in order(objects, tip, found):
        pass
    return found


def on_first_parents(objects: Objects, old: str, tip: str) -> bool:
    """Whether `old` is `tip` or on its first-parent chain: what was published there is still there, in its order."""
    at: str | None = tip
    while at is not None and at != old:
        parents = objects.commit(at).parents
        at = parents[0] if parents else None
    return at is not None


def diverge(objects: Objects, local: str, remote: str, *, in_local: Contains | None = None) -> Divergence:
    """What each side has alone; `in_local` tells of any commit whether `local` stands on it (else it is worked out).

    Time follows what is new, unless `in_local` is missing or an unpublished join stands on the local side.
    """
    known = in_local or ancestors(objects, local).__contains__
    theirs = only(objects, remote, known)
    met = {parent for _, commit in theirs for parent in commit.parents if known(parent)} or {remote}
    return Divergence(_ours(objects, local, remote, met), theirs)


def only(objects: Objects, tip: str, known: Contains) -> tuple[tuple[str, Commit], ...]:
    """What `tip` stands on besides the `known` commits, whose ancestors are known too, in its order."""
    found: list[tuple[str, Commit]] = []
    seen: set[str] = set()
    stack: list[tuple[str, Commit | None]] = [(tip, None)]
    while stack:
        oid, commit = stack.pop()
        if commit is not None:
            found.append((oid, commit))
        elif oid not in seen and not known(oid):
            seen.add(oid)
            commit = objects.commit(oid)
            stack.append((oid, commit))
            stack.extend((parent, None) for parent in reversed(commit.parents))
    return tuple(found)


def _ours(objects: Objects, local: str, remote: str, met: set[str]) -> tuple[tuple[str, Commit], ...]:
    """The usual case is a chain of entries upon one shared commit; a join among them needs all that the remote has."""
    chain: list[tuple[str, Commit]] = []
    at = local
    while at not in met:
        commit = objects.commit(at)
        if len(commit.parents) != 1:
            return only(objects, local, ancestors(objects, remote).__contains__)
        chain.append((at, commit))
        at = commit.parents[0]
    return tuple(reversed(chain))
