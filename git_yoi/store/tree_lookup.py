"""Facts about all tickets read from a snapshot's own tree: slow with many tickets, and needs nothing else."""

from __future__ import annotations

from functools import cached_property

from git_yoi.codec.json_line import CorruptError
from git_yoi.codec.ticket_file import decode_ticket
from git_yoi.domain.ticket import Ticket
from git_yoi.store.snapshot import Snapshot
from git_yoi.store.tree import ticket_blobs


class TreeLookup:
    """`store.lookup.Lookup` over one snapshot; a damaged ticket is as if nobody had it."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Look at nothing yet."""
        self._snapshot = snapshot

    @cached_property
    def _tickets(self) -> dict[str, Ticket]:
        found: dict[str, Ticket] = {}
        for ticket_id, oid in ticket_blobs(self._snapshot.objects, self._snapshot.tree):
            try:
                found[ticket_id] = decode_ticket(self._snapshot.objects.blob(oid))
            except CorruptError:
                continue
        return found

    def matching(self, prefix: str) -> list[str]:
        """Ids that start with `prefix`, whatever their case; an exact match alone."""
        wanted = prefix.lower()
        found = sorted(i for i in self._snapshot.ticket_ids() if i.lower().startswith(wanted))
        exact = [i for i in found if i == prefix]
        return exact or found

    def state(self, ticket_id: str) -> str | None:
        """A ticket's state."""
        found = self._tickets.get(ticket_id)
        return found.state if found else None

    def relations(self, ticket_id: str) -> list[tuple[str, str]]:
        """What the ticket stores."""
        found = self._tickets.get(ticket_id)
        return [(r.kind, r.id) for r in found.relations] if found else []

    def incoming(self, ticket_id: str) -> list[tuple[str, str]]:
        """What others store towards it."""
        return [(r.kind, t.id) for t in self._tickets.values() for r in t.relations if r.id == ticket_id]

    def damage(self, ticket_id: str) -> str | None:
        """What is wrong with the ticket's file; corrupt entries are not looked for."""
        try:
            self._snapshot.ticket(ticket_id)
        except CorruptError as error:
            return str(error)
        return None

    def branches(self) -> list[tuple[str, str, str]]:
        """Every ticket that records a branch."""
        return sorted((t.id, t.state, t.branch) for t in self._tickets.values() if t.branch is not None)

    def holders(self, ticket_id: str) -> list[str]:
        """Who held the ticket once: the only question here that the tree does not answer."""
        from git_yoi.store.threads import read_threads

        found = read_threads(self._snapshot.objects, self._snapshot.commit).found.get(ticket_id)
        entries = found.entries if found else []
        return [str(entry.actor) for entry, _ in entries if entry.event.name in ("accept", "takeover")]
