"""Reconciling where tickets are shared: what counts is the target that everybody has."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Ran, Repo
from tests.inside import inside
from tests.merge.scene import Work, require_closed_once, started
from tests.sync.hubs import TICKETS, Hub, make_hub
from tests.sync.scene import require_agreement, shared


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    """A bare hub at a path."""
    with make_hub(tmp_path) as made:
        return made


def reconcile(repo: Repo, *more: str) -> Ran:
    return inside(repo, "reconcile", *more, "--json")


def state(repo: Repo, ticket: str) -> str:
    return str(inside(repo, "show", ticket, "--json").data["state"])


def pushed_branch(repo: Repo, title: str = "A ticket") -> Work:
    """A ticket with work on its branch, which is on the hub as for a pull request."""
    work = started(repo, title)
    work.commit(f"work-{work.ticket}", "work\n")
    repo.git("push", "-q", "origin", work.branch)
    return work


def forge(hub: Hub, branch: str, way: str, *, delete: bool = False) -> str:
    """What a host does with a pull request, in a clone of its own; the target's new commit."""
    path = hub.path.parent / "forge"
    if not path.exists():
        hub.repo.git("clone", "-q", str(hub.path), str(path))
    clone = Repo(path)
    clone.git("fetch", "-q")
    clone.git("reset", "-q", "--hard", "origin/main")
    if way == "squash":
        clone.git("merge", "-q", "--squash", f"origin/{branch}")
        clone.git("commit", "-q", "-m", "A pull request (#1)")
    elif way == "rebase":
        clone.git("cherry-pick", f"main..origin/{branch}")
    else:
        clone.git("merge", "-q", "--no-ff", "-m", f"Merge pull request #1 from {branch}", f"origin/{branch}")
    clone.git("push", "-q", "origin", "HEAD:main", *([f":{branch}"] if delete else []))
    return clone.git("rev-parse", "HEAD")


@pytest.mark.parametrize("delete", [False, True], ids=["kept", "deleted"])
@pytest.mark.parametrize("way", ["merge", "squash", "rebase"])
def test_a_pull_request_closes_its_ticket_everywhere(hub: Hub, way: str, delete: bool) -> None:
    ada, bea = shared(hub)
    work = pushed_branch(ada)
    ada.commit("meanwhile", "m\n")
    ada.git("push", "-q", "origin", "main")
    commit = forge(hub, work.branch, way, delete=delete)
    done = reconcile(ada).data
    assert ([one["commit"] for one in done["closed"]], done["sent"]) == ([commit], True)
    require_agreement(hub, (ada, bea))
    assert (state(ada, work.ticket), state(bea, work.ticket)) == ("closed", "closed")
    assert reconcile(bea).data["closed"] == []


@pytest.mark.parametrize("here", [True, False], ids=["where it began", "where it went on"])
def test_a_fast_forward_shows_by_its_trailers_where_the_branch_was_worked_on_in_two_clones(
    hub: Hub, *, here: bool
) -> None:
    ada, bea = shared(hub)
    work = started(ada)
    ada.git("push", "-q", "origin", work.branch)
    inside(bea, "sync")
    bea.git("fetch", "-q")
    bea.git("checkout", "-q", work.branch)
    for number in range(2):
        bea.commit(f"own{number}", "x\n", message=f"Do it\n\nTicket: {work.ticket}")
    bea.git("push", "-q", "origin", work.branch, f"{work.branch}:main")
    ada.git("pull", "-q", "--ff-only", "origin", work.branch, cwd=work.worktree)
    (found,) = reconcile(ada if here else bea).data["closed"]
    assert (found["id"], found["strategy"]) == (work.ticket, "ff")


def test_a_merge_in_one_clone_alone_waits_until_the_remote_has_it(hub: Hub) -> None:
    ada, bea = shared(hub)
    work = pushed_branch(ada)
    ada.git("merge", "-q", "--no-ff", "--no-edit", work.branch)
    before = hub.tip(TICKETS)
    done = reconcile(ada).data
    assert ([one["id"] for one in done["waiting"]], done["closed"]) == ([work.ticket], [])
    assert (state(ada, work.ticket), hub.tip(TICKETS)) == ("inprogress", before)
    ada.git("push", "-q", "origin", "main")
    assert [one["id"] for one in reconcile(ada).data["closed"]] == [work.ticket]
    inside(bea, "sync")
    assert state(bea, work.ticket) == "closed"


def test_two_clones_that_find_the_same_merge_write_it_once(hub: Hub) -> None:
    ada, bea = shared(hub)
    work = pushed_branch(ada)
    forge(hub, work.branch, "merge")
    for clone in (ada, bea):
        inside(clone, "sync")
        clone.git("fetch", "-q")
    hub.repo.git("config", "receive.denyCurrentBranch", "ignore")
    moved = hub.path.with_name("away")
    hub.path.rename(moved)
    for clone in (ada, bea):
        said = reconcile(clone)
        assert [one["id"] for one in said.data["closed"]] == [work.ticket]
        assert "cannot be reached" in said.err
    moved.rename(hub.path)
    inside(ada, "sync")
    late = inside(bea, "sync", "--json").data
    assert {one["code"] for one in late["rejected"]} == {"duplicate"}
    require_agreement(hub, (ada, bea))
    entries = inside(bea, "show", work.ticket, "--json").data["entries"]
    assert [one["kind"] for one in entries if one["effective"]][-2:] == ["merge", "close"]
    assert [one["kind"] for one in entries if one["effective"]].count("close") == 1


def test_what_another_clone_completed_is_not_closed_again(hub: Hub) -> None:
    ada, bea = shared(hub)
    work = started(ada)
    work.commit("own", "x\n")
    ada.git("push", "-q", "origin", work.branch)
    inside(bea, "sync")
    inside(bea, "comment", work.ticket, "-m", "Not sent yet.")
    work.approve()
    work.complete()
    bea.git("fetch", "-q")
    done = reconcile(bea).data
    assert (done["closed"], done["reopened"]) == ([], [])
    inside(bea, "sync")
    require_closed_once(bea, work.ticket, target="origin/main")


def test_a_force_push_that_drops_the_merge_reopens_the_ticket(hub: Hub) -> None:
    ada, bea = shared(hub)
    before = hub.tip("refs/heads/main")
    work = pushed_branch(ada)
    forge(hub, work.branch, "squash")
    assert len(reconcile(ada).data["closed"]) == 1
    hub.git("update-ref", "refs/heads/main", before)
    # Bea never saw the target with the merge, and cannot tell that from having come late.
    inside(bea, "sync")
    assert reconcile(bea).data["reopened"] == []
    done = reconcile(ada).data
    assert [one["id"] for one in done["reopened"]] == [work.ticket]
    assert done["sent"]
    inside(bea, "sync")
    assert state(bea, work.ticket) == "planning"


def test_a_clone_that_is_only_behind_reopens_nothing(hub: Hub) -> None:
    ada, bea = shared(hub)
    work = started(ada)
    work.commit("own", "x\n")
    work.approve()
    work.complete()
    inside(bea, "sync")
    bea.git("remote", "set-url", "--push", "origin", "nowhere")
    hub.path.rename(hub.path.with_name("away"))
    done = reconcile(bea).data
    assert (done["reopened"], done["left"], state(bea, work.ticket)) == ([], [], "closed")


def test_a_merge_from_before_the_sharing_waits_to_be_pushed(hub: Hub) -> None:
    ada = hub.clone(0)
    inside(ada, "init")
    work = started(ada)
    work.commit("own", "x\n")
    ada.git("merge", "-q", "--no-ff", "--no-edit", work.branch)
    assert len(reconcile(ada).data["closed"]) == 1
    inside(ada, "sync")
    done = reconcile(ada).data
    assert ([one["id"] for one in done["waiting"]], done["reopened"]) == ([work.ticket], [])
    ada.git("push", "-q", "origin", "main")
    done = reconcile(ada).data
    assert (done["waiting"], done["reopened"], state(ada, work.ticket)) == ([], [], "closed")


def test_a_hub_without_the_code_leaves_the_local_target_to_judge_by(tmp_path: Path) -> None:
    with make_hub(tmp_path) as hub:
        ada, _ = shared(hub)
        hub.git("update-ref", "-d", "refs/heads/main")
        ada.git("update-ref", "-d", "refs/remotes/origin/main")
        work = started(ada)
        work.commit("own", "x\n")
        ada.git("merge", "-q", "--no-ff", "--no-edit", work.branch)
        assert len(reconcile(ada).data["closed"]) == 1


def test_a_host_has_merged_before_anybody_pulled_and_nothing_is_shared(hub: Hub) -> None:
    ada = hub.clone(0)
    inside(ada, "init")
    work = pushed_branch(ada)
    forge(hub, work.branch, "squash", delete=True)
    assert reconcile(ada).data["closed"] == []
    ada.git("fetch", "-q", "--prune")
    (found,) = reconcile(ada).data["closed"]
    assert (found["id"], found["strategy"]) == (work.ticket, "squash")
    ada.git("pull", "-q", "--ff-only")
    assert (reconcile(ada).data["reopened"], state(ada, work.ticket)) == ([], "closed")


def test_a_holder_whose_ticket_was_finished_by_others_is_told_so(hub: Hub) -> None:
    ada, bea = shared(hub)
    work = pushed_branch(ada)
    inside(ada, "sync")
    inside(bea, "sync")
    bea.git("fetch", "-q")
    forge(hub, work.branch, "merge")
    assert len(reconcile(bea).data["closed"]) == 1
    told = inside(ada, "sync", "--json").data
    assert [(one["ticket"], one["outcome"]) for one in told["claims"]] == [(work.ticket, "ended")]


def test_a_shallow_clone_says_that_it_cannot_tell(hub: Hub) -> None:
    ada = shared(hub, 1)[0]
    work = pushed_branch(ada)
    forge(hub, work.branch, "merge")
    reconcile(ada)
    cut = Repo(hub.path.parent / "cut")
    hub.repo.git("clone", "-q", "--depth", "1", f"file://{hub.path}", str(cut.path))
    cut.git("fetch", "-q", "origin", f"{TICKETS}:{TICKETS}")
    assert inside(cut, "reconcile", "--dry-run", "--json", code=9).error == "read-only"


@pytest.mark.parametrize("updated", [False, True], ids=["as it was", "brought up to date there"])
@pytest.mark.parametrize("way", ["merge", "squash"])
def test_what_a_merged_ticket_left_goes_before_anybody_pulls(hub: Hub, way: str, updated: bool) -> None:
    ada, _ = shared(hub)
    work = pushed_branch(ada)
    if updated:
        other = Repo(hub.path.parent / "forge")
        hub.repo.git("clone", "-q", "-b", work.branch, str(hub.path), str(other.path))
        other.commit("meanwhile", "m\n")
        other.git("push", "-q", "origin", work.branch)
        other.git("checkout", "-q", "main")
    forge(hub, work.branch, way)
    assert [one["id"] for one in reconcile(ada).data["closed"]] == [work.ticket]
    before = ada.git("rev-parse", "main")
    found = [one for one in inside(ada, "worktree", "prune", "--json").data["tickets"] if one["id"] == work.ticket]
    assert found[0]["removed"] == {"worktree": True, "branch": True}, found
    assert ada.git("rev-parse", "main") == before


def test_a_reviewer_whose_target_is_behind_wrote_none_of_what_the_branch_took_from_it(hub: Hub) -> None:
    ada, bea = shared(hub)
    work = pushed_branch(ada)
    bea.commit("of-bea", "x\n")
    bea.git("push", "-q", "origin", "main")
    ada.git("pull", "-q")
    ada.git("merge", "-q", "--no-edit", "main", cwd=work.worktree)
    ada.git("push", "-q", "origin", work.branch)
    inside(ada, "sync")
    inside(bea, "sync")
    bea.git("fetch", "-q", "origin", f"{work.branch}:{work.branch}")
    bea.git("reset", "-q", "--hard", "HEAD^")
    inside(bea, "review", work.ticket, "--approve")
