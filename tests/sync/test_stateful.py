"""Random histories of 2 to 5 clones around one hub, with races, kills, cut connections and lost answers.

GIT_YOI_TEST_STEPS says how many steps in all; GIT_YOI_TEST_SEED plays one seed; GIT_YOI_TEST_SCRIPT (a file of steps,
as a failure prints them) plays that script in the world of that seed; GIT_YOI_TEST_SHRINK shrinks a failure for so many
seconds.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.sync.machine import play, read_script, script
from tests.sync.machine_faults import Fault
from tests.sync.machine_process import Forge
from tests.sync.machine_steps import Step, draw

# Read here: no test sees the variables that begin so.
STEPS = int(os.environ.get("GIT_YOI_TEST_STEPS", "120"))
SHRINK_SECONDS = float(os.environ.get("GIT_YOI_TEST_SHRINK", "0"))
SEED, SCRIPT = os.environ.get("GIT_YOI_TEST_SEED"), os.environ.get("GIT_YOI_TEST_SCRIPT")
LENGTHS = (60, 60, 60, 180)


def seeds() -> list[int]:
    """As many seeds as have that many steps together."""
    if SEED:
        return [int(SEED)]
    found: list[int] = []
    left = STEPS
    while left > 0:
        found.append(len(found))
        left -= LENGTHS[found[-1] % len(LENGTHS)]
    return found


def steps_of(seed: int) -> list[Step]:
    """The steps of a seed, or of the script that is to be played."""
    return read_script(Path(SCRIPT).read_text()) if SCRIPT else draw(seed, LENGTHS[seed % len(LENGTHS)])


def formats_of(seed: int, git_version: tuple[int, ...]) -> tuple[str, ...]:
    """What `git init` is given: every fifth world is SHA-256, and another fifth reftable where git has it."""
    if seed % 5 == 4:
        return ("--object-format=sha256",)
    return ("--ref-format=reftable",) if seed % 5 == 2 and git_version >= (2, 45) else ()


@pytest.fixture
def forge() -> Iterator[Forge]:
    made = Forge()
    yield made
    made.close()


@pytest.mark.parametrize("seed", seeds())
def test_whatever_happens_the_clones_come_together_and_every_promise_is_kept(
    seed: int,
    tmp_path: Path,
    forge: Forge,
    git_version: tuple[int, ...],
    record_property: Callable[[str, object], None],
) -> None:
    steps, formats = steps_of(seed), formats_of(seed, git_version)
    try:
        ended = play(tmp_path / "world", seed, steps, forge, *formats)
    except AssertionError as error:
        fewer = shrunk(tmp_path / "world", seed, steps, forge, *formats, broken=what(error))
        pytest.fail(f"seed {seed}: {error}\n{script(fewer)}", pytrace=False)
    record_property("ended", dict(sorted(ended.items())))


@pytest.mark.parametrize("kind", ["race", "race-lost", "cut-race", "cut", "lost", "cut-dead", "drop"])
def test_two_starts_that_meet_at_the_push_leave_one_holder(kind: str, tmp_path: Path, forge: Forge) -> None:
    plain = ("comment", 0, 0)
    steps = [Step(verb, 0, 1, 1, Fault(), plain) for verb in ("new", "ready", "queue", "sync")]
    steps += [Step(verb, clone, 1, 1, Fault(), plain) for verb, clone in (("sync", 1), ("sync", 0))]
    steps += [Step("start", 0, 1, 1, Fault(kind, "push"), ("start", 0, 1))]
    # The other clone tries too; and the first one learns, or goes on with, what nobody could tell it.
    steps += [Step("start", clone, 1, 1, Fault(), plain) for clone in (1, 0)]
    # The world of this seed has two clones.
    ended = play(tmp_path / "world", 16, steps, forge)
    assert ended["start ok"] == 1


def what(error: AssertionError) -> str:
    """Which promise was broken, without the ids and the step."""
    return str(error.__cause__)[:20]


def shrunk(root: Path, seed: int, steps: Sequence[Step], forge: Forge, *formats: str, broken: str) -> Sequence[Step]:
    """The steps without such as the failure does not need, as far as the time allows."""
    until = time.monotonic() + SHRINK_SECONDS
    size = len(steps) // 2
    while size and time.monotonic() < until:
        for begin in range(len(steps) - size, -1, -size):
            fewer = [*steps[:begin], *steps[begin + size :]]
            if time.monotonic() < until and outcome(root, seed, fewer, forge, *formats) == broken:
                steps = fewer
        size //= 2
    return steps


def outcome(root: Path, seed: int, steps: Sequence[Step], forge: Forge, *formats: str) -> str:
    """Which promise the steps break, if any."""
    try:
        play(root, seed, steps, forge, *formats)
    except AssertionError as error:
        return what(error)
    return ""
