"""`complete` killed before every step that finds something new, in every kind of world: the next command finishes."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Repo
from tests.inside import inside
from tests.merge.fates import Fates, after_writes, fates
from tests.merge.verdicts import is_closed, journal_of, require_end, require_never_half
from tests.merge.worlds import Kind, World, world
from tests.sync.hubs import FORMATS

# A part of the steps here; all of them when GIT_YOI_TEST_ROUNDS asks for a long run.
EVERY = 1 if int(os.environ.get("GIT_YOI_TEST_ROUNDS", "0")) > 100 else 9
KINDS = [
    Kind(strategy="squash", place="elsewhere"),
    Kind(strategy="rebase", validate=True, keep=("--keep-worktree",)),
    Kind(strategy="ff", place="nowhere", keep=("--keep-branch",)),
    Kind(strategy="merge", format="sha256"),
    Kind(remote=True, strategy="merge", validate=True, place="elsewhere"),
    Kind(remote=True, strategy="squash", keep=("--keep-branch",)),
    Kind(remote=True, strategy="rebase", place="nowhere"),
    Kind(remote=True, strategy="ff", format="sha256", keep=("--keep-worktree",)),
]
KINDS += [Kind(format="reftable"), Kind(remote=True, format="reftable")] if "reftable" in FORMATS else []


@pytest.fixture
def fated(tmp_path: Path) -> Iterator[Fates]:
    with fates(tmp_path) as made:
        yield made


def by_itself(made: World, _where: object) -> None:
    """The same command once more; its end may be all that was missing."""
    inside(made.ada, *made.words, code=0 if not is_done(made) else None)


def by_another_verb(made: World, where: object) -> None:
    """A word on another ticket, from another worktree: it finishes a landing, or drops one that had not begun."""
    elsewhere = made.at_target or made.ada.path
    inside(Repo(elsewhere), "comment", made.other, "-m", "goes on")
    assert not journal_of(made.ada).exists(), where
    require_never_half(made, where)
    if not is_closed(made.ada, made, where):
        inside(made.ada, *made.words)


def by_a_sync(made: World, where: object) -> None:
    """Where nothing is shared there is none: then by a list of what is stuck, which changes nothing, and the verb."""
    inside(made.ada, *(("sync",) if made.kind.remote else ("status",)))
    require_never_half(made, where)
    by_itself(made, where)


FINISHERS = (by_itself, by_another_verb, by_a_sync)


def is_done(made: World) -> bool:
    return is_closed(made.ada, made, "") and not journal_of(made.ada).exists()


@pytest.mark.parametrize("number", range(len(KINDS)), ids=lambda n: KINDS[n].name)
def test_a_completion_killed_at_any_step_is_finished_by_whatever_comes_next(
    tmp_path: Path, fated: Fates, number: int
) -> None:
    with world(tmp_path / "world", KINDS[number]) as made:
        whole = fated.run(made.ada.path, *made.words)
        assert whole.ran.code == 0, whole.ran
        require_end(made, "whole")
        points = after_writes(whole.steps)
        assert len(points) > 15
        for turn, at in list(enumerate(points))[number % EVERY :: EVERY]:
            made.back()
            killed = fated.run(made.ada.path, *made.words, at=at)
            finish = FINISHERS[(turn // EVERY + turn) % len(FINISHERS)]
            where = (KINDS[number], at, whole.steps[at - 2 : at], finish.__name__)
            assert killed.ran.code == -signal.SIGKILL, (where, killed.ran)
            require_never_half(made, where)
            finish(made, where)
            require_end(made, where)
