from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from git_yoi.domain.relations import INVERSES, Blocker, blockers, cycle, stops_queueing

NODES = "abcdefg"
graphs = st.dictionaries(st.sampled_from(NODES), st.lists(st.sampled_from(NODES), max_size=3), max_size=7)


def reaches(graph: dict[str, list[str]], start: str, goal: str) -> bool:
    """Whether `goal` is among what `start` waits for, however far: the plain closure."""
    closure = {start}
    for _ in NODES:
        closure |= {after for node in closure for after in graph.get(node, [])}
    return goal in closure


@given(graphs, st.sampled_from(NODES), st.sampled_from(NODES), st.sampled_from(["depends-on", "blocks"]))
def test_a_cycle_is_found_exactly_when_there_is_one(
    graph: dict[str, list[str]], start: str, other: str, kind: str
) -> None:
    waiter, awaited = (start, other) if kind == "depends-on" else (other, start)
    found = cycle(start, kind, other, lambda ticket: graph.get(ticket, []))
    assert (found is not None) == reaches(graph, awaited, waiter)
    if found is not None:
        assert found[0] == found[-1] == waiter
        steps = list(pairwise(found))
        assert steps[0] == (waiter, awaited)
        assert all(b in graph.get(a, []) for a, b in steps[1:])


@pytest.mark.parametrize("kind", [kind for kind in INVERSES if kind not in ("depends-on", "blocks")])
def test_what_never_blocks_makes_no_cycle(kind: str) -> None:
    assert cycle("a", kind, "b", lambda _: "a") is None


def test_only_unresolved_tickets_block_and_a_missing_one_does() -> None:
    found = blockers(
        [("a", "ready"), ("b", "done"), ("c", None), ("d", "closed")], [("e", "queued"), ("f", "closed"), ("g", None)]
    )
    assert found == (
        Blocker("a", "ready", "depends-on"),
        Blocker("c", "missing", "depends-on"),
        Blocker("e", "queued", "blocks"),
        Blocker("g", "missing", "blocks"),
    )


@pytest.mark.parametrize(
    ("state", "stops"),
    [("planning", True), ("ready", True), ("queued", False), ("inprogress", False), ("missing", True)],
)
def test_a_blocker_that_is_on_its_way_does_not_stop_queueing(state: str, stops: bool) -> None:
    assert stops_queueing(Blocker("a", state, "blocks")) is stops
