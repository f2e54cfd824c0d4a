"""`sync`, `pull`, `push` and `remote`: what becomes of two records, whatever the remote did meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from git_yoi.git.refs import PUBLISHED
from tests.conftest import Repo, make_repo
from tests.inside import inside, new, queued
from tests.sync.hubs import TICKETS, Hub, make_hub
from tests.sync.scene import shared

COPY = "refs/yoi/remotes/origin/tickets"


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    """A bare hub at a path."""
    with make_hub(tmp_path) as made:
        return made


def tip(repo: Repo, ref: str = TICKETS) -> str:
    return repo.git("for-each-ref", "--format=%(objectname)", ref)


def synced(repo: Repo, *more: str) -> dict[str, object]:
    data = inside(repo, "sync", *more, "--json").data
    assert isinstance(data, dict)
    return data


def results(data: dict[str, object]) -> dict[str, str]:
    tickets = data["tickets"]
    assert isinstance(tickets, list)
    return {one["id"]: one["result"] for one in tickets}


def test_the_first_sync_begins_the_sharing_and_the_next_finds_nothing_new(hub: Hub) -> None:
    ada = hub.clone(0)
    inside(ada, "init")
    ticket = new(ada)
    first = synced(ada)
    assert (first["remote"], first["sent"], first["received"], first["began"]) == ("origin", 1, 0, True)
    assert results(first) == {ticket: "sent"}
    assert tip(ada) == hub.tip() == tip(ada, PUBLISHED) == tip(ada, COPY) == first["tip"]
    assert ada.git("config", "yoi.remote") == "origin"
    again = synced(ada)
    assert (again["sent"], again["received"], again["began"], again["tickets"]) == (0, 0, False, [])


def test_each_side_gets_what_only_the_other_has_and_published_order_stays(hub: Hub) -> None:
    ada, bea = shared(hub)
    both = new(ada)
    synced(ada)
    assert results(synced(bea)) == {both: "new"}
    inside(ada, "comment", both, "-m", "from Ada")
    inside(bea, "comment", both, "-m", "from Bea")
    hers = new(bea, "Bea's own")
    synced(ada)
    published = hub.tip()
    data = synced(bea)
    assert (data["received"], data["sent"], data["rejected"]) == (1, 2, [])
    assert results(data) == {both: "updated", hers: "sent"}
    assert hub.repo.git("rev-parse", f"{hub.tip()}^1") == published
    synced(ada)
    assert tip(ada) == tip(bea) == hub.tip()
    bodies = [e["body"] for e in inside(ada, "show", both, "--json").data["entries"] if e["kind"] == "comment"]
    assert bodies == ["from Ada", "from Bea"]
    for clone in (ada, bea):
        inside(clone, "fsck")


def test_pull_sends_nothing_and_push_takes_nothing(hub: Hub) -> None:
    ada, bea = shared(hub)
    ticket = new(ada)
    synced(ada)
    mine = new(bea, "Bea's own")
    before = hub.tip()
    refused = inside(bea, "push", "--json", code=6)
    assert refused.error == "stale"
    assert (hub.tip(), tip(bea, COPY)) == (before, before)
    inside(bea, "pull")
    assert hub.tip() == before
    assert {one["id"] for one in inside(bea, "list", "--json").data} == {ticket, mine}
    inside(bea, "push")
    assert hub.tip() == tip(bea)


def test_two_clones_that_each_ran_init_share_history(hub: Hub) -> None:
    ada, bea = hub.clone(0), hub.clone(1)
    for clone in (ada, bea):
        inside(clone, "init")
    tickets = {new(ada, "One"), new(bea, "Two")}
    synced(ada)
    synced(bea)
    synced(ada)
    assert {one["id"] for one in inside(ada, "list", "--json").data} == tickets
    assert tip(ada) == tip(bea) == hub.tip()


def test_a_remote_that_lost_the_ref_gets_back_what_it_had(hub: Hub) -> None:
    ada, bea = shared(hub)
    ticket = new(ada)
    synced(ada)
    synced(bea)
    inside(bea, "comment", ticket, "-m", "written since")
    hub.repo.git("update-ref", "-d", TICKETS)
    pulled = inside(bea, "pull", "--json").data
    assert (pulled["remote_was"], hub.tip()) == ("lost", "")
    data = synced(bea)
    assert (data["remote_was"], data["sent"]) == ("lost", 1)
    assert hub.tip() == tip(bea) == tip(bea, PUBLISHED)
    assert "restored" not in inside(bea, "sync").out
    assert synced(ada)["received"] == 1


def test_a_remote_that_went_back_gets_back_what_it_had(hub: Hub) -> None:
    ada, _ = shared(hub)
    new(ada)
    synced(ada)
    older = hub.tip()
    new(ada, "Another")
    synced(ada)
    hub.repo.git("update-ref", TICKETS, older)
    inside(ada, "pull")
    assert tip(ada, PUBLISHED) != older
    assert "went" in inside(ada, "sync").out or synced(ada)
    assert hub.tip() == tip(ada) == tip(ada, PUBLISHED)


def test_a_rewritten_remote_stops_everything_names_the_claims_and_goes_on_only_when_told(hub: Hub) -> None:
    ada, bea = shared(hub)
    ticket = queued(ada)
    base = hub.tip()
    synced(ada)
    inside(ada, "start", ticket, "--no-worktree")
    other = new(bea, "Upon the old tip")
    inside(bea, "pull")
    bea.git("update-ref", TICKETS, base)
    kept = new(bea, "Written anew")
    bea.git("push", "-q", "--force", "origin", f"{TICKETS}:{TICKETS}")
    before, theirs = ada.refs(), hub.tip()
    for verb in ("sync", "pull"):
        refused = inside(ada, verb, "--json", code=6)
        assert refused.error == "rewritten"
        assert refused.json["error"]["data"]["claims"] == [ticket]
    refused = inside(ada, "start", ticket, "--json", code=6)
    assert hub.tip() == theirs
    assert [line for line in ada.refs().splitlines() if COPY not in line] == [
        line for line in before.splitlines() if COPY not in line
    ]
    inside(ada, "comment", ticket, "-m", "one may go on writing")
    data = synced(ada, "--accept-rewrite")
    assert data["remote_was"] == "rewritten"
    assert {kept, ticket} <= {one["id"] for one in inside(ada, "list", "--json").data}
    assert other not in {one["id"] for one in inside(ada, "list", "--json").data}
    inside(ada, "fsck")
    assert synced(ada)["remote_was"] == "present"


def test_the_remote_must_be_named_where_none_is_the_obvious_one(hub: Hub) -> None:
    ada = hub.clone(0)
    ada.git("remote", "rename", "origin", "one")
    ada.git("remote", "add", "two", str(hub.path))
    inside(ada, "init")
    before = ada.refs()
    assert inside(ada, "sync", "--json", code=2).error == "usage"
    assert inside(ada, "sync", "three", "--json", code=2).error == "usage"
    assert ada.refs() == before
    assert synced(ada, "two")["remote"] == "two"
    assert inside(ada, "sync", "one", "--json", code=2).error == "usage"


def test_moving_to_another_remote_names_the_claims_at_stake(hub: Hub, tmp_path: Path) -> None:
    ada, _ = shared(hub)
    ticket = queued(ada)
    inside(ada, "start", ticket, "--no-worktree")
    other = make_repo(tmp_path / "other")
    ada.git("init", "-q", "--bare", str(tmp_path / "second.git"))
    ada.git("remote", "add", "second", str(tmp_path / "second.git"))
    assert other.path.exists()
    coder = {"GIT_YOI_ROLE": "coder"}
    assert inside(ada, "remote", "second", "--move", "--json", code=4, env=coder).error == "not-authorized"
    refused = inside(ada, "remote", "second", "--json", code=5)
    assert refused.json["error"]["data"]["claims"] == [ticket]
    assert inside(ada, "remote", "--json").data["remote"] == "origin"
    moved = inside(ada, "remote", "second", "--move", "--json").data
    assert (moved["remote"], moved["before"], moved["claims"]) == ("second", "origin", [ticket])
    assert inside(ada, "show", ticket, "--json").data["holder"]["remote_confirmed"] is False
    assert synced(ada)["sent"] == 4
    assert inside(ada, "show", ticket, "--json").data["holder"]["remote_confirmed"] is True


def test_init_in_a_clone_adopts_the_remotes_tickets_and_offline_asks_nobody(hub: Hub) -> None:
    ada, _ = shared(hub)
    ticket = new(ada)
    synced(ada)
    cyd = hub.clone(2)
    assert inside(cyd, "init", "--offline", "--json").data["adopted"] is None
    assert cyd.git("config", "--get-all", "remote.origin.fetch").count("+refs/yoi/") == 1
    dan = hub.clone(3)
    data = inside(dan, "init", "--json").data
    assert (data["adopted"], data["tickets"], data["created"]) == ("origin", 1, True)
    assert [one["id"] for one in inside(dan, "list", "--json").data] == [ticket]
    assert tip(dan) == tip(dan, PUBLISHED) == hub.tip()
    gone = hub.clone(4)
    gone.git("remote", "set-url", "origin", str(hub.path) + "-gone")
    ran = inside(gone, "init")
    assert "notice: the remote origin cannot be reached" in ran.err


def test_a_host_that_takes_branches_only_is_shared_by_a_branch_that_others_find(hub: Hub) -> None:
    ada = hub.clone(0)
    inside(ada, "init")
    ticket = new(ada)
    hub.repo.git("config", "receive.hideRefs", "refs/yoi")
    before = ada.refs()
    refused = inside(ada, "sync", "--json", code=9)
    assert (refused.error, "yoi.ref" in refused.json["error"]["hint"]) == ("remote", True)
    assert ada.refs() == before
    ada.git("config", "yoi.ref", "refs/heads/yoi-tickets")
    inside(ada, "init")
    assert synced(ada)["sent"] == 1
    bea = hub.clone(1)
    inside(bea, "init")
    assert [one["id"] for one in inside(bea, "list", "--json").data] == [ticket]
    inside(bea, "comment", ticket, "-m", "from Bea")
    assert synced(bea)["sent"] == 1
    assert synced(ada)["received"] == 1
    inside(ada, "doctor", "--offline", code=None)


@pytest.mark.parametrize("begun", [False, True])
def test_a_branch_that_has_only_the_name_of_a_ticket_ref_is_left_alone(hub: Hub, begun: bool) -> None:
    ada = hub.clone(0)
    if begun:
        inside(ada, "init", "--offline")
        new(ada)
    hub.repo.git("update-ref", "refs/heads/yoi-tickets", "main")
    ada.git("fetch", "-q", "origin")
    before = (ada.refs(), ada.git("config", "--local", "--list"))
    assert inside(ada, "init", "--json", code=9).error == "format"
    copy = "refs/yoi/remotes/origin/tickets"
    kept = [line for line in ada.refs().splitlines() if not line.startswith(copy)]
    assert ("\n".join(kept), ada.git("config", "--local", "--list")) == before


def test_merges_from_before_the_sharing_tell_which_branch_to_push(hub: Hub) -> None:
    ada = hub.clone(0)
    inside(ada, "init")
    ticket = queued(ada)
    held = inside(ada, "start", ticket, "--json").data
    ada.commit("work.txt", "work\n", cwd=Path(held["worktree"]))
    inside(ada, "complete", ticket, "--authorize", "--override", "-m", "alone")
    assert synced(ada)["push_branches"] == ["main"]
    ada.git("push", "-q", "origin", "main")
    bea = hub.clone(1)
    inside(bea, "init")
    inside(bea, "fsck")


def test_a_shallow_clone_reads_and_says_that_it_cannot_write(hub: Hub) -> None:
    ada, _ = shared(hub)
    ticket = queued(ada)
    synced(ada)
    bea = Repo(hub.path.parent / "shallow")
    ada.git("clone", "-q", "--depth=1", f"file://{hub.path}", str(bea.path))
    bea.git("fetch", "-q", "--depth=1", "origin", f"{TICKETS}:{TICKETS}")
    assert inside(bea, "show", ticket, "--json").data["title"] == "A ticket"
    for command in (("sync",), ("pull",), ("push",), ("comment", ticket, "-m", "x"), ("start", ticket)):
        assert inside(bea, *command, "--json", code=9).error == "read-only"


def test_a_merge_that_was_not_fetched_yet_is_a_notice_of_fsck_and_no_finding(hub: Hub) -> None:
    ada = hub.clone(0)
    inside(ada, "init")
    ticket = queued(ada)
    held = inside(ada, "start", ticket, "--json").data
    ada.commit("work.txt", "work\n", cwd=Path(held["worktree"]))
    inside(ada, "complete", ticket, "--authorize", "--override", "-m", "alone")
    bea = hub.clone(1)
    synced(ada)
    inside(bea, "init")
    ran = inside(bea, "fsck")
    assert "cannot be checked" in ran.err
    ada.git("push", "-q", "origin", "main")
    bea.git("fetch", "-q")
    assert "cannot be checked" not in inside(bea, "fsck").err
    bea.git("update-ref", "-d", "refs/remotes/origin/main")
    assert inside(bea, "fsck", "--json", code=8).data["problems"][0]["code"] == "not-merged"
