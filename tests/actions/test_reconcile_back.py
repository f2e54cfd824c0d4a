"""Finished tickets whose merge is gone from the target, or seems so: reverted along with more, or rewritten."""

from __future__ import annotations

import os
from collections.abc import Callable
from unittest.mock import patch

import pytest

from tests.actions.test_reconcile import land, ready_to_land, reconcile
from tests.conftest import Repo
from tests.inside import inside


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


def test_a_merge_that_was_made_anew_and_taken_back_reopens_the_ticket(ground: Repo) -> None:
    work = ready_to_land(ground, "squash")
    land(work, "squash")
    assert len(reconcile(ground).data["closed"]) == 1
    ground.git("commit", "-q", "--amend", "-m", "A better message")
    ground.git("revert", "--no-edit", "HEAD")
    done = reconcile(ground).data
    assert ([one["id"] for one in done["reopened"]], done["closed"]) == ([work.ticket], [])
    assert work.state() == "planning"
