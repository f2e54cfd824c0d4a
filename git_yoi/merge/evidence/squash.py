"""A squash: a commit C of the target for which merging the head into C^ gives C's own tree, and not C^'s."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from git_yoi.git.first_parents import Row
from git_yoi.merge.evidence.copied import Field
from git_yoi.merge.evidence.model import Evidence, by_tree
from git_yoi.merge.evidence.words import names, names_others_only

# 5 ms each: a branch that changed nothing but the target's busiest file costs a second, and not a minute.
_MOST = 200


def whole_squash(field: Field) -> Evidence | None:
    """The newest commit that carries everything that the branch changed."""
    nominees = [row for row in _nominated(field, whole=True) if field.look.alike(field.paths(row), field.net)]
    if nominees:
        look = field.look
        edits, all_of_it = look.edits(nominees), look.edits_between(look.tree(field.base), look.tree(field.head))
        nominees.sort(key=lambda row: edits.get(row.commit) != all_of_it)
    shown = (row for row in islice(nominees, _MOST) if _shows(field, row) and _had_nothing(field, row))
    return next((_evidence(field, row) for row in shown), None)


def last_squash(field: Field) -> Evidence | None:
    """The oldest commit with which the work was whole, though some of it was there before, by other commits."""
    nominees = list(_nominated(field))[::-1]
    files = field.net.keys()
    nominees.sort(key=lambda row: (not names(row.message, field.claim.ticket), field.paths(row).keys() != files))
    return next((_evidence(field, row) for row in nominees[:_MOST] if _shows(field, row)), None)


def conflicting(field: Field) -> str | None:
    """A commit that names the ticket, and upon whose parent the branch conflicts: who squashed it changed it."""
    named = (row for row in _nominated(field) if names(row.message, field.claim.ticket))
    return next((row.commit for row in named if field.look.merged(row.parents[0], field.head) is None), None)


def _nominated(field: Field, *, whole: bool = False) -> Iterator[Row]:
    """By trailer, or by having changed nothing but files that the branch changed, newest first.

    `whole`: only what carries all of the work counts, so that it may seem to be older than that.
    """
    moved = _files(field)
    found = []
    for at, row in field.carried:
        if at < len(field.line) - field.later or names_others_only(row.message, field.claim.ticket):
            continue
        if field.all_came_first(at) and not (whole and field.is_several(at)):
            continue
        paths = field.paths(row)
        if names(row.message, field.claim.ticket) or all(moved.get(path, len(field.line)) <= at for path in paths):
            found.append(row)
    return reversed(found)


def _files(field: Field) -> dict[str, int]:
    """The branch's files, and what the target renamed them to, each with the place on the line from which it counts."""
    found = dict.fromkeys(field.net, 0)
    for row in field.own:
        found.update(dict.fromkeys(field.paths(row), 0))
    for at, row in enumerate(field.line):
        for old, new in field.changes[row.commit].moved.items():
            if old in found:
                found.setdefault(new, at)
    return found


def _shows(field: Field, row: Row) -> bool:
    return field.makes(row.parents[0], row.commit) and not field.is_anothers(row)


def _had_nothing(field: Field, row: Row) -> bool:
    """Whether the target lacked all of the work before that commit: taking the work away there changes nothing."""
    look, before = field.look, field.look.tree(row.before)
    return look.three_way(look.tree(field.head), before, look.tree(field.base)) in (before, None)


def _evidence(field: Field, row: Row) -> Evidence:
    how = "merge" if len(row.parents) > 1 else "squash"
    return by_tree(field.head, field.base, how, (row.commit,))
