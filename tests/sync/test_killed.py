"""`sync` and a shared `start` killed at every step: the next one finishes, and nothing is lost or done twice."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from git_yoi.git.objects import open_objects
from git_yoi.git.repository import discover
from git_yoi.store.history import order
from tests.conftest import Repo
from tests.inside import inside
from tests.killing import Killer, make_killer, points
from tests.merge.test_killed_inside_git import deadly_prefix
from tests.sync.hubs import Hub, make_hub
from tests.sync.scene import (
    acceptances,
    holder,
    queued_everywhere,
    require_agreement,
    require_no_locks,
    shared,
    work_of,
)

# Some of the steps here; all of them when GIT_YOI_TEST_ROUNDS asks for a long run.
EVERY = 1 if int(os.environ.get("GIT_YOI_TEST_ROUNDS", "0")) > 100 else 4
WRITING = ("fetch", "push", "update-ref", "worktree", "config")


def steps_of(killer: Killer) -> list[tuple[int, str]]:
    """Where to kill; what stands before git's verb is taken off."""
    calls = []
    for call in killer.seen():
        words = call.split()
        while words and (words[0] == "-c" or words[0].startswith("--")):
            del words[: 2 if words[0] == "-c" else 1]
        calls.append(" ".join(words) or "?")
    return points(calls, WRITING)[::EVERY]


def diverge(clones: list[Repo], ticket: str, name: object) -> None:
    """Each side writes what the other does not have, on one ticket and on one of its own."""
    for number, clone in enumerate(clones):
        inside(clone, "comment", ticket, "-m", f"{name}, said by {number}.")
        inside(clone, "new", f"{name}, begun by {number}", "-m", "x")
    inside(clones[1], "sync")


def said(hub: Hub) -> list[str]:
    """Every entry that the hub has, in the record's order."""
    objects = open_objects(discover(hub.path, os.environ, explicit=True))
    commits = [commit for _, commit in order(objects, hub.tip()) if len(commit.parents) < 2]
    return [commit.message.decode().split("\n", 1)[0] for commit in commits]


def test_a_sync_killed_at_any_step_is_finished_by_the_next_one(tmp_path: Path) -> None:
    killer = make_killer(tmp_path / "bin")
    with make_hub(tmp_path) as hub:
        clones = shared(hub)
        [ticket] = queued_everywhere(clones)
        diverge(clones, ticket, "whole")
        assert killer.yoi(clones[0], "sync").code == 0
        steps = steps_of(killer)
        assert len(steps) * EVERY > 8
        for at, when in steps:
            diverge(clones, ticket, f"{when} {at}")
            before = said(hub)
            killed = killer.yoi(clones[0], "sync", at=at, when=when)
            assert killed.code == -signal.SIGKILL or len(killer.seen()) < at, (at, when, killed)
            inside(clones[0], "sync")
            require_no_locks(clones[0], (at, when))
            now = said(hub)
            # What was published keeps its order; what only the killed side had follows it, once.
            assert now[: len(before)] == before, (at, when)
            assert len(now) == len(before) + 2, (at, when, now)
        require_agreement(hub, clones)


def test_the_first_sync_killed_at_any_step_begins_the_sharing_with_the_next(tmp_path: Path) -> None:
    killer = make_killer(tmp_path / "bin")
    with make_hub(tmp_path) as hub:
        first = hub.clone(0)
        inside(first, "init")
        inside(first, "new", "Mine", "-m", "x")
        saved, configured = first.refs(), (first.path / ".git/config").read_text()
        assert killer.yoi(first, "sync").code == 0
        for at, when in steps_of(killer):
            for ref in ("refs/yoi/published", "refs/yoi/remotes/origin/tickets"):
                first.git("update-ref", "-d", ref)
            (first.path / ".git/config").write_text(configured)
            hub.repo.git("update-ref", "-d", "refs/yoi/tickets")
            assert first.refs() == saved
            killer.yoi(first, "sync", at=at, when=when)
            inside(first, "sync")
            assert first.git("config", "yoi.remote") == "origin", (at, when)
            assert hub.tip() == first.git("rev-parse", "refs/yoi/tickets"), (at, when)
            require_no_locks(first, (at, when))


def test_a_shared_start_killed_at_any_step_is_finished_by_the_next_one(tmp_path: Path) -> None:
    killer = make_killer(tmp_path / "bin")
    with make_hub(tmp_path) as hub:
        clones = shared(hub)
        tickets = queued_everywhere(clones, 60)
        assert killer.yoi(clones[0], "start", tickets.pop()).code == 0
        steps = steps_of(killer)
        assert 12 < len(steps) * EVERY < len(tickets)
        for (at, when), ticket in zip(steps, tickets, strict=False):
            killed = killer.yoi(clones[0], "start", ticket, at=at, when=when)
            if killed.code == 0:
                assert len(killer.seen()) < at, (at, when)
            else:
                assert killed.code == -signal.SIGKILL, (at, when, killed)
                again = inside(clones[0], "start", ticket, "--json", code=None)
                # Killed after everything was finished, there is nothing to go on with.
                assert again.code == 0 or (again.error == "taken" and at == len(killer.seen())), (at, when, again)
            branches, worktrees, unsettled = work_of(clones[0], ticket)
            assert (len(branches), bool(worktrees), unsettled) == (1, True, False), (at, when)
            assert (acceptances(hub.repo, ticket), holder(clones[0], ticket)) == (1, "Ada"), (at, when)
            require_no_locks(clones[0], (at, when))
        require_agreement(hub, clones)


@pytest.mark.parametrize("verb", ["start", "sync"])
def test_whoever_comes_between_a_kill_and_the_next_attempt_is_no_second_holder(tmp_path: Path, verb: str) -> None:
    killer = make_killer(tmp_path / "bin")
    with make_hub(tmp_path) as hub:
        clones = shared(hub)
        tickets = queued_everywhere(clones, 12)
        assert killer.yoi(clones[0], "start", tickets.pop()).code == 0
        calls = killer.seen()
        near = [n for n, call in enumerate(calls, 1) if " push " in f" {call} "]
        assert len(near) == 1
        for at, when in [(near[0], "before"), (near[0], "after"), (near[0] + 1, "before"), (near[0] + 1, "after")]:
            ticket = tickets.pop()
            landed = (at, when) != (near[0], "before")
            killer.yoi(clones[0], "start", ticket, at=at, when=when)
            assert inside(clones[1], "start", ticket, "--json", code=None).code == (5 if landed else 0), (at, when)
            if verb == "sync":
                inside(clones[0], "sync")
            assert inside(clones[0], "start", ticket, "--json", code=None).code == (0 if landed else 5), (at, when)
            winner, loser = clones if landed else reversed(clones)
            assert work_of(loser, ticket)[0] == [], (at, when)
            assert (len(work_of(winner, ticket)[0]), acceptances(hub.repo, ticket)) == (1, 1), (at, when)
        require_agreement(hub, clones)


# Git's own transaction dies at a chosen rename, with git-yoi or alone.
_DEADLY_UPDATE = """#!/bin/sh
if [ "$1" = update-ref ] && [ -n "$YOI_TEST_RENAME" ]; then
  {prefix} '{git}' "$@"
  code=$?
  if [ "$code" -ge 128 ] && [ -n "$YOI_TEST_CALLER" ]; then kill -9 $PPID; fi
  exit $code
fi
exec '{git}' "$@"
"""


@pytest.mark.parametrize("verb", ["sync", "start"])
def test_a_ref_transaction_killed_in_its_middle_is_finished_by_the_next_command(tmp_path: Path, verb: str) -> None:
    prefix, killer = deadly_prefix(tmp_path), make_killer(tmp_path / "bin")
    real = (killer.folder / "git").read_text().split("exec ", 1)[1].split("'")[1]
    (killer.folder / "git").write_text(_DEADLY_UPDATE.replace("{git}", real).replace("{prefix}", prefix or ""))
    with make_hub(tmp_path) as hub:
        clones = shared(hub)
        [shared_ticket, *tickets] = queued_everywhere(clones, 7)
        for number, ticket in enumerate(tickets if prefix is not None else []):
            rename, caller = number // 2 + 1, "yes" if number % 2 else ""
            diverge(clones, shared_ticket, number)
            env = {
                "PATH": f"{killer.folder}{os.pathsep}{os.environ['PATH']}",
                "YOI_TEST_RENAME": str(rename),
                "YOI_TEST_CALLER": caller,
            }
            words = [verb, *([ticket] if verb == "start" else [])]
            clones[0].yoi(*words, code=None, env=env)
            again = inside(clones[0], *words, "--json", code=None)
            assert again.code == 0 or again.error == "taken", (rename, caller, again)
            require_no_locks(clones[0], (rename, caller))
            if verb == "start":
                assert len(work_of(clones[0], ticket)[0]) == 1, (rename, caller)
                assert (acceptances(hub.repo, ticket), holder(clones[0], ticket)) == (1, "Ada"), (rename, caller)
        require_agreement(hub, clones)
        clones[0].git("fsck", "--strict")
