"""What was judged is asked again in the last moment before anything is moved or removed: others act in between."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.inside import inside
from tests.merge.fates import Fates, at_network, fates
from tests.merge.verdicts import is_merged, journal_of, require_end, require_never_half
from tests.merge.worlds import Kind, World, world

YOI = f"'{sys.executable}' -m git_yoi"


@pytest.fixture
def fated(tmp_path: Path) -> Iterator[Fates]:
    with fates(tmp_path) as made:
        yield made


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path / "world", Kind()) as made:
        yield made


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path / "world", Kind(remote=True)) as made:
        yield made


def step(fated: Fates, made: World, words: tuple[str, ...], begins: str) -> int:
    """The number of the first step that begins so; everything is put back after the run that told it."""
    steps = fated.run(made.ada.path, *words).steps
    made.back()
    return next(number for number, said in enumerate(steps, 1) if said.startswith(begins))


def test_a_commit_that_came_to_the_branch_in_the_last_moment_is_not_passed_over(fated: Fates, shared: World) -> None:
    made = shared
    journal = step(fated, made, made.words, "rename world/ada/.git/yoi/journal.new")
    more = f"cd '{made.worktree}'; echo more > more; git add more; git commit -q -m More"
    ran = fated.run(made.ada.path, *made.words, "--json", at=journal, act=more).ran
    assert ran.error == "stale-approval", ran
    assert not require_never_half(made, ran)
    assert not journal_of(made.ada).exists()
    inside(made.ada, "complete", made.ticket, "--override", "-m", "One more line.", "--json")
    require_end(made, ran)


def test_what_was_judged_and_is_gone_since_is_built_anew_and_not_pushed(fated: Fates, shared: World) -> None:
    """A kill before the push, and then somebody tidies up: nothing refers to the merge but the journal."""
    made = shared
    push = step(fated, made, made.words, "git push")
    assert fated.run(made.ada.path, *made.words, at=push).ran.code == -signal.SIGKILL
    assert journal_of(made.ada).exists()
    made.ada.git("prune", "--expire=now")
    inside(made.ada, *made.words, "--json")
    require_end(made, "pruned")


def test_a_branch_that_was_taken_into_another_worktree_meanwhile_is_kept(fated: Fates, alone: World) -> None:
    made = alone
    gone = step(fated, made, made.words, "rename world/ada/.git/worktrees/")
    twin = f"git -C '{made.ada.path}' worktree add -q -f '{made.root}/twin' '{made.branch}'"
    ran = fated.run(made.ada.path, *made.words, "--json", at=gone, act=twin).ran
    cleaned = ran.json["data"]["cleaned"]
    assert (cleaned["worktree"], cleaned["branch"]) == (True, False), ran
    assert cleaned["kept_because"] == ["the branch is in use in another worktree"]
    assert made.ada.git("rev-parse", "HEAD", cwd=made.root / "twin") == made.ada.git("rev-parse", made.branch)


def test_a_removal_that_was_killed_half_way_goes_on_in_the_same_place(fated: Fates, alone: World) -> None:
    made = alone
    gone = step(fated, made, made.words, "rename world/ada/.git/worktrees/")
    assert fated.run(made.ada.path, *made.words, at=gone).ran.code == -signal.SIGKILL
    assert not made.worktree.exists()
    inside(made.ada, "comment", made.other, "-m", "goes on")
    trash = made.ada.path / ".git/yoi/trash"
    (folder,) = (one.parent for one in trash.glob("*/origin.json"))
    assert (folder / "git-entry/HEAD").read_text() == f"ref: refs/heads/{made.branch}\n"
    assert (folder / "worktree" / made.file).read_text() == "work\n"
    require_end(made, "killed")


def test_a_ticket_that_was_closed_otherwise_meanwhile_is_not_closed_by_reconcile(fated: Fates, alone: World) -> None:
    made = alone
    made.ada.git("merge", "-q", "--no-ff", "--no-edit", made.branch)
    steps = fated.run(made.ada.path, "reconcile", "--dry-run").steps
    made.back()
    made.ada.git("merge", "-q", "--no-ff", "--no-edit", made.branch)
    closes = f"cd '{made.ada.path}'; {YOI} close {made.ticket} --as wontfix -m no >/dev/null"
    ran = fated.run(made.ada.path, "reconcile", "--json", at=len(steps), act=closes).ran
    assert (ran.code, ran.json["data"]["closed"]) == (0, []), ran
    shown = inside(made.ada, "show", made.ticket, "--json").data
    assert (shown["resolution"]["as"], shown["merge"]) == ("wontfix", None)
    assert [one["kind"] for one in shown["entries"]].count("close") == 1


def test_a_merge_that_lands_while_reconcile_looks_is_never_told_as_missing(fated: Fates, shared: World) -> None:
    made = shared
    assert made.bea is not None
    steps = fated.run(made.ada.path, "reconcile").steps
    lands = f"cd '{made.bea.path}'; ({YOI} sync; {YOI} complete {made.ticket}) >/dev/null"
    for at in at_network(steps):
        made.back()
        ran = fated.run(made.ada.path, "reconcile", "--json", at=at, act=lands).ran
        assert ran.code == 0, (at, ran)
        assert (ran.json["data"]["left"], ran.json["data"]["reopened"]) == ([], []), (at, ran)
        inside(made.ada, "sync")
        assert is_merged(made.ada, made, "origin/main")
        shown = inside(made.ada, "show", made.ticket, "--json").data
        assert (shown["state"], shown["resolution"]["as"]) == ("closed", "completed"), at


def test_what_another_clone_lands_meanwhile_is_told_as_closed_and_not_as_merged_by_others(
    fated: Fates, shared: World
) -> None:
    made = shared
    assert made.bea is not None
    steps = fated.run(made.ada.path, *made.words).steps
    lands = f"cd '{made.bea.path}'; ({YOI} sync; {YOI} complete {made.ticket}) >/dev/null"
    for at in [at for at in at_network(steps) if not steps[at - 1].startswith("git push")][:3]:
        made.back()
        ran = fated.run(made.ada.path, *made.words, "--json", at=at, act=lands).ran
        assert ran.error == "illegal-transition", (at, ran)
        assert require_never_half(made, ran)
