"""Finished tickets whose merge is gone from the target, or seems so: reverted along with more, or rewritten."""

from __future__ import annotations

import os
from collections.abc import Callable
from unittest.mock import patch

import pytest

from tests.actions.test_reconcile import land, ready_to_land, reconcile
from tests.conftest import Repo, run
from tests.inside import inside
from tests.merge.scene import Work, started


@pytest.fixture
def ground(repo: Repo) -> Repo:
    repo.commit("shared", "top\nmiddle\nbottom\n")
    return repo


@pytest.mark.parametrize("how", ["--no-ff", "--squash"])
def test_a_branch_that_reverts_and_does_something_more_reopens(ground: Repo, how: str) -> None:
    work = ready_to_land(ground, "merge")
    land(work, "merge")
    reconcile(ground)
    ground.git("checkout", "-q", "-b", "fix")
    ground.git("revert", "--no-edit", "-m", "1", "main")
    said = ground.git("log", "-1", "--format=%B")
    ground.commit("elsewhere", "a fix\n")
    ground.git("checkout", "-q", "main")
    ground.git("merge", "-q", how, *(["-m", "A fix"] if how == "--no-ff" else []), "fix")
    if how == "--squash":
        ground.git("commit", "-q", "-m", f"A fix (#8)\n\n{said}")
    (back,) = reconcile(ground).data["reopened"]
    assert (back["id"], back["by"]) == (work.ticket, [ground.git("rev-parse", "main")])
    assert work.state() == "planning"


def test_a_target_that_lost_the_merge_reopens_the_ticket(ground: Repo) -> None:
    work = ready_to_land(ground, "merge")
    before = ground.git("rev-parse", "main")
    land(work, "merge")
    reconcile(ground)
    ground.git("reset", "-q", "--hard", before)
    (back,) = reconcile(ground).data["reopened"]
    assert (back["id"], back["by"]) == (work.ticket, [])
    assert "was rewritten" in back["reason"]
    assert work.state() == "planning"


def filtered(repo: Repo) -> None:
    with patch.dict(os.environ, {"FILTER_BRANCH_SQUELCH_WARNING": "1"}):
        repo.git("filter-branch", "-f", "--index-filter", "git rm -q --cached --ignore-unmatch meanwhile", "main")


def begun_anew(repo: Repo) -> None:
    repo.git("checkout", "-q", "--orphan", "anew")
    repo.git("commit", "-q", "-m", "All as one")
    repo.git("branch", "-f", "main")
    repo.git("checkout", "-q", "main")


@pytest.mark.parametrize(("how", "left"), [(filtered, []), (begun_anew, ["rewritten"])])
def test_a_target_whose_whole_history_was_rewritten_reopens_nothing(
    ground: Repo, how: Callable[[Repo], None], left: list[str]
) -> None:
    work = ready_to_land(ground, "squash")
    land(work, "squash")
    (first,) = reconcile(ground).data["closed"]
    how(ground)
    done = reconcile(ground).data
    assert ([one["code"] for one in done["left"]], done["reopened"], work.state()) == (left, [], "closed")
    assert [one["before"] for one in done["closed"]] == ([] if left else [first["commit"]])


def test_a_merge_that_is_not_here_any_more_is_told_and_reopens_nothing(ground: Repo) -> None:
    work = ready_to_land(ground, "squash")
    land(work, "squash")
    reconcile(ground)
    ground.git("reset", "-q", "--hard", "main~1")
    ground.git("reflog", "expire", "--expire=now", "--all")
    ground.git("update-ref", "-d", "ORIG_HEAD")
    ground.git("prune", "--expire=now")
    done = reconcile(ground).data
    assert ([one["code"] for one in done["left"]], done["reopened"], work.state()) == (["rewritten"], [], "closed")


def test_a_merge_that_was_made_anew_is_recorded_anew(ground: Repo) -> None:
    work = ready_to_land(ground, "merge")
    land(work, "merge")
    (first,) = reconcile(ground).data["closed"]
    ground.git("commit", "-q", "--amend", "-m", "A better message")
    done = reconcile(ground).data
    (again,) = done["closed"]
    assert (again["before"], again["commit"]) == (first["commit"], ground.git("rev-parse", "main"))
    assert (done["reopened"], work.state()) == ([], "closed")
    assert inside(ground, "fsck", "--json").data["problems"] == []


def resolved_by_hand(ground: Repo) -> Work:
    """A ticket closed by a merge that nobody could make again from its two sides."""
    work = started(ground)
    ground.commit("shared", "top\nmiddle\nthe ticket's\n", cwd=work.worktree)
    ground.commit("shared", "top\nmiddle\nthe target's\n")
    assert run("git", "merge", "-q", work.branch, cwd=ground.path).code == 1
    ground.commit("shared", "top\nmiddle\nboth\n", message=f"Merge branch '{work.branch}'")
    assert len(reconcile(ground).data["closed"]) == 1
    return work


def reworded(repo: Repo) -> None:
    with patch.dict(os.environ, {"FILTER_BRANCH_SQUELCH_WARNING": "1"}):
        repo.git("filter-branch", "-f", "--msg-filter", "sed s/shared/mended/", "main")


def test_a_rewrite_that_changes_no_tree_keeps_a_merge_that_was_resolved_by_hand(ground: Repo) -> None:
    work = resolved_by_hand(ground)
    before, tree = ground.git("rev-parse", "main"), ground.git("rev-parse", "main^{tree}")
    ground.commit("more", "m\n")
    reworded(ground)
    done = reconcile(ground).data
    (again,) = done["closed"]
    assert (again["before"], again["commit"]) == (before, ground.git("rev-parse", "main~1"))
    assert ground.git("rev-parse", "main~1^{tree}") == tree
    assert (done["reopened"], done["left"], work.state()) == ([], [], "closed")
    assert "same tree" in inside(ground, "show", work.ticket).out
    done = reconcile(ground).data
    assert (done["closed"], done["reopened"]) == ([], [])
    ground.git("revert", "--no-edit", "-m", "1", "main~1")
    assert len(reconcile(ground).data["reopened"]) == 1


def test_a_rewrite_after_which_it_was_reverted_reopens_it(ground: Repo) -> None:
    resolved_by_hand(ground)
    reworded(ground)
    ground.git("revert", "--no-edit", "-m", "1", "main")
    assert len(reconcile(ground).data["reopened"]) == 1


def test_the_same_step_by_another_ticket_is_not_its_merge(ground: Repo) -> None:
    work = resolved_by_hand(ground)
    ground.git("reset", "-q", "--hard", "main~1")
    other = started(ground, "Other")
    ground.commit("shared", "top\nmiddle\nboth\n", message=f"The same\n\nTicket: {other.ticket}")
    assert [one["id"] for one in reconcile(ground).data["reopened"]] == [work.ticket]


@pytest.mark.parametrize("how", ["squash", "merge", "trailer"])
def test_what_was_rebased_with_a_conflict_is_told_and_reopens_nothing(ground: Repo, how: str) -> None:
    work = started(ground)
    ground.commit("shared", "top\nmiddle\nthe ticket's\n", cwd=work.worktree, message="It")
    base = ground.git("rev-parse", "main")
    ground.commit("meanwhile", "m\n")
    land(work, "merge" if how == "merge" else "squash")
    if how == "trailer":
        ground.git("commit", "-q", "--amend", "-m", f"All\n\nTicket: {work.ticket}")
    assert len(reconcile(ground).data["closed"]) == 1
    ground.git("checkout", "-q", "--detach", base)
    ground.commit("shared", "top\nmiddle\nsomebody's\n")
    onto = ground.git("rev-parse", "HEAD")
    assert run("git", "rebase", "-q", "--onto", onto, base, "main", cwd=ground.path).code == 1
    (ground.path / "shared").write_text("top\nmiddle\nboth\n")
    ground.git("add", "-A")
    ground.git("-c", "core.editor=true", "rebase", "--continue")
    if how == "trailer":
        ground.git("commit", "-q", "--amend", "--date=@0", "-m", f"Again\n\nTicket: {work.ticket}")
    there = ground.git("log", "-1", "--format=%H", "--", "shared")
    for _ in range(2):
        done = reconcile(ground).data
        (left,) = done["left"]
        assert (left["code"], left["commit"], done["reopened"]) == ("rewritten", there, [])
        assert f"git yoi reopen {work.ticket[:8]}" in left["reason"]
    ground.git("revert", "--no-edit", there)
    assert len(reconcile(ground).data["reopened"]) == 1


def test_a_merge_that_was_made_anew_and_taken_back_reopens_the_ticket(ground: Repo) -> None:
    work = ready_to_land(ground, "squash")
    land(work, "squash")
    assert len(reconcile(ground).data["closed"]) == 1
    ground.git("commit", "-q", "--amend", "-m", "A better message")
    ground.git("revert", "--no-edit", "HEAD")
    done = reconcile(ground).data
    assert ([one["id"] for one in done["reopened"]], done["closed"]) == ([work.ticket], [])
    assert work.state() == "planning"
