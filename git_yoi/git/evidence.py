"""What really is in the object store and on a branch: replacement refs do not count, for they can say anything."""

from __future__ import annotations

from collections.abc import Collection

from git_yoi.git.refs import branch_ref, read_refs
from git_yoi.git.repository import Repository

_TRUE = "--no-replace-objects"


def kinds(repository: Repository, oids: Collection[str]) -> dict[str, str]:
    """The kind (commit, tree, blob, tag) of each object that this repository has."""
    if not oids:
        return {}
    asked = "".join(f"{oid}\n" for oid in oids).encode()
    lines = repository.git.run(_TRUE, "cat-file", "--batch-check", "--buffer", data=asked).lines
    words = (line.split(" ") for line in lines)
    return {found[0]: found[1] for found in words if len(found) == 3}


def copies_of(repository: Repository, branch: str) -> list[str]:
    """The full names of a branch here and of every remote's copy of it."""
    found = read_refs(repository, branch_ref(branch), "refs/remotes/")
    # refs/remotes/<remote>/<branch>: both parts may hold slashes, so the end of the name is what can be told.
    return [ref for ref in found if ref == branch_ref(branch) or ref.endswith(f"/{branch}")]


def unreached(repository: Repository, commits: Collection[str], refs: Collection[str]) -> set[str]:
    """Those of `commits` (all of them here) on which none of `refs` stands."""
    if not commits:
        return set()
    asked = "".join(f"{line}\n" for line in (*commits, *(f"^{ref}" for ref in refs))).encode()
    left = repository.git.run(_TRUE, "rev-list", "--stdin", data=asked).lines
    return set(commits) & set(left)
