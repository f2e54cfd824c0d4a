"""What this clone itself saw happen to a ref: its reflog, which is local, may be off, and expires."""

from __future__ import annotations

from git_yoi.git.refs import branch_ref
from git_yoi.git.repository import Repository

# How git calls an act that makes a commit; a fast-forward, a reset or a finished rebase makes none.
_MADE = ("commit", "cherry-pick", "revert", "am")


def values(repository: Repository, ref: str) -> list[str]:
    """Every commit that a ref was at, newest first; nothing where there is no reflog."""
    return [oid for oid, _ in entries(repository, ref)]


def made_on(repository: Repository, branch: str) -> frozenset[str]:
    """The commits that were made while the branch was checked out here."""
    return frozenset(oid for oid, said in entries(repository, branch_ref(branch)) if said.startswith(_MADE))


def entries(repository: Repository, ref: str) -> list[tuple[str, str]]:
    """Every commit that a ref was at, with what was said of how it came there, newest first."""
    done = repository.git.run("log", "--walk-reflogs", "--format=%H %gs", "--end-of-options", ref, "--", ok=None)
    pairs = (line.partition(" ") for line in done.lines if line) if done.code == 0 else ()
    return [(oid, said) for oid, _, said in pairs]
