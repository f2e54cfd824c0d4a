"""The facts that a check needs of tickets besides its own (`store.lookup.Lookup`), from the index."""

from __future__ import annotations

from git_yoi.index.damage import damage
from git_yoi.index.view import Index


class IndexLookup:
    """`store.lookup.Lookup` over one index."""

    def __init__(self, index: Index) -> None:
        """Ask `index`."""
        self._index = index

    def matching(self, prefix: str) -> list[str]:
        """Ids that start with `prefix`, whatever their case; an exact match alone."""
        folded = prefix.lower()
        # A range, not LIKE: it uses the index, and % and _ mean themselves. No id has a character beyond "~".
        query = "SELECT id FROM ids WHERE folded >= ? AND folded < ? ORDER BY id"
        found = [row[0] for row in self._index.rows(query, (folded, folded + "~"))]
        exact = [i for i in found if i == prefix]
        return exact or found

    def state(self, ticket_id: str) -> str | None:
        """A ticket's state."""
        found = self._index.rows("SELECT state FROM tickets WHERE id = ?", (ticket_id,))
        return str(found[0][0]) if found else None

    def relations(self, ticket_id: str) -> list[tuple[str, str]]:
        """What the ticket stores."""
        query = "SELECT kind, other FROM relations WHERE ticket = ? ORDER BY n"
        return [(kind, other) for kind, other in self._index.rows(query, (ticket_id,))]

    def incoming(self, ticket_id: str) -> list[tuple[str, str]]:
        """What others store towards it."""
        query = "SELECT kind, ticket FROM relations WHERE other = ? ORDER BY ticket, n"
        return [(kind, ticket) for kind, ticket in self._index.rows(query, (ticket_id,))]

    def damage(self, ticket_id: str) -> str | None:
        """Why the ticket cannot be written, or None."""
        found = damage(self._index, ticket_id)
        return found[0].text if found else None

    def branches(self) -> list[tuple[str, str, str]]:
        """Every ticket that records a branch."""
        query = "SELECT id, state, branch FROM tickets WHERE branch IS NOT NULL ORDER BY id"
        return [(ticket, state, branch) for ticket, state, branch in self._index.rows(query)]

    def holders(self, ticket_id: str) -> list[str]:
        """Who held the ticket once."""
        query = "SELECT DISTINCT author FROM entries WHERE ticket = ? AND rejected IS NULL AND kind IN (?, ?)"
        return [str(row[0]) for row in self._index.rows(query, (ticket_id, "accept", "takeover"))]
