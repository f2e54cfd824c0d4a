"""`release` and `takeover`: whose claim holds, and what is left of the other one."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from git_yoi.store.tree_lookup import TreeLookup
from tests.conftest import Repo
from tests.inside import inside, session_of

BEA = {"GIT_YOI_ACTOR": "Bea <bea@example.org>"}


@pytest.fixture
def ticket(repo: Repo) -> str:
    """A started ticket."""
    ticket_id = inside(repo, "new", "A ticket", "-m", "What to do.", "-q").out.strip()
    for verb in ("ready", "queue", "start"):
        inside(repo, verb, ticket_id)
    return ticket_id


def show(repo: Repo, ticket_id: str) -> Any:
    return inside(repo, "show", ticket_id, "--json").data


def record(repo: Repo, ticket_id: str) -> Path:
    return repo.path / ".git/yoi/claims" / f"{ticket_id}.json"


def test_a_released_ticket_is_queued_and_its_work_stays(repo: Repo, ticket: str) -> None:
    held = show(repo, ticket)["holder"]
    made = inside(repo, "release", ticket, "-m", "tired", "--json").data
    assert (made["state"], made["branch"], made["worktree"]) == ("queued", held["branch"], held["worktree"])
    assert Path(held["worktree"], "README").exists()
    assert not record(repo, ticket).exists()
    last = show(repo, ticket)["entries"][-1]
    assert (last["kind"], last["from"], last["to"], last["reason"]) == ("release", "inprogress", "queued", "tired")


@pytest.mark.parametrize("verb", ["release", "takeover"])
@pytest.mark.parametrize("reason", [[], ["-m", ""], ["-m", " \n"], ["-m", "a\udcffb"]])
def test_a_reason_is_needed(repo: Repo, ticket: str, verb: str, reason: list[str]) -> None:
    before = repo.refs()
    assert inside(repo, verb, ticket, *reason, "--json", code=2).error == "usage"
    assert repo.refs() == before


@pytest.mark.parametrize("verb", ["release", "takeover"])
def test_only_a_ticket_in_progress_has_a_holder(repo: Repo, ticket: str, verb: str) -> None:
    inside(repo, "release", ticket, "-m", "why")
    assert inside(repo, verb, ticket, "-m", "why", "--json", code=4).error == "illegal-transition"


def test_who_never_held_it_cannot_release_it(repo: Repo, ticket: str) -> None:
    record(repo, ticket).unlink()
    assert inside(repo, "release", ticket, "-m", "why", "--json", code=5).error == "taken"


def test_a_takeover_ends_the_claim_and_adopts_branch_and_worktree(repo: Repo, ticket: str) -> None:
    before = show(repo, ticket)["holder"]
    held = inside(repo, "takeover", ticket, "-m", "they left", "--json", env=BEA).data
    assert (held["generation"], held["branch"], held["worktree"]) == (2, before["branch"], before["worktree"])
    after = show(repo, ticket)
    assert after["holder"]["actor"] == "Bea <bea@example.org>"
    assert after["entries"][-1]["kind"] == "takeover"
    assert len(repo.git("worktree", "list").splitlines()) == 2


def test_a_takeover_in_a_clone_without_the_branch_makes_it_at_its_base(repo: Repo, ticket: str) -> None:
    before = show(repo, ticket)["holder"]
    subprocess.run(["rm", "-r", before["worktree"]], check=True)
    repo.git("worktree", "prune")
    repo.git("branch", "-q", "-D", before["branch"])
    record(repo, ticket).unlink()
    repo.commit("later", "later\n")
    held = inside(repo, "takeover", ticket, "-m", "why", "--json").data
    assert (held["branch"], held["base"]) == (before["branch"], before["base"])
    assert repo.git("rev-parse", held["branch"]) == before["base"]
    assert Path(held["worktree"], "README").exists()


def test_a_takeover_of_a_rebased_branch_keeps_it_as_it_is(repo: Repo, ticket: str) -> None:
    worktree = Path(show(repo, ticket)["holder"]["worktree"])
    repo.git("switch", "-q", "--orphan", "elsewhere", cwd=worktree)
    tip = repo.commit("fresh", "fresh\n", cwd=worktree)
    branch = show(repo, ticket)["holder"]["branch"]
    repo.git("update-ref", f"refs/heads/{branch}", tip)
    repo.git("switch", "-q", branch, cwd=worktree)
    inside(repo, "takeover", ticket, "-m", "why")
    assert repo.git("rev-parse", branch) == tip


def test_the_claim_that_was_taken_over_is_fenced(repo: Repo, ticket: str) -> None:
    old = record(repo, ticket).read_text()
    inside(repo, "takeover", ticket, "-m", "why", env=BEA)
    # As in another clone, whose record nobody told of it.
    record(repo, ticket).write_text(old)
    for verb in ("report", "release"):
        assert inside(repo, verb, ticket, "-m", "text", "--json", code=6).error == "fenced"


@pytest.mark.parametrize("verb", ["report", "release"])
def test_in_one_clone_too_only_the_holder_passes(repo: Repo, ticket: str, verb: str) -> None:
    before = repo.refs()
    refused = inside(repo, verb, ticket, "-m", "text", "--json", code=5, env=BEA)
    assert refused.error == "taken"
    assert "Ada <ada@example.org> holds" in refused.json["error"]["message"]
    assert repo.refs() == before
    inside(repo, "takeover", ticket, "-m", "they left", env=BEA)
    assert inside(repo, verb, ticket, "-m", "text", "--json", code=6).error == "fenced"
    inside(repo, verb, ticket, "-m", "text", env={"GIT_YOI_ACTOR": "Beatrix <BEA@example.org>"})


def test_without_an_index_who_held_it_before_is_read_from_the_record(repo: Repo, ticket: str) -> None:
    inside(repo, "takeover", ticket, "-m", "they left", env=BEA)
    snapshot = session_of(repo).snapshot()
    assert TreeLookup(snapshot).holders(ticket) == ["Ada <ada@example.org>", "Bea <bea@example.org>"]
    assert sorted(session_of(repo).lookup().holders(ticket)) == TreeLookup(snapshot).holders(ticket)


def test_a_role_that_may_not_take_over_is_refused(repo: Repo, ticket: str) -> None:
    repo.commit(".yoi.yaml", "roles: {coder: [start]}\n")
    before = repo.refs()
    env = {"GIT_YOI_ROLE": "coder"}
    assert inside(repo, "takeover", ticket, "-m", "why", "--json", code=4, env=env).error == "not-authorized"
    assert repo.refs() == before


def test_worktree_list_judges_what_is_here(repo: Repo, ticket: str) -> None:
    held = show(repo, ticket)["holder"]
    [found] = inside(repo, "worktree", "list", "--json").data
    assert (found["id"], found["branch"], found["worktree"]) == (ticket, held["branch"], held["worktree"])
    assert found["removable"] == {"worktree": False, "branch": False}
    assert "open" in {reason["code"] for reason in found["reasons"]}
    inside(repo, "done", ticket, "-m", "no change was needed")
    [found] = inside(repo, "worktree", "list", "--json").data
    assert (found["removable"], found["reasons"]) == ({"worktree": True, "branch": True}, [])
    Path(held["worktree"], "new").touch()
    [found] = inside(repo, "worktree", "list", "--json").data
    assert {reason["code"] for reason in found["reasons"]} == {"untracked", "checked-out"}
    assert inside(repo, "worktree", "list").out.split("\t")[:3] == [ticket, "done", held["branch"]]


def test_worktree_list_needs_no_policy_that_can_be_read(repo: Repo, ticket: str) -> None:
    repo.commit(".yoi.yaml", "roles: [\n")
    ran = inside(repo, "worktree", "list", "--json")
    assert [found["id"] for found in ran.data] == [ticket]
    reasons = [reason["text"] for reason in ran.data[0]["reasons"]]
    assert "nothing can be judged: the policy cannot be read" in reasons


def test_worktree_list_changes_nothing_and_leaves_out_what_is_not_here(repo: Repo, ticket: str) -> None:
    held = show(repo, ticket)["holder"]
    before = repo.refs(), repo.git("worktree", "list")
    inside(repo, "worktree", "list")
    assert (repo.refs(), repo.git("worktree", "list")) == before
    repo.git("worktree", "remove", held["worktree"])
    repo.git("branch", "-q", "-D", held["branch"])
    assert inside(repo, "worktree", "list", "--json").data == []
