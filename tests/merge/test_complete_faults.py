"""`complete` upon a remote that refuses, vanishes, lies or moves, at every step, also while a killed one is left.

Never merged and open, never closed and unmerged, neither there nor here; and whatever comes next comes to the end.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.inside import inside
from tests.merge.fates import Fates, after_writes, at_network, fates, play_all
from tests.merge.faults import FAULTS, STATES, Fault
from tests.merge.verdicts import (
    hub_of,
    is_closed,
    is_merged,
    journal_of,
    require_end,
    require_never_half,
    require_sound,
)
from tests.merge.worlds import Kind, World, world

# One cell of each fault here; all of them when GIT_YOI_TEST_ROUNDS asks for a long run.
FULL = int(os.environ.get("GIT_YOI_TEST_ROUNDS", "0")) > 100
PARTS = 2


@pytest.fixture
def fated(tmp_path: Path) -> Iterator[Fates]:
    with fates(tmp_path) as made:
        yield made


def by_itself(made: World, where: object) -> None:
    """The same command, until it lands or is told why not."""
    ran = inside(made.ada, *made.words, "--json", code=None)
    assert ran.code == 0 or ran.error == "illegal-transition", (where, ran)


def by_another_verb(made: World, where: object) -> None:
    """A word on another ticket; what it has dropped is completed anew."""
    inside(made.ada, "comment", made.other, "-m", "goes on")
    assert not journal_of(made.ada).exists(), where
    by_itself(made, where)


def by_another_clone(made: World, where: object) -> None:
    """The other clone completes the ticket, and is told so where it has landed already."""
    assert made.bea is not None
    inside(made.bea, "sync")
    made.bea.git("pull", "-q", "--rebase")
    ran = inside(made.bea, *made.words, "--json", code=None)
    assert ran.code == 0 or ran.error == "illegal-transition", (where, ran)
    inside(made.ada, "sync")
    made.ada.git("pull", "-q", "--ff-only", "origin", "main")


FINISHERS = (by_itself, by_another_verb, by_another_clone)


def act(made: World, script: str) -> None:
    subprocess.run(["sh", "-ec", script], check=True, cwd=made.root)


def require_others_go_on(made: World, where: object) -> None:
    """While nobody can tell: words on other tickets are written, on this one they are refused."""
    said = inside(made.ada, "comment", made.other, "-m", "meanwhile", "--json", code=None)
    assert said.code == 0, (where, said)
    if journal_of(made.ada).exists():
        assert "waits to be finished" in said.err, (where, said)
        refused = inside(made.ada, "comment", made.ticket, "-m", "x", "--json", code=9)
        assert refused.error == "remote-unknown", where


def come_to_the_end(made: World, fault: Fault, turn: int, where: object) -> None:
    landed = is_closed(hub_of(made) or made.ada, made, where)
    require_others_go_on(made, where)
    act(made, fault.heal(made))
    if fault.codes and not landed:
        fault.remedy(made)
    finish = FINISHERS[turn % len(FINISHERS)]
    if not fault.ends and not landed:
        refused = inside(made.ada, *made.words, "--json", code=4)
        assert refused.error in fault.codes, where
        assert not is_merged(made.ada, made), where
        assert not journal_of(made.ada).exists(), where
        require_sound(made.ada, where)
        return
    finish(made, where)
    require_never_half(made, where)
    require_end(made, where, tidy=False)


def cells(steps: list[int], part: int) -> list[tuple[int, str, int, int]]:
    """A number, a fault, a step, and how it is finished; here each fault has one of its own."""
    every = [(name, step, finish) for name in FAULTS for step in range(len(steps)) for finish in range(len(FINISHERS))]
    if not FULL:
        every = [(name, 5 * n // 2 % len(steps), n % len(FINISHERS)) for n, name in enumerate(FAULTS)]
    return [(number, name, steps[step], finish) for number, (name, step, finish) in enumerate(every)][part::PARTS]


@pytest.mark.parametrize("part", range(PARTS))
def test_a_remote_that_fails_or_moves_at_any_step_never_gets_half_of_a_completion(
    tmp_path: Path, fated: Fates, part: int
) -> None:
    with world(tmp_path / "world", Kind(remote=True), *STATES) as made:
        whole = fated.run(made.ada.path, *made.words)
        assert whole.ran.code == 0, whole.ran

        def play(cell: tuple[int, str, int, int]) -> None:
            _, name, at, finish = cell
            made.back()
            fault = FAULTS[name]
            ran = fated.run(made.ada.path, *made.words, "--json", at=at, act=fault.strike(made)).ran
            where = (whole.steps[at - 1][:70], FINISHERS[finish].__name__, ran)
            assert ran.code == 0 or ran.error in fault.codes, where
            assert require_never_half(made, where) or ran.code != 0, where
            come_to_the_end(made, fault, finish, where)

        play_all(cells(at_network(whole.steps), part), play)


@pytest.mark.parametrize("part", range(PARTS))
def test_a_remote_that_fails_or_moves_while_a_killed_completion_is_left(
    tmp_path: Path, fated: Fates, part: int
) -> None:
    with world(tmp_path / "world", Kind(remote=True), *STATES) as made:
        whole = fated.run(made.ada.path, *made.words)
        push = next(number for number, step in enumerate(whole.steps, 1) if "--atomic" in step)
        ends = next(number for number, step in enumerate(whole.steps, 1) if step.startswith("git read-tree -m"))

        def play(cell: tuple[int, str, int, int]) -> None:
            _, name, at, finish = cell
            made.back()
            fault = FAULTS[name]
            killed = fated.run(made.ada.path, *made.words, at=at)
            where = (whole.steps[at - 1][:70], FINISHERS[finish].__name__)
            assert killed.ran.code == -signal.SIGKILL, where
            require_never_half(made, where)
            act(made, fault.strike(made))
            inside(made.ada, "comment", made.other, "-m", "meanwhile")
            come_to_the_end(made, fault, finish, where)

        play_all(cells([number for number in after_writes(whole.steps) if push <= number <= ends], part), play)
