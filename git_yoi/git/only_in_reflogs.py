"""What only a reflog still leads to: commits that were amended, reset or rebased away, and are somebody's work too.

With a branch goes its reflog, with a worktree that of its HEAD, and then `git gc` takes what they led to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from git_yoi.git.refs import branch_ref
from git_yoi.git.repository import Repository
from git_yoi.git.worktree_state import pseudo_ref
from git_yoi.git.worktrees import AdminEntry

_LINE = re.compile(rb"([0-9a-f]{40,64}) ([0-9a-f]{40,64}) ")
_OID = re.compile(rb"[0-9a-f]{40,64}")
_TRUE = "--no-replace-objects"
# A commit that a reflog names and a partial clone lacks is gone at the remote as well: nothing is fetched for it.
_LOCAL = {"GIT_NO_LAZY_FETCH": "1"}


def only_in_reflogs(repository: Repository, branch: str | None, entry: AdminEntry | None) -> tuple[str, ...]:
    """The newest commits that no ref leads to, but the reflog of a branch or a worktree (its ORIG_HEAD too); GitError.

    What they stand on is kept with them, and not named.
    """
    named = _of_branch(repository, branch) if branch is not None else set()
    named |= _of_worktree(repository, entry) if entry is not None else set()
    there = _commits(repository, named)
    if not there:
        return ()
    asked = "".join(f"{oid}\n" for oid in sorted(there)).encode()
    # `--not` is of what follows it on the command line only.
    arguments = (_TRUE, "rev-list", "--parents", "--stdin", "--not", "--all")
    lines = repository.git.run(*arguments, data=asked, extra=_LOCAL).lines
    rows = [line.split(" ") for line in lines if line]
    below = {parent for _, *parents in rows for parent in parents}
    return tuple(oid for oid, *_ in rows if oid not in below)


def _of_branch(repository: Repository, branch: str) -> set[str]:
    log = repository.common_dir / "logs" / branch_ref(branch)
    if log.is_file():
        return _read(log.read_bytes())
    # Where refs are kept as reftables; and git says that there is no such thing where there is none.
    return _walked(repository.git.run("rev-list", "-g", branch_ref(branch), "--", ok=None).lines)


def _of_worktree(repository: Repository, entry: AdminEntry) -> set[str]:
    log, original = entry.directory / "logs/HEAD", entry.directory / "ORIG_HEAD"
    found = {match.decode() for match in _OID.findall(original.read_bytes())} if original.is_file() else set()
    if (kept := pseudo_ref(repository, entry.directory, "ORIG_HEAD")) is not None:
        found.add(kept)
    if log.is_file():
        return found | _read(log.read_bytes())
    asked = repository.git.run("rev-list", "-g", "HEAD", "--", ok=None, extra={"GIT_DIR": str(entry.directory)})
    return found | _walked(asked.lines)


def _read(log: bytes) -> set[str]:
    pairs = (_LINE.match(line) for line in log.splitlines())
    return {oid.decode() for pair in pairs if pair is not None for oid in pair.groups()}


def _walked(lines: Iterable[str]) -> set[str]:
    return {line for line in lines if line}


def _commits(repository: Repository, oids: set[str]) -> set[str]:
    """Those that are here still, and are commits."""
    if not oids:
        return set()
    asked = "".join(f"{oid}\n" for oid in sorted(oids)).encode()
    lines = repository.git.run(_TRUE, "cat-file", "--batch-check", data=asked, extra=_LOCAL).lines
    words = (line.split(" ") for line in lines)
    return {found[0] for found in words if len(found) == 3 and found[1] == "commit"}
