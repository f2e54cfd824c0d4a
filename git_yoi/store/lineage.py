"""What two tips of the ticket ref have in common, and what each has alone.

`git rev-list A..B` would be shorter, but it trusts commit dates: half a dozen entries written under a wrong clock make
it stop early and call shared commits new (git's slop is 5). A walk that stops only at known commits cannot be fooled;
which are known, `git.ancestry.difference` tells without looking at the whole history.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from git_yoi.git.objects import Objects
from git_yoi.git.raw import Commit
from git_yoi.store.history import Commits, order

Contains = Callable[[str], bool]
# The commits that one tip stands on and another does not, with their parents; `git.ancestry.difference`.
Difference = Callable[[str, str], Mapping[str, tuple[str, ...]]]


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


def on_first_parents(objects: Objects, old: str, tip: str, *, floor: str | None = None) -> bool:
    """Whether `old` is `tip` or on its first-parent chain: what was published there is still there, in its order.

    `floor` is a commit that `old` stands on: nobody need look below it.
    """
    at: str | None = tip
    while at is not None and at != old:
        parents = objects.commit(at).parents if at != floor else ()
        at = parents[0] if parents else None
    return at is not None


def diverge(objects: Objects, local: str, remote: str, *, difference: Difference | None = None) -> Divergence:
    """What each side has alone; without `difference` both histories are walked whole."""
    if difference is None:
        known, other = ancestors(objects, local), ancestors(objects, remote)
        return Divergence(only(objects, local, other.__contains__), only(objects, remote, known.__contains__))
    ours, theirs = difference(local, remote), difference(remote, local)
    return Divergence(
        only(objects, local, lambda oid: oid not in ours), only(objects, remote, lambda oid: oid not in theirs)
    )


def only(objects: Commits, tip: str, known: Contains) -> tuple[tuple[str, Commit], ...]:
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
