"""The commits of a branch and the files that they change, for people to judge."""

from __future__ import annotations

import os
from dataclasses import dataclass

from git_yoi.git.repository import Repository

# What is merged, whatever a replacement ref says of it.
_TRUE = "--no-replace-objects"
# People are named in trailers as well: who worked on it too, and who vouches for it.
_PEOPLE = ("Co-authored-by", "Signed-off-by")
_KEYS = "".join(f"%x00%(trailers:key={key},valueonly,unfold,separator=%x01)" for key in _PEOPLE)
_FORMAT = f"--format=%H%x00%an <%ae>%x00%at%x00%s{_KEYS}"


@dataclass(frozen=True, slots=True)
class CommitLine:
    """A commit in one line; `at` is its author's time (seconds, epoch), `people` its trailers that name some."""

    commit: str
    author: str
    at: int
    subject: str
    people: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FileCount:
    """A changed file and its lines added and removed, None for a binary file."""

    path: str
    added: int | None
    removed: int | None


def commits_between(repository: Repository, old: str, new: str) -> tuple[CommitLine, ...]:
    """What `new` has and `old` lacks, oldest first."""
    # Not `git log`: the user's configuration adds to what that prints (log.showSignature).
    done = repository.git.run(
        _TRUE, "rev-list", "--encoding=UTF-8", "--reverse", "--no-commit-header", _FORMAT, new, f"^{old}", "--"
    )
    found = []
    for line in done.out.decode(errors="replace").split("\n"):
        parts = line.split("\0")
        if len(parts) == 4 + len(_PEOPLE):
            values = zip(_PEOPLE, parts[4:], strict=True)
            people = tuple((key, who.strip()) for key, said in values for who in said.split("\x01") if who.strip())
            found.append(CommitLine(parts[0], parts[1], int(parts[2] or 0), parts[3], people))
    return tuple(found)


def file_counts(repository: Repository, old: str, new: str) -> tuple[FileCount, ...]:
    """The files that differ, renames as what they are."""
    done = repository.git.run(_TRUE, "diff-tree", "-r", "-z", "--numstat", "--no-renames", old, new)
    found = []
    for item in os.fsdecode(done.out).split("\0"):
        parts = item.split("\t", 2)
        if len(parts) == 3:
            added, removed = (int(n) if n.isdigit() else None for n in parts[:2])
            found.append(FileCount(parts[2], added, removed))
    return tuple(found)


def changed_between(repository: Repository, old: str, new: str) -> frozenset[str]:
    """The paths that differ; none where `old` is not here any more."""
    done = repository.git.run(_TRUE, "diff-tree", "-r", "-z", "--name-only", "--no-renames", old, new, ok=None)
    return frozenset(path for path in os.fsdecode(done.out).split("\0") if path) if done.code == 0 else frozenset()
