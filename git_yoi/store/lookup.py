"""What a check needs to know of tickets besides the one that it judges."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from git_yoi.domain.relations import Blocker, blockers


class Lookup(Protocol):
    """Facts about all tickets at one tip."""

    def matching(self, prefix: str) -> list[str]:
        """Ids that start with `prefix` without regard to case, an exact match alone if there is one; sorted."""
        ...

    def state(self, ticket_id: str) -> str | None:
        """A ticket's state, None where nobody has it."""
        ...

    def relations(self, ticket_id: str) -> list[tuple[str, str]]:
        """The forward relations (kind, other) that the ticket stores."""
        ...

    def incoming(self, ticket_id: str) -> list[tuple[str, str]]:
        """The relations (kind, other) that other tickets store towards this one."""
        ...

    def damage(self, ticket_id: str) -> str | None:
        """Why the ticket cannot be written (a corrupt entry that no `repair` followed, a bad file), or None."""
        ...

    def branches(self) -> list[tuple[str, str, str]]:
        """Id, state and branch of every ticket that records a branch, sorted by id."""
        ...

    def holders(self, ticket_id: str) -> list[str]:
        """Everybody who held the ticket once, as `Name <mail>`: the authors of its acceptances and takeovers."""
        ...


def blockers_of(lookup: Lookup, ticket_id: str) -> tuple[Blocker, ...]:
    """The unresolved tickets that stop this one."""
    forward = [(other, lookup.state(other)) for kind, other in lookup.relations(ticket_id) if kind == "depends-on"]
    inward = [(other, lookup.state(other)) for kind, other in lookup.incoming(ticket_id) if kind == "blocks"]
    return blockers(forward, inward)


def waits_for(lookup: Lookup, ticket_id: str) -> Iterable[str]:
    """The tickets that this one waits for, resolved or not: what a cycle of blocking is made of."""
    yield from (other for kind, other in lookup.relations(ticket_id) if kind == "depends-on")
    yield from (other for kind, other in lookup.incoming(ticket_id) if kind == "blocks")
