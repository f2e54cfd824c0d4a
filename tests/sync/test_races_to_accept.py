"""Two clones accept one ticket at the same moment, again and again, through every kind of hub: one of them has it.

A few rounds here; GIT_YOI_TEST_ROUNDS=200 plays 200 through a path and 50 through each server.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from tests.conftest import Ran, Repo
from tests.inside import inside
from tests.servers import Conduct
from tests.sync.hubs import NAMES, Hub, make_hub
from tests.sync.racers import racers, together
from tests.sync.scene import (
    NOTHING,
    acceptances,
    holder,
    queued_everywhere,
    require_agreement,
    shared,
    twin,
    work_of,
)

ROUNDS = int(os.environ.get("GIT_YOI_TEST_ROUNDS", "3"))


def require_one_winner(ran: list[Ran], clones: list[Repo], ticket: str) -> int:
    """One has the ticket and its branch; the other was told who, and has nothing; the winner's number."""
    codes = [one.code for one in ran]
    assert sorted(codes) == [0, 5], ran
    winner, loser = codes.index(0), codes.index(5)
    assert ran[winner].data["remote_confirmed"] is True
    assert ran[loser].error == "taken"
    said = ran[loser].json["error"]
    assert NAMES[winner] in str(said), said
    assert work_of(clones[loser], ticket) == NOTHING
    branches, _, unsettled = work_of(clones[winner], ticket)
    assert (len(branches), unsettled) == (1, False)
    return winner


@pytest.mark.parametrize("kind", ["path", "dulwich", "http"])
def test_two_clones_race_and_one_wins(tmp_path: Path, kind: str) -> None:
    rounds = ROUNDS if kind == "path" else max(ROUNDS // 4, 2)
    with make_hub(tmp_path, kind) as hub:
        clones = shared(hub)
        tickets = queued_everywhere(clones, rounds)
        wins = [0, 0]
        with racers(clones) as ready:
            for number, ticket in enumerate(tickets):
                how = ["--no-worktree"] if number else []
                ran = together(ready, [["start", ticket, *how, "--json"]] * 2)
                wins[require_one_winner(ran, clones, ticket)] += 1
        require_agreement(hub, clones)
        for ticket in tickets:
            assert acceptances(hub.repo, ticket) == 1
        assert {holder(clones[0], ticket) for ticket in tickets} <= {"Ada", "Bea"}
        print(f"{kind}: {rounds} rounds, Ada {wins[0]}, Bea {wins[1]}")  # noqa: T201  (figures of a long run, with -s)


def test_a_race_in_which_both_pushes_have_arrived_before_either_is_taken(tmp_path: Path) -> None:
    conduct = Conduct()
    with make_hub(tmp_path, "http", conduct) as hub:
        clones = shared(hub)
        for ticket in queued_everywhere(clones):
            # Once both have come, the loser's second attempt must not wait for anybody.
            conduct.gate = threading.Barrier(2, action=lambda: setattr(conduct, "gate", None))
            with racers(clones) as ready:
                ran = together(ready, [["start", ticket, "--no-worktree", "--json"]] * 2)
            require_one_winner(ran, clones, ticket)
        require_agreement(hub, clones)


_BOTH = """[ -e {here}/both ] && exit 0
echo x >> {here}/come
until [ "$(wc -l < {here}/come)" -ge 2 ]; do sleep 0.01; done
touch {here}/both"""


def test_a_race_that_git_itself_decides_on_disk(tmp_path: Path) -> None:
    # Both packs are in, both old values were seen: only the ref transaction of the hub tells one of them no.
    with make_hub(tmp_path) as hub:
        clones = shared(hub)
        [ticket] = queued_everywhere(clones)
        hub.hook("pre-receive", _BOTH.format(here=tmp_path))
        with racers(clones) as ready:
            ran = together(ready, [["start", ticket, "--json"]] * 2)
        require_one_winner(ran, clones, ticket)
        assert (tmp_path / "come").read_text() == "x\nx\n"
        require_agreement(hub, clones)


def test_starts_of_different_tickets_at_once_both_win(tmp_path: Path) -> None:
    with make_hub(tmp_path) as hub:
        clones = shared(hub)
        mine, theirs = queued_everywhere(clones, 2)
        hub.hook("pre-receive", _BOTH.format(here=tmp_path))
        with racers(clones) as ready:
            ran = together(ready, [["start", ticket, "--no-worktree", "--json"] for ticket in (mine, theirs)])
        assert [one.code for one in ran] == [0, 0], ran
        require_agreement(hub, clones)
        assert (holder(clones[0], mine), holder(clones[0], theirs)) == ("Ada", "Bea")


def crowd(hub: Hub, count: int) -> list[Repo]:
    """That many clones, each with a queued ticket of its own."""
    first = shared(hub, 1)[0]
    return [first, *(twin(hub, first, number) for number in range(1, count))]


def test_sixteen_clones_accept_their_own_tickets_at_once(tmp_path: Path) -> None:
    with make_hub(tmp_path) as hub:
        clones = crowd(hub, 16)
        tickets = queued_everywhere(clones[:1], 16)
        with racers(clones) as ready:
            ran = together(ready, [["start", ticket, "--no-worktree", "--json"] for ticket in tickets])
        assert [(one.code, one.out) for one in ran if one.code] == []
        inside(clones[0], "sync")
        assert [holder(clones[0], ticket) for ticket in tickets] == list(NAMES)
        require_agreement(hub, [clones[0], clones[15]])


def test_one_winner_though_both_act_under_one_identity(tmp_path: Path) -> None:
    with make_hub(tmp_path) as hub:
        clones = shared(hub)
        clones[1].git("config", "user.name", "Ada")
        clones[1].git("config", "user.email", "ada@example.org")
        for ticket in queued_everywhere(clones):
            with racers(clones) as ready:
                ran = together(ready, [["start", ticket, "--no-worktree", "--json"]] * 2)
            assert sorted(one.code for one in ran) == [0, 5], ran
            assert work_of(clones[[one.code for one in ran].index(5)], ticket) == NOTHING
            assert acceptances(hub.repo, ticket) == 1
        require_agreement(hub, clones)
