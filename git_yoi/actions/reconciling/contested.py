"""Work that a target has by its content alone, which may be somebody else's: the same change can be made twice."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from git_yoi.actions.reconciling.outcomes import Left, Merged, left
from git_yoi.actions.reconciling.tickets import recorded_merges
from git_yoi.config.branch_tickets import tickets_of_branches
from git_yoi.domain.ids import short_id
from git_yoi.git.first_parents import Row, rows_of
from git_yoi.git.worktree_state import contents
from git_yoi.git.worktrees import Worktree, list_worktrees
from git_yoi.merge.evidence.own import own_rows
from git_yoi.merge.evidence.words import bare_line, names

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.merge.evidence.look import Look


def keep_own(session: Session, look: Look, found: Sequence[Merged | Left]) -> tuple[Merged | Left, ...]:
    """The same, without what is more likely the work of another: that is left, whatever the order of the tickets."""
    rest = _without_rivals(look, _without_anothers(session, found))
    worktrees = list_worktrees(session.repository) if any(map(_by_content, rest)) else []
    return tuple(_unfinished(session, look, one, worktrees) if isinstance(one, Merged) else one for one in rest)


def _by_content(one: Merged | Left) -> bool:
    return isinstance(one, Merged) and one.evidence.method != "ancestry"


def _unfinished(session: Session, look: Look, one: Merged, worktrees: Sequence[Worktree]) -> Merged | Left:
    """The same; left where somebody made the same change, as it seems, while the ticket's worktree has unsaved work."""
    renamed = {name for name, said in tickets_of_branches(session.repository).items() if said == one.ticket.id}
    own = [each.path for each in worktrees if each.branch in {one.ticket.branch, *renamed} and not each.missing]
    if not (_by_content(one) and any(_has_unsaved(session, path) for path in own)) or _is_named(look, one):
        return one
    reason = (
        f"{one.target} has the same change as {one.evidence.commit[:12]}, but nothing names this ticket, and its"
        " worktree has work that is not committed"
    )
    return left(one.ticket, "dirty", reason, one.evidence.commit)


def _has_unsaved(session: Session, path: Path) -> bool:
    found = contents(session.repository.at(path))
    return found.dirty or found.untracked


def _without_anothers(session: Session, found: Sequence[Merged | Left]) -> list[Merged | Left]:
    """What is shown by content alone on the merge of another ticket is that one's, unless it names this one too."""
    merged = [one for one in found if isinstance(one, Merged)]
    owners = {record.commit: record.id for records in recorded_merges(session).values() for record in records}
    for one in merged:
        if one.evidence.method == "ancestry":
            owners.update(dict.fromkeys(one.evidence.commits, one.ticket.id))
    return [_anothers(session, one, owners) or one if isinstance(one, Merged) else one for one in found]


def _anothers(session: Session, one: Merged, owners: Mapping[str, str]) -> Left | None:
    commit = one.evidence.commit
    owner = owners.get(commit, one.ticket.id)
    if one.evidence.method == "ancestry" or owner == one.ticket.id:
        return None
    (row,) = rows_of(session.repository, [commit])
    if names(row.message, one.ticket.id):
        return None
    return _is_the_merge_of(one, owner)


def _is_the_merge_of(one: Merged, owner: str) -> Left:
    commit = one.evidence.commit
    reason = f"{commit[:12]} has the same change, but it is the merge of ticket {short_id(owner)}"
    return left(one.ticket, "foreign", reason, commit)


def _without_rivals(look: Look, found: Sequence[Merged | Left]) -> tuple[Merged | Left, ...]:
    """Of several tickets that one commit alone shows, by its content, it is those that it names; or nobody can tell."""
    rivals: dict[str, list[Merged]] = defaultdict(list)
    for one in found:
        if isinstance(one, Merged) and _by_content(one):
            rivals[one.evidence.commit].append(one)
    lost: dict[str, Left] = {}
    for several in rivals.values():
        if len(several) > 1:
            lost.update(_lost(look, several))
    return tuple(lost.get(one.ticket.id, one) if isinstance(one, Merged) else one for one in found)


def _lost(look: Look, several: Sequence[Merged]) -> dict[str, Left]:
    named = [one for one in several if _is_named(look, one, [other for other in several if other is not one])]
    if named:
        return {one.ticket.id: _is_the_merge_of(one, named[0].ticket.id) for one in several if one not in named}
    return {one.ticket.id: _nobodys(one, several) for one in several}


def _nobodys(one: Merged, several: Sequence[Merged]) -> Left:
    others = " and ".join(short_id(other.ticket.id) for other in several if other is not one)
    commit = one.evidence.commit
    reason = f"{commit[:12]} has its change, but so has ticket {others}, and nothing there names either"
    return left(one.ticket, "ambiguous", reason, commit)


def _is_named(look: Look, one: Merged, others: Collection[Merged] = ()) -> bool:
    """Whether what shows a ticket's work names it: its id, its branch, or a commit of that which no other has.

    A commit is named by its subject in a line of its own, or by its author's time, which a pick keeps.
    """
    rows = rows_of(look.repository, one.evidence.commits)
    text = "\n".join(row.message for row in rows)
    if names(text, one.ticket.id) or re.search(rf"(?<![\w-]){re.escape(one.ticket.branch or '')}(?![\w-])", text):
        return True
    own, theirs = _own(look, one), [row for other in others for row in _own(look, other)]
    subjects = {bare_line(row.signed[2]) for row in own} - {bare_line(row.signed[2]) for row in theirs} - {""}
    times = {row.signed[1] for row in own} - {row.signed[1] for row in theirs}
    return not subjects.isdisjoint(map(bare_line, text.splitlines())) or any(row.signed[1] in times for row in rows)


def _own(look: Look, one: Merged) -> list[Row]:
    evidence = one.evidence
    (first,) = rows_of(look.repository, evidence.commits[:1])
    without = [oid for oid in (evidence.base, first.before) if oid is not None]
    return [row for row in own_rows(look, evidence.head, without) if len(row.parents) < 2] if without else []
