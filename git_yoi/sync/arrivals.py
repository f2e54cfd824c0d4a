"""What the remote brought, checked before the local ref moves: a bad ticket fails alone, a bad record as a whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from git_yoi.git.objects import Objects
from git_yoi.git.raw import Commit
from git_yoi.store.findings import Problem
from git_yoi.store.lineage import Difference
from git_yoi.store.snapshot import Snapshot
from git_yoi.store.verify import Progress, Standing, verify

_TICKET = re.compile(rb"^Yoi-Ticket: ([!-~]{1,64})$", re.MULTILINE)
Side = tuple[tuple[str, Commit], ...]


@dataclass(frozen=True, slots=True)
class Arrived:
    """The verdict: the first problem of each ticket that came in bad, and one that spoils the record itself."""

    tickets: Mapping[str, Problem]
    fatal: Problem | None


def check_arrivals(
    objects: Objects,
    tip: str,
    since: str | None,
    difference: Difference,
    progress: Progress = lambda _done, _total: None,
    standing: Standing = lambda _: {},
) -> Arrived:
    """Prove what `tip` adds to `since`, a tip of ours; YoiError `format` for a record of a newer format."""
    Snapshot(objects, tip).require_writable()
    # Whatever git fetches, it has seen to be whole.
    proof = verify(objects, tip, progress, since=since, difference=difference, whole=True, standing=standing)
    bad: dict[str, Problem] = {}
    fatal = None
    for problem in proof.problems:
        if problem.lost or not problem.tickets:
            fatal = fatal or problem
        for ticket in sorted(problem.tickets):
            bad.setdefault(ticket, problem)
    return Arrived(bad, fatal)


def tickets_of(side: Side) -> Counter[str]:
    """How many entries of each ticket one side has alone, by what their messages say; "" where one says nothing."""
    found: Counter[str] = Counter()
    for _, commit in side:
        if len(commit.parents) == 1:
            # Decoding sixty thousand entries once more to count them would be felt.
            named = _TICKET.findall(commit.message)
            found[named[-1].decode("ascii") if named else ""] += 1
    return found
