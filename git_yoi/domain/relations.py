"""Relations between tickets: their kinds, their inverses, what blocks what, and cycles of blocking."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from git_yoi.domain.states import INPROGRESS, QUEUED, RESOLVED

# Only the forward direction is stored; the inverse is what the other ticket shows (mission.md, point 7).
INVERSES = {
    "depends-on": "required-by",
    "blocks": "blocked-by",
    "related": "related",
    "supersedes": "superseded-by",
    "duplicate-of": "duplicated-by",
}
KINDS = tuple(INVERSES)


@dataclass(frozen=True, slots=True)
class Blocker:
    """A ticket that stops another, its state, and the relation by which it does (`depends-on` or `blocks`)."""

    id: str
    state: str
    kind: str


def blockers(
    depends_on: Iterable[tuple[str, str | None]], blocked_by: Iterable[tuple[str, str | None]]
) -> tuple[Blocker, ...]:
    """The unresolved ones among (id, state) pairs; a state of None, a ticket that nobody has, blocks too."""
    found = [Blocker(i, s or "missing", "depends-on") for i, s in depends_on if s not in RESOLVED]
    found += [Blocker(i, s or "missing", "blocks") for i, s in blocked_by if s not in RESOLVED]
    return tuple(sorted(found, key=lambda b: (b.id, b.kind)))


def stops_queueing(blocker: Blocker) -> bool:
    """Whether it stops even queueing: a blocker that is itself queued or in progress does not (mission.md, 8)."""
    return blocker.state not in (QUEUED, INPROGRESS)


def cycle(start: str, kind: str, other: str, waits_for: Callable[[str], Iterable[str]]) -> tuple[str, ...] | None:
    """The circle of waiting that the new relation would close, or None; `waits_for` gives what a ticket waits for."""
    if kind not in ("depends-on", "blocks"):
        return None
    waiter, awaited = (start, other) if kind == "depends-on" else (other, start)
    if waiter == awaited:
        return (waiter, waiter)
    came_from: dict[str, str] = {}
    queue = [awaited]
    for ticket in queue:
        for following in waits_for(ticket):
            if following == waiter:
                return _path(came_from, awaited, ticket, waiter)
            if following not in came_from and following != awaited:
                came_from[following] = ticket
                queue.append(following)
    return None


def _path(came_from: dict[str, str], awaited: str, last: str, waiter: str) -> tuple[str, ...]:
    back = [last]
    while back[-1] != awaited:
        back.append(came_from[back[-1]])
    return (waiter, *reversed(back), waiter)
