"""The line of commits that a branch itself has gone through, and what each of them changed there.

A merge stands on it as one commit with everything that it brought: that is how a target's history reads, and how work
reached it. All of it comes from two git children, whatever the length: 5,000 commits take a third of a second.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from git_yoi.git.ancestry import is_ancestor
from git_yoi.git.branches import merge_base
from git_yoi.git.merging import ChangedPath
from git_yoi.git.repository import Repository

_FORMAT = "--format=%H%x00%P%x00%ct%x00%an <%ae>%x00%at%x00%s%x00%B%x00"
_FIELDS = 7
_NAMED_TWICE = ("R", "C")


@dataclass(frozen=True, slots=True)
class Row:
    """A commit's own words; `signed` is author, author's time and subject: what a rebase or a pick keeps.

    `at`: when it was committed, seconds since the epoch, by its committer's clock.
    """

    commit: str
    parents: tuple[str, ...]
    at: int
    signed: tuple[str, str, str]
    message: str

    @property
    def before(self) -> str | None:
        """The commit that the branch was at before; None for a root commit."""
        return self.parents[0] if self.parents else None


@dataclass(frozen=True, slots=True)
class Changes:
    """What a commit changed, by path; `moved` names the new path of each file that git takes for renamed."""

    paths: dict[str, ChangedPath]
    moved: dict[str, str]


def line_above(repository: Repository, tip: str, without: str) -> list[Row]:
    """The first-parent line of `tip` down to where `without` stands on it, oldest first; right whatever clocks say."""
    rows = _read(repository, "--first-parent", tip, f"^{without}")
    # `rev-list` trusts dates, and may have gone on into what `without` has: everything up to some commit of the line.
    return above(repository, rows[::-1], without)


def above(repository: Repository, rows: list[Row], without: str) -> list[Row]:
    """What `without` has not of a part of a line, oldest first, which has all of that."""
    if not rows or not is_ancestor(repository.git, rows[0].commit, without):
        return rows
    # Most often they share one newest commit; of several git names any.
    shared = merge_base(repository, rows[-1].commit, without)
    low = next((at for at, row in enumerate(rows, 1) if row.commit == shared), 1)
    high = len(rows)
    if low == high or not is_ancestor(repository.git, rows[low].commit, without):
        return rows[low:]
    while low < high:
        middle = (low + high) // 2
        if is_ancestor(repository.git, rows[middle].commit, without):
            low = middle + 1
        else:
            high = middle
    return rows[low:]


def whole_line(repository: Repository, tip: str) -> list[Row]:
    """The first-parent line of `tip` from its beginning, oldest first."""
    return _read(repository, "--first-parent", tip)[::-1]


def saying(repository: Repository, pattern: str, tip: str, without: str | None) -> list[Row]:
    """The commits of all of `tip`'s history but that of `without` whose message matches, whatever the case."""
    grep = ("--extended-regexp", "--regexp-ignore-case", f"--grep={pattern}")
    return _read(repository, *grep, tip, *(() if without is None else (f"^{without}",)))


def brought_by(repository: Repository, line: Sequence[Row], rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Those of `rows` that a merge of the line brings, by that merge; `line` is oldest first."""
    on_line = {row.commit for row in line}
    aside = {row.commit: row for row in rows if row.commit not in on_line}
    if not aside:
        return {}
    bounds = (line[-1].commit, *(() if line[0].before is None else (f"^{line[0].before}",)))
    words = (each.split(" ") for each in repository.git.run("rev-list", "--parents", *bounds).lines if each)
    parents = {oid: above for oid, *above in words}
    seen, found = set(on_line), dict[str, list[Row]]()
    for merge in line:
        stack = list(merge.parents[1:])
        while stack:
            oid = stack.pop()
            if oid in seen or oid not in parents:
                continue
            seen.add(oid)
            stack.extend(parents[oid])
            if oid in aside:
                found.setdefault(merge.commit, []).append(aside[oid])
    return found


def rows_of(repository: Repository, commits: Sequence[str]) -> list[Row]:
    """Each commit's row, in the order asked."""
    asked = "".join(f"{oid}\n" for oid in commits).encode()
    return _read(repository, "--no-walk=unsorted", "--stdin", data=asked) if commits else []


def changes_of(repository: Repository, rows: Iterable[Row], *, renames: bool = False) -> dict[str, Changes]:
    """What each of the commits changed against its first parent; with `renames`, which files only moved."""
    asked = "".join(f"{' '.join((row.commit, *row.parents[:1]))}\n" for row in rows).encode()
    options = ("--root", "--always", "--ignore-submodules=none", "-M" if renames else "--no-renames")
    done = repository.git.run("diff-tree", "--stdin", "-r", "-z", "--raw", "--no-abbrev", *options, data=asked)
    return _split(os.fsdecode(done.out).split("\0"))


def changes_between(repository: Repository, old: str, new: str, *, renames: bool = False) -> Changes:
    """What lies between two trees or commits."""
    options = ("--ignore-submodules=none", "-M" if renames else "--no-renames")
    done = repository.git.run("diff-tree", "-r", "-z", "--raw", "--no-abbrev", *options, old, new)
    return _split(["-", *os.fsdecode(done.out).split("\0")])["-"]


def _read(repository: Repository, *arguments: str, data: bytes | None = None) -> list[Row]:
    done = repository.git.run("rev-list", "--encoding=UTF-8", "--no-commit-header", _FORMAT, *arguments, data=data)
    # No message holds a NUL: git ends it there.
    parts = done.out.decode(errors="replace").split("\0")
    found = []
    for begin in range(0, len(parts) - _FIELDS, _FIELDS):
        oid, parents, at, author, when, subject, message = parts[begin : begin + _FIELDS]
        found.append(Row(oid.lstrip("\n"), tuple(parents.split()), int(at or 0), (author, when, subject), message))
    return found


def _split(parts: list[str]) -> dict[str, Changes]:
    found: dict[str, Changes] = {}
    at, now = 0, Changes({}, {})
    while at < len(parts):
        word = parts[at]
        at += 1
        if not word.startswith(":"):
            if word:
                now = found[word] = Changes({}, {})
            continue
        old_mode, new_mode, old, new, status = word[1:].split(" ")
        path = parts[at]
        at += 1
        if status[0] in _NAMED_TWICE:
            after = parts[at]
            at += 1
            now.paths[after] = ChangedPath(after, "000000", new_mode, "0" * len(old), new)
            if status[0] == "R":
                now.paths[path] = ChangedPath(path, old_mode, "000000", old, "0" * len(old))
                now.moved[path] = after
        else:
            now.paths[path] = ChangedPath(path, old_mode, new_mode, old, new)
    return found
