"""Branches with a past: begun anew, reset, rebased, renamed, pushed early, deleted, or with what another ticket has."""

from __future__ import annotations

from dataclasses import replace

import pytest

from git_yoi.domain.events import Accept
from tests.actions.test_reconcile import land, ready_to_land, reconcile, worked
from tests.conftest import Repo
from tests.inside import inside, session_of
from tests.merge.scene import started


@pytest.fixture
def ground(repo: Repo) -> Repo:
    repo.commit("shared", "top\nmiddle\nbottom\n")
    return repo


@pytest.mark.parametrize("way", ["squash", "cherry-pick"])
def test_a_ticket_that_was_reopened_is_not_closed_by_the_merge_that_it_had(ground: Repo, way: str) -> None:
    """Begun once more where the target is, its branch has the former merge, and that names the ticket."""
    work = started(ground)
    for name in ("one", "two"):
        (work.worktree / name).write_text(f"{name}\n")
        ground.git("add", "-A", cwd=work.worktree)
        ground.git("commit", "-q", "-m", f"{name}\n\nTicket: {work.ticket}", cwd=work.worktree)
    ground.commit("meanwhile", "m\n")
    land(work, way)
    if way == "squash":
        ground.git("commit", "-q", "--amend", "-m", f"All of it\n\nTicket: {work.ticket}")
    assert len(reconcile(ground).data["closed"]) == 1
    inside(ground, "reopen", work.ticket, "-m", "It does not work.")
    for verb in ("ready", "queue", "start"):
        inside(ground, verb, work.ticket)
    ground.git("reset", "-q", "--hard", "main", cwd=work.worktree)
    assert reconcile(ground).data["closed"] == []
    again = work.commit("again", "now it works\n")
    ground.commit("meanwhile", "m, again\n")
    land(work, "merge")
    (found,) = reconcile(ground).data["closed"]
    assert (found["commit"], found["head"]) == (ground.git("rev-parse", "main"), again)


def test_what_was_committed_on_the_wrong_branch_and_taken_off_it_is_not_its_work(ground: Repo) -> None:
    work = started(ground)
    work.commit("other", "meant for something else\n")
    ground.git("branch", "else", cwd=work.worktree)
    ground.git("reset", "-q", "--hard", "HEAD~1", cwd=work.worktree)
    ground.git("merge", "-q", "--no-ff", "--no-edit", "else")
    ground.git("merge", "-q", "main", cwd=work.worktree)
    done = reconcile(ground).data
    assert (done["closed"], [one["code"] for one in done["left"]]) == ([], ["ambiguous"])


def test_a_branch_that_was_rebased_and_fast_forwarded_closes_without_a_trailer(ground: Repo) -> None:
    work = worked(ground)
    ground.commit("meanwhile", "m\n")
    ground.git("rebase", "-q", "main", cwd=work.worktree)
    land(work, "ff")
    (found,) = reconcile(ground).data["closed"]
    assert (found["id"], found["strategy"]) == (work.ticket, "ff")


UPDATES = ("merge --ff-only main", "rebase main", "reset --hard main")


@pytest.mark.parametrize("update", UPDATES)
def test_what_somebody_prepared_for_it_on_the_target_does_not_close_it(ground: Repo, update: str) -> None:
    work = started(ground)
    ground.commit("ground", "x\n", message=f"Prepare the ground\n\nTicket: {work.ticket}")
    ground.git(*update.split(), cwd=work.worktree)
    for _ in range(2):
        done = reconcile(ground).data
        assert (done["closed"], [one["code"] for one in done["left"]]) == ([], ["ambiguous"])
    work.commit("own", "the work\n")
    land(work, "ff")
    assert [one["strategy"] for one in reconcile(ground).data["closed"]] == ["ff"]


def test_the_revert_of_its_first_attempt_does_not_close_its_second(ground: Repo) -> None:
    work = worked(ground)
    land(work, "merge")
    assert len(reconcile(ground).data["closed"]) == 1
    inside(ground, "worktree", "prune")
    inside(ground, "reopen", work.ticket, "-m", "Not good enough.")
    for verb in ("ready", "queue", "start"):
        inside(ground, verb, work.ticket)
    ground.git("revert", "-m", "1", "--no-commit", "main")
    ground.git("commit", "-q", "-m", f"Revert the first attempt\n\nTicket: {work.ticket}")
    ground.git("merge", "-q", "--ff-only", "main", cwd=work.worktree)
    done = reconcile(ground).data
    assert (done["closed"], [one["code"] for one in done["left"]], work.state()) == ([], ["ambiguous"], "inprogress")


def test_the_same_change_by_two_tickets_is_the_one_that_was_merged(ground: Repo) -> None:
    one, other = started(ground, "One"), started(ground, "Other")
    for work, message in ((one, "Do it"), (other, "Do the same")):
        ground.commit("shared", "top\nmiddle\nbottom, changed\n", cwd=work.worktree, message=message)
    ground.commit("meanwhile", "m\n")
    land(one, "merge")
    for known in (False, True):
        done = reconcile(ground).data
        assert [each["id"] for each in done["closed"]] == ([] if known else [one.ticket])
        (left,) = done["left"]
        assert (left["id"], left["code"]) == (other.ticket, "foreign")
        assert one.ticket[:8] in left["reason"]
    land(other, "merge")
    assert [each["id"] for each in reconcile(ground).data["closed"]] == [other.ticket]


def test_a_branch_that_was_renamed_is_the_tickets_still(ground: Repo) -> None:
    work = worked(ground)
    ground.git("branch", "-m", work.branch, "better")
    assert reconcile(ground).data["closed"] == []
    land(replace(work, branch="better"), "ff")
    (found,) = reconcile(ground).data["closed"]
    assert (found["id"], found["strategy"]) == (work.ticket, "ff")


def test_what_was_pushed_and_amended_here_is_no_copy_any_more(ground: Repo) -> None:
    work = worked(ground)
    ground.git("remote", "add", "origin", "nowhere")
    pushed = f"refs/remotes/origin/{work.branch}"
    ground.git("update-ref", pushed, work.branch)
    ground.git("commit", "-q", "--amend", "-m", "Better", cwd=work.worktree)
    land(work, "merge")
    assert len(reconcile(ground, "--dry-run").data["closed"]) == 1
    # What somebody else added to it is not here.
    ground.git("update-ref", pushed, ground.git("commit-tree", "-p", pushed, "-m", "More", "main~1^{tree}"))
    assert reconcile(ground).data["closed"] == []


@pytest.mark.parametrize("trailer", [True, False])
def test_a_merge_whose_branch_is_gone_is_told(ground: Repo, *, trailer: bool) -> None:
    work = started(ground)
    end = f"\n\nTicket: {work.ticket}" if trailer else ""
    named = ground.commit("own", "x\n", cwd=work.worktree, message=f"Do it{end}")
    land(work, "merge")
    if trailer:
        ground.git("commit", "-q", "--amend", "-m", "A merge")
    ground.git("worktree", "remove", "--force", str(work.worktree))
    ground.git("branch", "-q", "-D", work.branch)
    (left,) = reconcile(ground).data["left"]
    assert (left["code"], left["commit"]) == ("no-branch", named if trailer else ground.git("rev-parse", "main"))
    assert work.state() == "inprogress"


def test_a_commit_that_names_the_ticket_and_is_not_its_work_is_told_each_time(ground: Repo) -> None:
    work = worked(ground)
    ground.git("merge", "-q", "--squash", work.branch)
    more = ground.commit("more", "m\n", message=f"And more\n\nTicket: {work.ticket}")
    for _ in range(2):
        (left,) = reconcile(ground).data["left"]
        assert (left["code"], left["commit"]) == ("not-there", more)
        assert "names it" in left["reason"]


def test_a_branch_that_two_tickets_have_closes_neither_and_that_is_told(ground: Repo) -> None:
    work = ready_to_land(ground, "merge")
    other = inside(ground, "new", "Another", "-m", "x", "-q").out.strip()
    inside(ground, "ready", other)
    inside(ground, "queue", other)
    # From another clone, where that name was free.
    session = session_of(ground)
    now = session.ticket(session.snapshot(), other)
    event = Accept("queued", now.generation, work.branch, ground.git("rev-parse", "main~1"), "main")
    session.append(lambda _: [session.entry(other, event)])
    land(work, "merge")
    done = reconcile(ground).data
    assert done["closed"] == []
    assert {(one["id"], one["code"]) for one in done["left"]} == {(work.ticket, "ambiguous"), (other, "ambiguous")}
    assert work.state() == "inprogress"


def test_a_target_that_is_nowhere_is_told_of_each_ticket_that_has_a_branch(ground: Repo) -> None:
    works = [worked(ground, "One"), worked(ground, "Two")]
    gone = started(ground, "Its branch is gone")
    ground.git("worktree", "remove", str(gone.worktree))
    ground.git("branch", "-q", "-D", gone.branch)
    ground.git("branch", "-m", "main", "trunk")
    land(works[0], "merge")
    for _ in range(2):
        left = reconcile(ground).data["left"]
        assert {(one["id"], one["code"]) for one in left} == {(work.ticket, "no-target") for work in works}
        assert all("main is nowhere" in one["reason"] for one in left)
    assert reconcile(ground, "--target", "trunk").data["left"] == []
    # What the reason says to do: for what is merged already, and for what is not.
    inside(ground, "init", "--target", "trunk")
    inside(ground, "release", works[0].ticket, "-m", "The target is another.")
    inside(ground, "start", works[0].ticket)
    done = reconcile(ground).data
    assert [one["id"] for one in done["closed"]] == [works[0].ticket]
    assert [one["id"] for one in done["left"]] == [works[1].ticket]
    works[1].complete("--target", "trunk", "--override", "-m", "Nobody else is here.")
    assert works[1].state() == "closed"
