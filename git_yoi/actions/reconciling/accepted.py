"""Whether what takes a ticket's lines out again is another ticket's work: accepted, on the record, and no revert.

A ticket "Remove the workaround" does to the one that made it just what a revert would do. Only words tell them apart.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from git_yoi.actions.reconciling.tickets import Recorded, evidence_of
from git_yoi.git.first_parents import Row, line_above, rows_of
from git_yoi.merge.evidence.own import own_rows
from git_yoi.merge.evidence.words import speaks_of_undoing, tickets_named

if TYPE_CHECKING:
    from git_yoi.actions.reconciling.outcomes import Merged
    from git_yoi.actions.session import Session
    from git_yoi.merge.evidence.look import Look
    from git_yoi.merge.evidence.model import Undone

# A record of a rebase names its last commit; to find the others again costs some git children each.
_MOST = 20


@dataclass(frozen=True, slots=True)
class Work:
    """The merges to a target that tickets record, and those that were found just now."""

    session: Session
    look: Look
    recorded: Sequence[Recorded]
    found: Sequence[Merged]

    def has_taken_out(self, ticket_id: str, gone: Undone, tip: str) -> bool:
        """Whether all that took a ticket's work back on `tip` is others' accepted work, without a word of undoing."""
        return all(self._is_others(ticket_id, row, tip) for row in rows_of(self.session.repository, gone.by))

    def others(self, ticket_id: str) -> frozenset[str]:
        """The commits that are the merges of other tickets."""
        found = {commit for one in self.found if one.ticket.id != ticket_id for commit in one.evidence.commits}
        return frozenset(found | {one.commit for one in self.recorded if one.id != ticket_id})

    def _is_others(self, ticket_id: str, row: Row, tip: str) -> bool:
        brought = own_rows(self.look, row.commit, row.parents[:1]) if len(row.parents) > 1 else []
        messages = [row.message, *(one.message for one in brought)]
        named = frozenset[str]().union(*map(tickets_named, messages))
        if ticket_id.casefold() in named or any(map(speaks_of_undoing, messages)):
            return False
        titles = self._titles(named) or list(self._owners(ticket_id, row.commit, tip))
        return bool(titles) and not any(map(speaks_of_undoing, titles))

    def _titles(self, named: Collection[str]) -> list[str]:
        """The titles of the tickets that there are of those that a message names."""
        index, query = self.session.index(), "SELECT title FROM tickets WHERE lower(id) = ?"
        return [str(row[0]) for ticket_id in sorted(named) for row in index.rows(query, (ticket_id,))]

    def _owners(self, ticket_id: str, commit: str, tip: str) -> Iterator[str]:
        """The titles of the other tickets whose merge a commit is, or is a part of."""
        yield from (one.ticket.title for one in self.found if commit in one.evidence.commits)
        others = [one for one in self.recorded if one.id != ticket_id]
        yield from (one.title for one in others if one.commit == commit)
        place = {row.commit: at for at, row in enumerate(line_above(self.session.repository, tip, commit))}
        rows = [one for one in others if one.strategy not in ("merge", "squash") and one.commit in place]
        for one in sorted(rows, key=lambda one: place[one.commit])[:_MOST]:
            evidence = evidence_of(self.session, one, tip)
            if evidence is not None and commit in evidence.commits:
                yield one.title
