"""`start`, `takeover` and fencing where tickets are shared: nothing is made here that the remote has not confirmed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import Repo
from tests.inside import inside, queued
from tests.sync.hubs import TICKETS, Hub, make_hub
from tests.sync.scene import NOTHING, queued_everywhere, shared, work_of
from tests.sync.test_sync import synced, tip


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    """A bare hub at a path."""
    with make_hub(tmp_path) as made:
        return made


def start(repo: Repo, ticket: str, *more: str, code: int = 0) -> dict[str, object]:
    ran = inside(repo, "start", ticket, *more, "--json", code=code)
    data = ran.json["error"] if code else ran.data
    assert isinstance(data, dict)
    return data


def claims(data: dict[str, object]) -> list[tuple[str, str]]:
    found = data["claims"]
    assert isinstance(found, list)
    return [(one["ticket"], one["outcome"]) for one in found]


def test_start_is_confirmed_by_the_remote_and_a_second_one_is_told_who_was_first(hub: Hub) -> None:
    ada, bea = shared(hub)
    [ticket] = queued_everywhere([ada, bea])
    held = start(ada, ticket)
    assert (held["remote_confirmed"], held["state"], held["generation"]) == (True, "inprogress", 1)
    assert hub.tip() == tip(ada) == tip(ada, "refs/yoi/published")
    bea.git("fetch", "-q")
    assert inside(bea, "show", ticket, "--json").data["holder"]["remote_confirmed"] is True
    lost = start(bea, ticket, code=5)
    assert lost["code"] == "taken"
    assert "Ada <ada@example.org>" in str(lost["cause"])
    assert work_of(bea, ticket) == NOTHING


def test_what_was_written_here_goes_along_with_the_acceptance(hub: Hub) -> None:
    ada, bea = shared(hub)
    [ticket] = queued_everywhere([ada, bea])
    inside(ada, "comment", ticket, "-m", "Ada's")
    synced(ada)
    inside(bea, "comment", ticket, "-m", "Bea's, unsent")
    assert start(bea, ticket)["remote_confirmed"] is True
    assert hub.tip() == tip(bea)
    assert synced(ada)["received"] == 2


def test_a_remote_that_cannot_be_reached_changes_nothing(hub: Hub) -> None:
    ada, _ = shared(hub)
    [ticket] = queued_everywhere([ada])
    away = hub.path.rename(hub.path.parent / "away")
    before = ada.refs()
    assert start(ada, ticket, code=9)["code"] == "remote"
    assert (ada.refs(), work_of(ada, ticket)) == (before, NOTHING)
    away.rename(hub.path)
    assert start(ada, ticket)["remote_confirmed"] is True


def test_an_offline_start_says_so_and_the_next_sync_confirms_it(hub: Hub) -> None:
    ada, bea = shared(hub)
    [ticket] = queued_everywhere([ada, bea])
    before = hub.tip()
    assert start(ada, ticket, "--offline")["remote_confirmed"] is False
    assert (hub.tip(), work_of(ada, ticket)[0] != []) == (before, True)
    assert inside(ada, "show", ticket, "--json").data["holder"]["remote_confirmed"] is False
    assert "generation 1 (not confirmed by the shared remote)\n" in inside(ada, "show", ticket).out
    assert claims(synced(ada)) == [(ticket, "confirmed")]
    assert claims(synced(ada)) == []
    assert inside(ada, "show", ticket, "--json").data["holder"]["remote_confirmed"] is True
    assert "not confirmed" not in inside(ada, "show", ticket).out
    assert start(bea, ticket, code=5)["code"] == "taken"


def test_an_offline_start_that_lost_is_told_so_and_its_work_is_kept(hub: Hub) -> None:
    ada, bea = shared(hub)
    [ticket] = queued_everywhere([ada, bea])
    held = start(bea, ticket, "--offline")
    work = bea.commit("work.txt", "Bea's work\n", cwd=Path(str(held["worktree"])))
    start(ada, ticket)
    data = synced(bea)
    assert claims(data) == [(ticket, "lost")]
    assert [one["code"] for one in data["rejected"]] == ["taken"]  # type: ignore[attr-defined]  # JSON
    told = inside(bea, "sync").out
    assert "lost" not in told
    assert bea.git("rev-parse", str(held["branch"])) == work
    assert (Path(str(held["worktree"])) / "work.txt").read_text() == "Bea's work\n"
    for verb in (("report", ticket, "-m", "x"), ("release", ticket, "-m", "x")):
        assert inside(bea, *verb, "--json", code=6).error == "fenced"
    assert start(bea, ticket, code=5)["code"] == "taken"


def test_a_takeover_in_another_clone_goes_on_with_the_branch_and_fences_the_same_identity(hub: Hub) -> None:
    ada, _ = shared(hub)
    [ticket] = queued_everywhere([ada])
    other = Repo(Path(shutil.copytree(ada.path, hub.path.parent / "laptop", symlinks=True)))
    held = start(ada, ticket)
    branch = str(held["branch"])
    work = ada.commit("work.txt", "half done\n", cwd=Path(str(held["worktree"])))
    ada.git("push", "-q", "origin", branch)
    taken = inside(other, "takeover", ticket, "-m", "on the road", "--json").data
    assert (taken["branch"], taken["generation"], taken["remote_confirmed"]) == (branch, 2, True)
    assert other.git("rev-parse", branch) == work
    assert (Path(taken["worktree"]) / "work.txt").exists()
    inside(ada, "report", ticket, "-m", "not knowing yet")
    data = synced(ada)
    assert claims(data) == [(ticket, "lost")]
    assert [one["code"] for one in data["rejected"]] == ["fenced"]  # type: ignore[attr-defined]  # JSON
    assert inside(ada, "report", ticket, "-m", "x", "--json", code=6).error == "fenced"
    inside(other, "report", ticket, "-m", "goes on")
    synced(other)
    inside(other, "fsck")


def test_a_released_ticket_is_started_elsewhere_on_the_branch_that_the_remote_has(hub: Hub) -> None:
    ada, bea = shared(hub)
    [ticket] = queued_everywhere([ada, bea])
    held = start(ada, ticket, "--branch", "feature/x")
    work = ada.commit("work.txt", "half done\n", cwd=Path(str(held["worktree"])))
    ada.git("push", "-q", "origin", "feature/x")
    inside(ada, "release", ticket, "-m", "ill")
    synced(ada)
    taken = start(bea, ticket)
    assert (taken["branch"], taken["base"]) == ("feature/x", held["base"])
    assert bea.git("rev-parse", "feature/x") == work


def test_a_branch_of_that_name_on_the_remote_is_somebody_elses(hub: Hub) -> None:
    ada, bea = shared(hub)
    [ticket] = queued_everywhere([ada, bea])
    ada.git("push", "-q", "origin", "main:feature/theirs")
    bea.git("fetch", "-q")
    before = hub.tip()
    assert start(bea, ticket, "--branch", "feature/theirs", code=7)["code"] == "exists"
    assert (hub.tip(), work_of(bea, ticket)) == (before, NOTHING)


def test_a_refused_start_leaves_the_remote_as_it_was(hub: Hub) -> None:
    ada, bea = shared(hub)
    ticket = queued(ada)
    inside(ada, "block", ticket, "-m", "wait")
    synced(ada)
    synced(bea)
    before = hub.tip()
    assert start(bea, ticket, code=4)["code"] == "blocked"
    assert hub.tip() == before
    assert TICKETS in bea.refs()


def test_a_claim_that_is_lost_to_a_start_of_another_ticket_is_told_by_that(hub: Hub) -> None:
    ada, bea = shared(hub)
    [ticket, other] = queued_everywhere([ada, bea], 2)
    start(bea, ticket, "--offline")
    start(ada, ticket)
    told = f"notice: this clone's claim on {ticket[:8]} is lost: Ada <ada@example.org> holds it; its work is kept\n"
    assert inside(bea, "start", other).err.startswith(told)
    assert work_of(bea, ticket)[0] != []


def test_a_claim_that_what_was_fetched_has_ended_is_told_by_the_write_that_takes_that(hub: Hub) -> None:
    ada, bea = shared(hub)
    [ticket, other] = queued_everywhere([ada, bea], 2)
    start(ada, ticket)
    inside(bea, "takeover", ticket, "-m", "she is ill")
    ada.git("fetch", "-q")
    said = inside(ada, "comment", other, "-m", "x").err
    assert f"claim on {ticket[:8]} is lost: Bea <bea@example.org> holds it" in said
    assert inside(ada, "comment", other, "-m", "y").err == ""


def test_a_start_that_meets_a_remote_which_lost_the_tickets_restores_and_says_so(hub: Hub) -> None:
    ada, _ = shared(hub)
    [ticket] = queued_everywhere([ada])
    hub.repo.git("update-ref", "-d", TICKETS)
    assert "origin lacks tickets or entries that it had" in inside(ada, "start", ticket).err
    assert hub.tip() == tip(ada)
