"""Which merges the later commits of a target may have undone: cheap to ask of thousands, so few are looked at closely.

It only nominates, by words and by files; whether a commit undoes a merge is shown by trees (`evidence.undone`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from git_yoi.git.first_parents import changes_between, changes_of, line_above, rows_of, whole_line
from git_yoi.git.repository import Repository
from git_yoi.merge.evidence.words import speaks_of_undoing


@dataclass(frozen=True, slots=True)
class Landed:
    """A merge on a target: its commit, and the commit before the work where that is not its first parent."""

    commit: str
    before: str | None = None


def suspects(
    repository: Repository, merges: Collection[Landed], tip: str, *, since: str | None = None
) -> frozenset[str]:
    """The commits of those merges that something on the way from `since` (None: the whole line) to `tip` may undo.

    A commit may undo what it shares a file with, when it says so; when it does not, it has to change all the files.
    """
    line = (line_above(repository, tip, since) if since is not None else whole_line(repository, tip)) if merges else []
    if not line:
        return frozenset()
    said = {row.commit for row in line if speaks_of_undoing(row.message)}
    later = {commit: frozenset(change.paths) for commit, change in changes_of(repository, line).items()}
    return frozenset(
        commit
        for commit, own in _files(repository, merges).items()
        for other, changed in later.items()
        if other != commit and own and (own <= changed or (other in said and own & changed))
    )


def _files(repository: Repository, merges: Collection[Landed]) -> dict[str, frozenset[str]]:
    rows = rows_of(repository, [one.commit for one in merges if one.before is None])
    found = {commit: frozenset(change.paths) for commit, change in changes_of(repository, rows).items()}
    for one in merges:
        if one.before is not None:
            found[one.commit] = frozenset(changes_between(repository, one.before, one.commit).paths)
    return found
