"""What of the record cannot be read: corrupt entries, until their ticket's `repair`, and tickets' bad files."""

from __future__ import annotations

from typing import NamedTuple

from git_yoi.index.view import Index

_QUERY = """
SELECT b.id, b.ticket, b.problem FROM bad_entries b
WHERE (:ticket IS NULL OR b.ticket = :ticket)
  AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.ticket = b.ticket AND e.kind = 'repair' AND e.n > b.n
                  AND e.rejected IS NULL)
UNION ALL
SELECT (SELECT e.id FROM entries e WHERE e.ticket = f.ticket ORDER BY e.n DESC LIMIT 1), f.ticket, f.problem
FROM bad_files f WHERE :ticket IS NULL OR f.ticket = :ticket
"""


class Damage(NamedTuple):
    """A commit that cannot be read, or the last one of a ticket whose file cannot; either may be unknown."""

    commit: str | None
    ticket: str | None
    problem: str

    @property
    def text(self) -> str:
        """One line that names the commit and the ticket."""
        where = f"entry {self.commit[:12]}" if self.commit else "an entry"
        return f"{where} of ticket {self.ticket or 'unknown'} is corrupt: {self.problem}"


def damage(index: Index, ticket_id: str | None = None) -> list[Damage]:
    """What is damaged, of one ticket or of all."""
    return [Damage(*row) for row in index.rows(_QUERY, {"ticket": ticket_id})]
