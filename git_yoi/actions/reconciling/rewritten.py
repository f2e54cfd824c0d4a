"""What became of a recorded merge when its target was rewritten: the same in other commits, or nobody can tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from git_yoi.actions.reconciling.outcomes import Left
from git_yoi.actions.reconciling.tickets import Recorded
from git_yoi.domain.ids import short_id
from git_yoi.git.branches import merge_base
from git_yoi.git.evidence import kinds
from git_yoi.git.first_parents import Row, rows_of
from git_yoi.merge.evidence.look import Look
from git_yoi.merge.evidence.model import Evidence, by_tree
from git_yoi.merge.evidence.own import is_anothers, own_rows
from git_yoi.merge.evidence.words import names, says_it_reverts, says_it_takes_back

if TYPE_CHECKING:
    from git_yoi.actions.reconciling.targets import Targets
    from git_yoi.actions.session import Session


def made_again(targets: Targets, target: str, record: Recorded, others: frozenset[str]) -> tuple[Evidence, str] | None:
    """The newest commit that makes the very step of a merge, from the same tree to the same, and the tip that has it.

    So a conflict that was resolved by hand is the same, too. `others` are the merges of other tickets.
    """
    if not _is_here(targets.session, record.commit):
        return None
    look = targets.look
    (merge,) = rows_of(look.repository, [record.commit])
    step = (look.tree(merge.before), look.tree(merge.commit))
    for tip in targets.tips(target) if step[0] != step[1] else ():
        for row in reversed(look.line_above(tip, record.commit)):
            if look.tree(row.commit) != step[1] or look.tree(row.before) != step[0]:
                continue
            if row.commit not in others and not is_anothers(look, row, record.id):
                return by_tree(record.head, record.base, record.strategy, (row.commit,)), tip
    return None


def cannot_tell(targets: Targets, target: str, record: Recorded) -> Left | None:
    """Said of a merge that cannot be compared with the target as it is now: its work may be there all the same."""
    session, tips, near = targets.session, targets.tips(target), None
    if not _is_here(session, record.commit):
        why = "is not in this clone any more"
    elif not any(merge_base(session.repository, tip, record.commit) for tip in tips):
        why = "shares no commit with it"
    elif (near := next(filter(None, (_alike(targets.look, tip, record) for tip in tips)), None)) is not None:
        why = f"may be {near[:12]} now, which has other content"
    else:
        return None
    reason = (
        f"{target} was rewritten, and its merge {record.commit[:12]} {why}: nothing tells whether its work is there;"
        f" if it is not, git yoi reopen {short_id(record.id)} -m WHY"
    )
    return Left(record.id, record.title, target, "rewritten", reason, near or record.commit)


def _alike(look: Look, tip: str, record: Recorded) -> str | None:
    """A commit that names the ticket, or is signed like its merge; or the last of those like all that it brought."""
    line = look.line_above(tip, record.commit)
    kept = [row for row in line if not _is_taken_back(row, line)]
    if named := [row.commit for row in kept if names(row.message, record.id) and not says_it_takes_back(row.message)]:
        return named[-1]
    by = {row.signed: row.commit for row in kept}
    (merge,) = rows_of(look.repository, [record.commit])
    if merge.signed in by:
        return by[merge.signed]
    brought = own_rows(look, merge.commit, merge.parents[:1]) if len(merge.parents) > 1 else []
    signed = [row.signed for row in brought if len(row.parents) < 2]
    return by[signed[-1]] if signed and all(each in by for each in signed) else None


def _is_taken_back(row: Row, line: Sequence[Row]) -> bool:
    return any(says_it_reverts(other.message, [row.commit]) for other in line)


def _is_here(session: Session, oid: str) -> bool:
    return kinds(session.repository, [oid]).get(oid) == "commit"
