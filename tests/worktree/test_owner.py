"""A branch that only has the name of a finished ticket's is somebody else's, and stays with its worktree."""

from __future__ import annotations

from typing import Any

import pytest

from git_yoi.config.branch_tickets import note_ticket
from git_yoi.store.claims import drop_claim, read_claim, write_claim
from tests.conftest import Repo
from tests.inside import inside, session_of
from tests.merge.scene import Work, quickly_approved, started

NOTHING_TELLS = "nothing here tells that the branch is this ticket's"
KEPT = {"worktree": False, "branch": False}


def rows(repo: Repo, *more: str) -> dict[str, Any]:
    return {one["id"]: one for one in inside(repo, "worktree", "prune", "--json", *more).data["tickets"]}


def landed(repo: Repo, strategy: str = "merge") -> Work:
    """A ticket that is merged and closed, of whose branch nothing is left but the name."""
    work = quickly_approved(repo, "A ticket")
    work.complete("--strategy", strategy)
    return work


@pytest.mark.parametrize("strategy", ["merge", "ff"])
def test_the_next_ticket_on_a_branch_of_that_name_is_not_the_finished_one(repo: Repo, strategy: str) -> None:
    before = landed(repo, strategy)
    after = started(repo, "Another", "--branch", before.branch)
    listed = inside(repo, "worktree", "list", "--json").data
    assert [row["id"] for row in listed] == [after.ticket]
    assert set(rows(repo, "--dry-run")) == {after.ticket}
    assert {ticket: row["removed"] for ticket, row in rows(repo).items()} == {after.ticket: KEPT}
    assert after.worktree.is_dir()
    drop_claim(repo.path / ".git/yoi", after.ticket)
    assert set(rows(repo)) == {after.ticket}


def test_a_start_that_is_not_noted_yet_has_its_claim_to_show(repo: Repo) -> None:
    before = landed(repo)
    after = started(repo, "Another", "--branch", before.branch)
    repo.git("config", "--unset", f"branch.{after.branch}.yoiTicket")
    assert set(rows(repo)) == {after.ticket}


@pytest.mark.parametrize("strategy", ["merge", "ff"])
def test_a_new_branch_of_the_users_own_stays(repo: Repo, strategy: str) -> None:
    work = landed(repo, strategy)
    repo.git("worktree", "add", "-q", "-b", work.branch, work.worktree, "main")
    for more in (("--dry-run",), ()):
        row = rows(repo, *more)[work.ticket]
        assert (row["removed"], row["kept_because"][0]) == (KEPT, NOTHING_TELLS)
    assert NOTHING_TELLS in inside(repo, "worktree", "list").out
    assert work.worktree.is_dir()


@pytest.mark.parametrize(("strategy", "goes"), [("merge", True), ("ff", False)])
def test_a_branch_at_the_merged_commit_is_the_tickets_unless_that_is_the_targets_own(
    repo: Repo, strategy: str, goes: bool
) -> None:
    work = quickly_approved(repo, "A ticket")
    repo.git("config", "--unset", f"branch.{work.branch}.yoiTicket")
    work.complete("--strategy", strategy, "--keep-branch", "--keep-worktree")
    for more in (("--dry-run",), ()):
        assert rows(repo, *more)[work.ticket]["removed"] == {"worktree": goes, "branch": goes}


@pytest.mark.parametrize("strategy", ["merge", "ff"])
def test_what_complete_has_just_merged_is_the_tickets(repo: Repo, strategy: str) -> None:
    work = quickly_approved(repo, "A ticket")
    repo.git("config", "--unset", f"branch.{work.branch}.yoiTicket")
    drop_claim(repo.path / ".git/yoi", work.ticket)
    foreseen = work.complete("--strategy", strategy, "--dry-run").data["cleaned"]
    assert work.complete("--strategy", strategy).data["cleaned"] == foreseen
    assert (foreseen["worktree"], foreseen["branch"]) == (True, True)


def test_a_branch_that_was_given_to_another_ticket_outlives_the_merge(repo: Repo) -> None:
    work = quickly_approved(repo, "A ticket")
    other = inside(repo, "new", "Another", "-q").out.strip()
    note_ticket(session_of(repo).repository, work.branch, other)
    cleaned = work.complete().data["cleaned"]
    assert (cleaned["worktree"], cleaned["branch"]) == (False, False)
    assert cleaned["kept_because"][0] == f"the branch is ticket {other[:8]}'s"


def test_the_claim_of_this_clone_tells_it_too(repo: Repo) -> None:
    work, private = started(repo), repo.path / ".git/yoi"
    repo.git("config", "--unset", f"branch.{work.branch}.yoiTicket")
    claim = read_claim(private, work.ticket)
    assert claim is not None
    inside(repo, "close", work.ticket, "--as", "wontfix", "-m", "No.")
    assert rows(repo)[work.ticket]["kept_because"][0] == NOTHING_TELLS
    write_claim(private, claim)
    assert rows(repo)[work.ticket]["removed"] == {"worktree": True, "branch": True}
