"""Every cell of the table, for `complete`, `worktree prune`, and the dry run of each: one judgement, nothing lost."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from tests.conftest import Repo
from tests.inside import inside
from tests.merge.scene import Work, quickly_approved, started
from tests.worktree import cells as of
from tests.worktree.cells import Cell
from tests.worktree.oracle import possessions, require_all_of_it
from tests.worktree.table import CELLS

KEPT = ("", "-")
CALLERS = ("complete", "prune")


def told(removed: dict[str, bool]) -> str:
    return "".join(letter for letter, what in (("w", "worktree"), ("b", "branch")) if removed[what]) or "-"


def of_complete(work: Work, *more: str) -> tuple[str, list[str]]:
    """What `complete` does, or would: what it removes, and why the rest stays; or the code of its refusal."""
    ran = work.complete(*more, code=None)
    if ran.code != 0:
        return str(ran.error), [str(ran.json["error"]["message"])]
    cleaned: Any = ran.data["cleaned"]
    return told(cleaned), cleaned["kept_because"]


def of_prune(work: Work, *more: str) -> tuple[str, list[str]]:
    """The same of `worktree prune`; nothing, where it has nothing to say of the ticket."""
    rows = inside(work.repo, "worktree", "prune", *more, "--json").data["tickets"]
    mine = [row for row in rows if row["id"] == work.ticket]
    return (told(mine[0]["removed"]), mine[0]["kept_because"]) if mine else ("", [])


def judged(work: Work, caller: str, *more: str) -> tuple[str, list[str]]:
    return of_complete(work, *more) if caller == "complete" else of_prune(work, *more)


def require(work: Work, caller: str, expected: str, said: tuple[str, ...]) -> None:
    """The dry run tells what then happens, changes nothing, and nothing is lost by either."""
    before = possessions(work)
    foreseen = judged(work, caller, "--dry-run")
    assert possessions(work) == before
    found = judged(work, caller)
    assert found == foreseen
    assert found[0] == expected, found
    if expected in ("-", "w", "wb"):
        assert all(any(word in reason for reason in found[1]) for word in said), found
        assert bool(found[1]) == (expected != "wb"), found
    require_all_of_it(work, before, found, removed=found[0] not in KEPT)


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: str(cell.name))
def test_a_cell_is_judged_the_same_by_every_caller_and_nothing_is_lost(repo: Repo, cell: Cell, caller: str) -> None:
    work = quickly_approved(repo, "A ticket")
    if caller == "prune":
        work.complete("--keep-worktree")
    cell.make(work)
    expected = cell.complete if caller == "complete" else cell.prune
    require(work, caller, expected, cell.said if caller == "prune" or expected == "-" else ())


@pytest.mark.parametrize("caller", CALLERS)
def test_the_current_directory_inside_keeps_the_worktree(repo: Repo, caller: str) -> None:
    work = quickly_approved(repo, "A ticket")
    if caller == "prune":
        work.complete("--keep-worktree")
    inner = work.worktree / "src"
    of.ignore(work, "src/")
    inner.mkdir()
    there = Work(Repo(inner), work.ticket, work.branch, work.worktree)
    assert judged(there, caller, "--dry-run")[0] == "-"
    found = judged(there, caller)
    assert found[0] == "-"
    assert "current directory is inside" in found[1][0]
    assert inner.is_dir()


def test_of_several_worktrees_with_the_branch_the_one_of_the_claim_is_the_tickets(repo: Repo) -> None:
    work = quickly_approved(repo, "A ticket")
    twin = work.worktree.with_name("a twin, which git lists first")
    repo.git("worktree", "add", "-q", "-f", twin, work.branch)
    require(work, "complete", "w", ("is in use in another worktree",))
    assert (twin.is_dir(), work.worktree.exists()) == (True, False)


@pytest.mark.parametrize("caller", CALLERS)
def test_a_process_that_works_inside_keeps_the_worktree(repo: Repo, caller: str) -> None:
    work = quickly_approved(repo, "A ticket")
    if caller == "prune":
        work.complete("--keep-worktree")
    waits = [sys.executable, "-c", "print(flush=True); input()"]
    with subprocess.Popen(waits, cwd=work.worktree, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as busy:
        assert busy.stdout is not None
        busy.stdout.readline()
        require(work, caller, "-", (f"process {busy.pid} works in it",))
        busy.communicate(b"\n")


@pytest.mark.parametrize("strategy", ["squash", "rebase", "ff"])
def test_what_landed_in_another_form_goes_only_as_it_was_when_it_landed(repo: Repo, strategy: str) -> None:
    work = quickly_approved(repo, "A ticket")
    if strategy != "ff":
        repo.commit("meanwhile", "m\n")
    work.complete("--strategy", strategy, "--keep-worktree")
    head = of.git(work, "rev-parse", "HEAD")
    work.commit("more", "more\n")
    require(work, "prune", "-", ("commits that the target lacks",))
    of.git(work, "reset", "-q", "--hard", head)
    require(work, "prune", "wb", ())


def test_what_was_only_started_or_given_up_unmerged_stays(repo: Repo) -> None:
    begun = started(repo, "Just started")
    require(begun, "complete", "not-merged", ())
    require(begun, "prune", "-", ("the ticket is inprogress",))
    given_up = started(repo, "Given up")
    given_up.commit("half", "done\n")
    inside(repo, "close", given_up.ticket, "--as", "wontfix", "-m", "No.")
    require(given_up, "prune", "-", ("commits that the target lacks",))


@pytest.mark.parametrize("kept", ["--keep-worktree", "--keep-branch"])
def test_what_is_asked_to_stay_stays(repo: Repo, kept: str) -> None:
    work = quickly_approved(repo, "A ticket")
    before = possessions(work)
    foreseen, found = of_complete(work, kept, "--dry-run"), of_complete(work, kept)
    assert found == foreseen
    assert found[0] == ("w" if kept == "--keep-branch" else "-")
    assert "as asked" in found[1][0]
    require_all_of_it(work, before, found, removed=True)


def test_what_only_its_reflog_led_to_is_kept_for_fourteen_days(repo: Repo) -> None:
    work = quickly_approved(repo, "A ticket")
    lost = work.commit("more", "first thoughts\n")
    of.git(work, "reset", "-q", "--hard", "HEAD^")
    work.complete()
    kept = repo.git("for-each-ref", "--format=%(objectname)", "refs/yoi/rescue-reflog/")
    assert kept == lost
    inside(repo, "worktree", "prune")
    assert repo.git("for-each-ref", "--format=%(objectname)", "refs/yoi/rescue-reflog/") == lost
    (old,) = repo.git("for-each-ref", "--format=%(refname)", "refs/yoi/rescue-reflog/").split()
    aged = "refs/yoi/rescue-reflog/20200101T000000Z-" + old.rpartition("Z-")[2]
    repo.git("update-ref", aged, lost)
    repo.git("update-ref", "-d", old)
    inside(repo, "worktree", "prune")
    assert repo.git("for-each-ref", "refs/yoi/rescue-reflog/") == ""
