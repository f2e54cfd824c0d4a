"""What both formats of import share: which tickets are here already, under which id, with which entries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from git_yoi.codec.json_line import CorruptError
from git_yoi.store.nonces import known_nonces

if TYPE_CHECKING:
    from git_yoi.codec.yoi_backend.source import Problem
    from git_yoi.domain.ticket import Ticket
    from git_yoi.store.lookup import Lookup
    from git_yoi.store.snapshot import Snapshot


Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import: tickets read; entries added; tickets that are new, got entries, or had them all.

    `thread_entries` counts what the source's threads hold, known here or not, but for tickets that are refused;
    `refused` counts tickets whose id another has; `unmapped` is what could not be taken over as it stands, and why.
    """

    tickets: int
    entries: int
    thread_entries: int
    new: int
    updated: int
    unchanged: int
    refused: int
    unmapped: tuple[Problem, ...]
    tip: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a ticket cannot be imported."""

    what: str


@dataclass
class Present:
    """The tickets of one snapshot, and those that this import adds; `look` gives facts about a snapshot's tickets."""

    snapshot: Snapshot
    look: Callable[[Snapshot], Lookup]
    taken: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Note every id that is taken, by its folded form."""
        self.taken = {ticket_id.casefold(): ticket_id for ticket_id in self.snapshot.ticket_ids()}
        self._added: set[str] = set()

    @cached_property
    def _nonces(self) -> dict[str, set[str]]:
        return known_nonces(self.snapshot.objects, self.snapshot.commit)

    @cached_property
    def _lookup(self) -> Lookup:
        return self.look(self.snapshot)

    def nonces(self, ticket_id: str) -> set[str]:
        """The nonces of a ticket's thread."""
        return self._nonces.get(ticket_id, set())

    def claim(self, ticket_id: str) -> Ticket | Refusal | None:
        """The ticket that is there under this id, None for none; a refusal when the id cannot be had."""
        other = self.taken.get(ticket_id.casefold())
        if ticket_id in self._added:
            return Refusal(f"{ticket_id} came twice in this import; only the first was taken")
        if other is not None and other != ticket_id:
            return Refusal(f"its id {ticket_id} differs from {other} by case only")
        self._added.add(ticket_id)
        self.taken[ticket_id.casefold()] = ticket_id
        if other is None:
            return None
        if problem := self._lookup.damage(ticket_id):
            return Refusal(f"ticket {ticket_id} is damaged here: {problem}")
        try:
            return self.snapshot.ticket(ticket_id)
        except CorruptError as error:
            return Refusal(f"ticket {ticket_id} is damaged here: {error}")
