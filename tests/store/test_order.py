"""The order of a thread, over joins made by hand, against the rule as the design's model has it."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from git_yoi.git.objects import Objects
from git_yoi.git.raw import Commit
from git_yoi.store.history import order
from tests.memory import memory_objects
from tests.store.worlds import Store

PERSON = b"Ada <a@x> 0 +0000"


def model(parents: dict[str, tuple[str, ...]], tip: str) -> tuple[str, ...]:
    """What the first parent has, in its order; then what only the second has, in its; then the commit itself."""
    made: tuple[str, ...] = ()
    for parent in parents[tip]:
        known = set(made)
        made += tuple(oid for oid in model(parents, parent) if oid not in known)
    return (*made, tip)


def grow(objects: Objects, rnd: random.Random, size: int) -> dict[str, tuple[str, ...]]:
    """A history of random entries and joins, from one root."""
    tree = objects.write_tree({})
    parents: dict[str, tuple[str, ...]] = {}
    for n in range(size):
        known = list(parents)
        two = n > 2 and rnd.random() < 0.3
        chosen = tuple(rnd.sample(known[-5:], 2)) if two else tuple(known[-rnd.randint(1, 4) :][:1])
        oid = objects.write_commit(Commit(tree, chosen, PERSON, PERSON, f"{n}\n".encode()))
        parents[oid] = chosen
    return parents


@given(st.randoms(use_true_random=False), st.integers(1, 18))
@settings(max_examples=80, deadline=None)
def test_the_order_is_the_models(rnd: random.Random, size: int) -> None:
    objects = memory_objects()
    parents = grow(objects, rnd, size)
    for tip in parents:
        assert tuple(oid for oid, _ in order(objects, tip)) == model(parents, tip)


@given(st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_what_a_tip_adds_to_what_is_known_comes_in_its_order(rnd: random.Random) -> None:
    objects = memory_objects()
    parents = grow(objects, rnd, 14)
    first, tip = list(parents)[rnd.randrange(14)], list(parents)[-1]
    known = set(model(parents, first))
    added = [oid for oid, _ in order(objects, tip, set(known))]
    assert added == [oid for oid in model(parents, tip) if oid not in known]


def test_a_long_chain_needs_no_recursion() -> None:
    objects = memory_objects()
    tree, tip = objects.write_tree({}), ""
    for n in range(3000):
        tip = objects.write_commit(Commit(tree, (tip,) if tip else (), PERSON, PERSON, b"%d\n" % n))
    assert sum(1 for _ in order(objects, tip)) == 3000


@pytest.mark.parametrize("swap", [False, True])
def test_git_sees_the_first_parents_side_first(plain_store: Store, swap: bool) -> None:
    objects, root = plain_store.writer.objects, plain_store.tip()
    tree = objects.commit(root).tree
    sides = [objects.write_commit(Commit(tree, (root,), PERSON, PERSON, name)) for name in (b"one\n", b"two\n")]
    ordered = sides[::-1] if swap else sides
    join = objects.write_commit(Commit(tree, tuple(ordered), PERSON, PERSON, b"join\n"))
    assert [oid for oid, _ in order(objects, join)] == [root, *ordered, join]
    assert plain_store.repo.git("rev-list", "--first-parent", join).split() == [join, ordered[0], root]
