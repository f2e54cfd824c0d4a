"""Which merges the later commits of a target may have undone: cheap to ask of thousands, so few are looked at closely.

It only nominates, by words and by files; whether a commit undoes a merge is shown by trees (`evidence.undone`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from git_yoi.git.first_parents import (
    Changes,
    Row,
    changes_between,
    changes_of,
    line_above,
    rows_of,
    saying,
    whole_line,
)
from git_yoi.git.repository import Repository
from git_yoi.merge.evidence.words import UNDOING, speaks_of_undoing


@dataclass(frozen=True, slots=True)
class Landed:
    """A merge on a target: its commit, and the commit before the work where that is not its first parent."""

    commit: str
    before: str | None = None


def suspects(
    repository: Repository, merges: Collection[Landed], tip: str, *, since: str | None = None
) -> frozenset[str]:
    """The commits of those merges that something on the way from `since` (None: the whole line) to `tip` may undo.

    A commit that says so, also one that a merge brings, may undo what it shares a file with. One that says nothing has
    to bring back every file as it was: others change the files of a merge all the time.
    """
    line = (line_above(repository, tip, since) if since is not None else whole_line(repository, tip)) if merges else []
    if not line:
        return frozenset()
    said = {row.commit for row in line if speaks_of_undoing(row.message)}
    loud = _brought(repository, line)
    brought: dict[tuple[str, str], set[str]] = defaultdict(set)
    for commit, change in changes_of(repository, line).items():
        for path, one in change.paths.items():
            if commit in said:
                loud.add(path)
            brought[path, one.new].add(commit)
    return frozenset(
        commit
        for commit, own in _files(repository, merges).items()
        if own and (not loud.isdisjoint(own) or _all_back(own, brought) - {commit})
    )


def _brought(repository: Repository, line: Sequence[Row]) -> set[str]:
    """The files of the commits that say so and came with a merge of the line."""
    on_line = {row.commit for row in line}
    said = saying(repository, UNDOING, line[-1].commit, line[0].before)
    found = changes_of(repository, [row for row in said if row.commit not in on_line])
    return {path for changes in found.values() for path in changes.paths}


def _all_back(own: dict[str, str], brought: Mapping[tuple[str, str], set[str]]) -> set[str]:
    """The commits that brought each of these files to that content."""
    return set.intersection(*(brought.get((path, old), set()) for path, old in own.items()))


def _files(repository: Repository, merges: Collection[Landed]) -> dict[str, dict[str, str]]:
    """What each merge changed: the paths, with what was there before."""
    rows = rows_of(repository, [one.commit for one in merges if one.before is None])
    found = {commit: _before(change) for commit, change in changes_of(repository, rows).items()}
    for one in merges:
        if one.before is not None:
            found[one.commit] = _before(changes_between(repository, one.before, one.commit))
    return found


def _before(changes: Changes) -> dict[str, str]:
    return {path: change.old for path, change in changes.paths.items()}
