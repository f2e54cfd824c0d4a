"""Which commits one tip of the ticket ref stands on and another does not: quickly, and right whatever the clocks say.

`git rev-list A ^B` trusts commit dates: half a dozen entries written under a wrong clock make it call shared commits
new (git's slop is 5). It never misses a new one. So only where what it found begins is asked again, of
`git merge-base --is-ancestor`, which is exact; what stands on a new commit, or on `B` itself, is new without asking.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from git_yoi.git.process import Git

Parents = dict[str, tuple[str, ...]]
_NOT_REPLACED = "--no-replace-objects"


def difference(git: Git, tip: str, without: str) -> Parents:
    """The commits that `tip` stands on, itself included, and `without` does not, each with its parents; GitError."""
    return added(git, tip, without) if tip != without else {}


def added(git: Git, tip: str, without: str | None) -> Parents:
    """The same commits, each with its parents; all of `tip` without a `without`. Newest first."""
    bounds = (tip,) if without is None else (tip, f"^{without}")
    rows = [line.split(" ") for line in git.run(_NOT_REPLACED, "rev-list", "--parents", *bounds).lines if line]
    found = {oid: tuple(parents) for oid, *parents in rows}
    return found if without is None else _really_new(git, found, without)


def _really_new(git: Git, found: Parents, without: str) -> Parents:
    new: set[str] = set()
    for oid in _parents_first(found):
        parents = found[oid]
        if without in parents or not new.isdisjoint(parents) or not is_ancestor(git, oid, without):
            new.add(oid)
    return found if len(new) == len(found) else {oid: parents for oid, parents in found.items() if oid in new}


def _parents_first(found: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    seen: set[str] = set()
    for tip in found:
        stack = [(tip, False)]
        while stack:
            oid, ready = stack.pop()
            if ready:
                yield oid
            elif oid not in seen and oid in found:
                seen.add(oid)
                stack.append((oid, True))
                stack.extend((parent, False) for parent in found[oid])


def is_ancestor(git: Git, old: str, new: str) -> bool:
    """Whether `new` stands on `old`, or is it."""
    return git.run(_NOT_REPLACED, "merge-base", "--is-ancestor", old, new, ok=(0, 1)).code == 0
