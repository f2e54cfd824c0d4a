"""Servers that lie, and connections that break around the update: one holder, whatever the clones were told."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.conftest import Repo
from tests.inside import inside
from tests.servers import AGREES, CUT_AFTER, CUT_BEFORE, DROPS, HONEST, Conduct
from tests.sync.hubs import Hub, make_hub
from tests.sync.racers import racers, together
from tests.sync.scene import (
    NOTHING,
    acceptances,
    holder,
    queued_everywhere,
    require_agreement,
    shared,
    work_of,
)

LOST = [CUT_BEFORE, CUT_AFTER]


def mend(conduct: Conduct) -> None:
    """The server is well again."""
    conduct.push, conduct.rest, conduct.gone = HONEST, HONEST, False


def start(clone: Repo, ticket: str) -> int:
    return inside(clone, "start", ticket, "--json", code=None).code


def require_one_holder(hub: Hub, clones: list[Repo], ticket: str, name: str) -> None:
    """The hub's record has one acceptance, that one's; nobody else has a branch, a worktree, or a record to settle."""
    require_agreement(hub, clones)
    assert acceptances(hub.repo, ticket) == 1
    for clone in clones:
        assert holder(clone, ticket) == name
        mine = clone.git("config", "user.name") == name
        branches, worktrees, unsettled = work_of(clone, ticket)
        assert (len(branches), bool(worktrees), unsettled) == ((1, True, False) if mine else (0, False, False)), clone


def test_a_server_that_says_ok_to_both_racers_gives_one_holder(tmp_path: Path) -> None:
    conduct = Conduct()
    with make_hub(tmp_path, "http", conduct) as hub:
        clones = shared(hub)
        [ticket] = queued_everywhere(clones)
        conduct.push = AGREES
        conduct.gate = threading.Barrier(2, action=lambda: setattr(conduct, "gate", None))
        with racers(clones) as ready:
            ran = together(ready, [["start", ticket, "--json"]] * 2)
        assert conduct.pushes[-2:] == [AGREES, AGREES]
        assert sorted(one.code for one in ran) == [0, 5], ran
        loser = [one.code for one in ran].index(5)
        assert ran[loser].error == "taken"
        assert work_of(clones[loser], ticket) == NOTHING
        mend(conduct)
        require_one_holder(hub, clones, ticket, ("Bea", "Ada")[loser])


def test_a_server_that_drops_what_it_said_ok_to_gives_nobody_the_ticket(tmp_path: Path) -> None:
    conduct = Conduct()
    with make_hub(tmp_path, "http", conduct) as hub:
        clones = shared(hub)
        [ticket] = queued_everywhere(clones)
        conduct.push = DROPS
        before = hub.repo.refs()
        assert start(clones[0], ticket) == 9
        assert hub.repo.refs() == before
        assert work_of(clones[0], ticket)[:2] == NOTHING[:2]
        mend(conduct)
        assert start(clones[1], ticket) == 0
        assert start(clones[0], ticket) == 5
        require_one_holder(hub, clones, ticket, "Bea")


def test_a_sync_that_a_server_drops_is_not_called_done(tmp_path: Path) -> None:
    conduct = Conduct()
    with make_hub(tmp_path, "http", conduct) as hub:
        clones = shared(hub)
        published = clones[0].git("rev-parse", "refs/yoi/published")
        inside(clones[0], "new", "Mine", "-m", "x")
        conduct.push = DROPS
        assert inside(clones[0], "sync", "--json", code=9).error in ("remote", "remote-unknown")
        assert clones[0].git("rev-parse", "refs/yoi/published") == published
        mend(conduct)
        assert inside(clones[0], "sync", "--json").data["sent"] == 1
        require_agreement(hub, clones)


@pytest.mark.parametrize("how", [*LOST, HONEST])
def test_a_lost_answer_is_unknown_and_the_next_start_settles_it(tmp_path: Path, how: str) -> None:
    conduct = Conduct()
    with make_hub(tmp_path, "http", conduct) as hub:
        clones = shared(hub)
        [ticket] = queued_everywhere(clones)
        conduct.push, conduct.gone = how, True
        ran = inside(clones[0], "start", ticket, "--json", code=9)
        assert ran.error == "remote-unknown"
        assert work_of(clones[0], ticket) == ([], [], True)
        assert acceptances(hub.repo, ticket) == (how != CUT_BEFORE)
        mend(conduct)
        held = inside(clones[0], "start", ticket, "--json").data
        assert (held["state"], held["generation"], held["remote_confirmed"]) == ("inprogress", 1, True)
        require_one_holder(hub, clones, ticket, "Ada")


@pytest.mark.parametrize("how", LOST)
def test_a_lost_answer_is_settled_by_the_next_sync(tmp_path: Path, how: str) -> None:
    conduct = Conduct()
    with make_hub(tmp_path, "http", conduct) as hub:
        clones = shared(hub)
        [ticket] = queued_everywhere(clones)
        conduct.push, conduct.gone = how, True
        inside(clones[0], "start", ticket, "--json", code=9)
        mend(conduct)
        told = inside(clones[0], "sync", "--json").data["claims"]
        # An acceptance that never arrived is none: there is nothing to tell of it, and the ticket is free.
        assert [one["ticket"] for one in told] == ([ticket] if how == CUT_AFTER else []), told
        assert holder(clones[0], ticket) == ("Ada" if how == CUT_AFTER else None)
        assert start(clones[0], ticket) == 0
        require_one_holder(hub, clones, ticket, "Ada")


@pytest.mark.parametrize(("how", "settles"), [(CUT_BEFORE, "start"), (CUT_BEFORE, "sync"), (CUT_AFTER, "sync")])
def test_another_clone_comes_between_a_lost_answer_and_its_settling(tmp_path: Path, how: str, settles: str) -> None:
    conduct = Conduct()
    with make_hub(tmp_path, "http", conduct) as hub:
        clones = shared(hub)
        [ticket] = queued_everywhere(clones)
        conduct.push, conduct.gone = how, True
        inside(clones[0], "start", ticket, "--json", code=9)
        mend(conduct)
        landed = how == CUT_AFTER
        assert start(clones[1], ticket) == (5 if landed else 0)
        if settles == "sync":
            inside(clones[0], "sync")
        assert start(clones[0], ticket) == (0 if landed else 5)
        require_one_holder(hub, clones, ticket, "Ada" if landed else "Bea")


@pytest.mark.parametrize("how", LOST)
def test_a_lost_answer_of_a_server_that_still_answers_is_looked_into_at_once(tmp_path: Path, how: str) -> None:
    conduct = Conduct()
    with make_hub(tmp_path, "http", conduct) as hub:
        clones = shared(hub)
        [ticket] = queued_everywhere(clones)
        conduct.push = how
        ran = inside(clones[0], "start", ticket, "--json", code=None)
        assert ran.code == 0 or ran.error in ("remote", "remote-unknown"), ran
        assert ran.code == 9 or how == CUT_AFTER
        assert bool(work_of(clones[0], ticket)[0]) == (ran.code == 0)
        mend(conduct)
        assert start(clones[1], ticket) == (5 if how == CUT_AFTER else 0)
        assert start(clones[0], ticket) == (5 if how == CUT_BEFORE or ran.code == 0 else 0)
        require_one_holder(hub, clones, ticket, "Ada" if how == CUT_AFTER else "Bea")


@pytest.mark.parametrize("how", LOST)
def test_a_takeover_whose_answer_was_lost_is_gone_on_with(tmp_path: Path, how: str) -> None:
    conduct = Conduct()
    with make_hub(tmp_path, "http", conduct) as hub:
        clones = shared(hub)
        [ticket] = queued_everywhere(clones)
        inside(clones[0], "start", ticket)
        conduct.push, conduct.gone = how, True
        assert inside(clones[1], "takeover", ticket, "-m", "Ada is away.", "--json", code=9).error == "remote-unknown"
        assert work_of(clones[1], ticket) == ([], [], True)
        mend(conduct)
        held = inside(clones[1], "takeover", ticket, "-m", "Ada is away.", "--json").data
        assert (held["generation"], held["remote_confirmed"]) == (2, True)
        require_agreement(hub, clones)
        assert hub.git("log", "--format=%s", "refs/yoi/tickets").count("takeover: ") == 1
        assert inside(clones[0], "report", ticket, "-m", "Done.", "--json", code=6).error == "fenced"


@pytest.mark.parametrize("hook", ["pre-receive", "post-receive"])
def test_a_receiver_that_dies_around_the_update(tmp_path: Path, hook: str) -> None:
    with make_hub(tmp_path) as hub:
        clones = shared(hub)
        [ticket] = queued_everywhere(clones)
        hub.hook(hook, "kill -9 $PPID")
        ran = inside(clones[0], "start", ticket, "--json", code=None)
        assert ran.code == 0 or ran.error in ("remote", "remote-unknown"), ran
        assert ran.code == 9 or hook == "post-receive"
        assert acceptances(hub.repo, ticket) == (hook == "post-receive")
        hub.hook(hook, "")
        again = inside(clones[0], "start", ticket, "--json", code=None)
        assert again.code == 0 or ran.code == 0
        require_one_holder(hub, clones, ticket, "Ada")


@pytest.mark.parametrize("how", LOST)
def test_a_lost_answer_to_a_sync_doubles_nothing_and_loses_nothing(tmp_path: Path, how: str) -> None:
    conduct = Conduct()
    with make_hub(tmp_path, "http", conduct) as hub:
        clones = shared(hub)
        ticket = inside(clones[0], "new", "Mine", "-m", "x", "-q").out.strip()
        conduct.push, conduct.gone = how, True
        assert inside(clones[0], "sync", "--json", code=9).error in ("remote", "remote-unknown")
        mend(conduct)
        inside(clones[0], "comment", ticket, "-m", "Meanwhile.")
        inside(clones[1], "new", "Theirs", "-m", "x")
        require_agreement(hub, clones)
        said = hub.repo.git("log", "--format=%s", "refs/yoi/tickets").splitlines()
        assert sorted(line for line in said if line.startswith(("create", "comment"))) == [
            "comment: Meanwhile.",
            "create: Mine",
            "create: Theirs",
        ]
