"""What this clone itself saw happen to a ref: its reflog, which is local, may be off, and expires."""

from __future__ import annotations

import re

from git_yoi.git.evidence import unreached
from git_yoi.git.refs import branch_ref
from git_yoi.git.repository import Repository

# How git calls an act that makes a commit; a fast-forward or a reset makes none.
_MADE = ("commit", "cherry-pick", "revert", "am")
_RESET = ("reset: ", "branch: Reset to ")
# Every act of git's that moves a branch; other programs move it with words of their own, or none.
_ACTS = (*_MADE, *_RESET, "branch: ", "rebase", "merge", "pull", "fetch", "push", "checkout", "clone")
# A rebase makes its commits while nothing is checked out: `rebase (finish): refs/heads/b onto X`, `pull --rebase (...`.
_REBASED = re.compile(r"\(finish\): refs/heads/.* onto ([0-9a-f]{40,64})$")


def values(repository: Repository, ref: str) -> list[str]:
    """Every commit that a ref was at, newest first; nothing where there is no reflog."""
    return [oid for oid, _ in entries(repository, ref)]


def made_on(repository: Repository, branch: str) -> frozenset[str]:
    """The commits that were made on the branch here, and that no reset took off it since."""
    made: frozenset[str] = frozenset()
    at: dict[str, frozenset[str]] = {}
    before: str | None = None
    for oid, said in reversed(entries(repository, branch_ref(branch))):
        if said.startswith(_MADE):
            made |= {oid}
        elif said.startswith(_RESET):
            made = at[oid] if oid in at else made - unreached(repository, made, [oid])
        elif (rebased := _REBASED.search(said)) is not None:
            made |= _rebased(repository, oid, [rebased[1], *([before] if before is not None else [])])
        at[oid], before = made, oid
    return made


def watched(repository: Repository, branch: str, began: str) -> str | None:
    """Where the act that `began` a branch left it; None unless all else that moved it here was an act of git's."""
    known = entries(repository, branch_ref(branch))
    if any(said != began and not said.startswith(_ACTS) for _, said in known):
        return None
    return next((oid for oid, said in known if said == began), None)


def arrived(repository: Repository, ref: str) -> bool:
    """Whether what a remote's branch has ever came from there: not all of it was pushed from here."""
    return any(said != "update by push" for _, said in entries(repository, ref))


def _rebased(repository: Repository, tip: str, without: list[str]) -> frozenset[str]:
    """What a rebase made: what it kept as it was, the branch had before."""
    bounds = [f"^{oid}" for oid in without]
    done = repository.git.run("--no-replace-objects", "rev-list", "--no-merges", tip, *bounds, "--", ok=None)
    return frozenset(done.lines) - {""} if done.code == 0 else frozenset()


def entries(repository: Repository, ref: str) -> list[tuple[str, str]]:
    """Every commit that a ref was at, with what was said of how it came there, newest first."""
    done = repository.git.run("log", "--walk-reflogs", "--format=%H %gs", "--end-of-options", ref, "--", ok=None)
    pairs = (line.partition(" ") for line in done.lines if line) if done.code == 0 else ()
    return [(oid, said) for oid, _, said in pairs]
