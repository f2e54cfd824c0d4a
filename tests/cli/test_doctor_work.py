"""What `doctor` sees of claims, branches and worktrees against tickets; it never moves what could be work."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from git_yoi.store.claims import lock_claim
from tests.cli.findings import codes, mended, problems
from tests.conftest import Repo
from tests.forge import TICKETS
from tests.inside import BEA, inside, new, queued
from tests.killing import make_killer
from tests.merge.scene import approved, started
from tests.sync.hubs import Hub, make_hub
from tests.sync.scene import queued_everywhere, shared


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with make_hub(tmp_path) as made:
        yield made


def record(repo: Repo, ticket: str) -> Path:
    return repo.path / f".git/yoi/claims/{ticket}.json"


@pytest.mark.parametrize("match", ["yoi: 1 new", "worktree add"])
def test_a_start_that_was_killed_is_for_start_to_finish(repo: Repo, tmp_path: Path, match: str) -> None:
    ticket = queued(repo)
    ended = make_killer(tmp_path / "killer").yoi(repo, "start", ticket, at=1, when="before", match=match)
    assert ended.code == -signal.SIGKILL
    found = next(p for p in problems(repo) if p["code"] == "claim-unfinished")
    assert (found["where"], found["fix"]) == (ticket, f"git yoi start {ticket[:8]}")
    assert "claim-unfinished" not in mended(repo)
    inside(repo, "start", ticket)
    assert codes(repo) == []


def test_a_start_that_is_under_way_is_no_finding(repo: Repo, tmp_path: Path) -> None:
    ticket = queued(repo)
    make_killer(tmp_path / "killer").yoi(repo, "start", ticket, at=1, when="before", match="worktree add")
    with lock_claim(repo.path / ".git/yoi", ticket):
        assert codes(repo) == []


def test_a_claim_that_another_clone_took_over_is_told_while_its_worktree_is_there(hub: Hub) -> None:
    one, other = shared(hub)
    (ticket,) = queued_everywhere((one, other))
    held = inside(one, "start", ticket, "--json").data
    inside(other, "sync")
    inside(other, "takeover", ticket, "-m", "They went home")
    inside(one, "sync")
    (problem,) = problems(one)
    assert (problem["code"], held["worktree"] in problem["observed"]) == ("claim-stale", True)
    assert (mended(one), Path(held["worktree"]).is_dir(), record(one, ticket).exists()) == ([], True, True)
    one.git("worktree", "remove", held["worktree"])
    assert (mended(one), record(one, ticket).exists(), codes(one)) == (["claim-stale"], False, [])
    assert held["branch"] in one.git("branch", "--format=%(refname:short)").splitlines()
    assert codes(other) == []


@pytest.mark.parametrize("gone", [False, True], ids=["with its work", "without"])
def test_a_claim_whose_ticket_another_clone_completed_goes_with_its_branch_and_worktree(hub: Hub, gone: bool) -> None:
    one, other = shared(hub)
    work = approved(one)
    one.git("push", "-q", "origin", work.branch)
    inside(one, "sync")
    inside(other, "sync")
    other.git("fetch", "-q", "origin", f"{work.branch}:{work.branch}")
    inside(other, "complete", work.ticket, "--authorize")
    one.git("pull", "-q")
    inside(one, "sync")
    assert "claim-stale" in codes(one)
    if gone:
        one.git("worktree", "remove", work.worktree)
        one.git("branch", "-q", "-D", work.branch)
    inside(one, "worktree", "prune", "--dry-run")
    assert record(one, work.ticket).exists()
    inside(one, "worktree", "prune")
    assert (work.worktree.exists(), record(one, work.ticket).exists(), codes(one)) == (False, False, [])


def test_a_claim_is_kept_while_something_of_it_is_here(repo: Repo) -> None:
    work = approved(repo)
    claim = record(repo, work.ticket).read_bytes()
    inside(repo, "close", work.ticket, "-m", "Not wanted", "--as", "obsolete")
    record(repo, work.ticket).write_bytes(claim)
    inside(repo, "worktree", "prune")
    assert record(repo, work.ticket).exists()
    repo.git("worktree", "remove", "--force", work.worktree)
    inside(repo, "worktree", "prune")
    assert record(repo, work.ticket).exists()
    repo.git("branch", "-q", "-D", work.branch)
    inside(repo, "worktree", "prune")
    assert not record(repo, work.ticket).exists()


def test_a_claim_on_a_ticket_that_is_not_here_is_kept(repo: Repo) -> None:
    before = repo.git("rev-parse", TICKETS)
    work = started(repo)
    repo.git("update-ref", TICKETS, before)
    assert "claim-stale" in codes(repo)
    assert "claim-stale" not in mended(repo)
    assert (record(repo, work.ticket).exists(), work.worktree.is_dir()) == (True, True)


def test_a_record_that_cannot_be_read_is_told_and_kept(repo: Repo) -> None:
    work = started(repo)
    record(repo, work.ticket).write_text("{")
    (problem,) = problems(repo)
    assert (problem["code"], "git yoi takeover" in problem["fix"]) == ("claim-unreadable", True)
    assert (mended(repo), record(repo, work.ticket).read_text()) == ([], "{")


def test_a_worktree_that_was_moved_by_hand_is_told(repo: Repo, tmp_path: Path) -> None:
    work = started(repo)
    moved = work.worktree.rename(tmp_path / "elsewhere")
    (problem,) = problems(repo)
    assert (problem["code"], problem["where"]) == ("worktree-missing", work.ticket)
    assert (mended(repo), moved.is_dir()) == ([], True)
    repo.git("worktree", "repair", moved)
    assert codes(repo) == []


def test_a_worktree_that_is_lost_comes_back_by_the_fix(repo: Repo) -> None:
    work = started(repo)
    work.commit("a", "work\n")
    shutil.rmtree(work.worktree)
    assert codes(repo) == ["worktree-missing"]
    inside(repo, "release", work.ticket, "-m", "Its worktree is lost")
    inside(repo, "start", work.ticket)
    assert (codes(repo), (work.worktree / "a").read_text()) == ([], "work\n")


def test_a_worktree_with_another_branch_is_told(repo: Repo) -> None:
    work = started(repo)
    repo.git("switch", "-q", "-c", "other", cwd=work.worktree)
    assert (codes(repo), mended(repo)) == (["worktree-strayed"], [])
    repo.git("switch", "-q", work.branch, cwd=work.worktree)
    assert codes(repo) == []


def test_a_branch_that_is_gone_is_told(repo: Repo) -> None:
    work = started(repo)
    repo.git("worktree", "remove", work.worktree)
    head = repo.git("rev-parse", work.branch)
    repo.git("branch", "-q", "-D", work.branch)
    assert (codes(repo), mended(repo)) == (["branch-missing"], [])
    repo.git("branch", work.branch, head)
    assert codes(repo) == ["worktree-missing"]


def test_what_a_closed_ticket_leaves_is_told_and_kept(repo: Repo) -> None:
    work = approved(repo)
    work.complete("--keep-worktree")
    (problem,) = problems(repo)
    assert (problem["code"], str(work.worktree) in problem["observed"]) == ("worktree-left", True)
    assert (mended(repo), work.worktree.is_dir()) == ([], True)
    repo.git("worktree", "remove", work.worktree)
    assert (codes(repo), mended(repo)) == (["branch-left"], [])
    repo.git("branch", "-q", "-d", work.branch)
    assert codes(repo) == []


def test_an_unmerged_branch_of_a_ticket_that_was_given_up_is_nobodys_business(repo: Repo) -> None:
    work = started(repo)
    work.commit("a", "work\n")
    repo.git("worktree", "remove", work.worktree)
    inside(repo, "close", work.ticket, "--as", "wontfix", "-m", "Not now")
    assert codes(repo) == []


def test_a_branch_named_after_a_ticket_that_was_not_accepted_with_it_is_told(repo: Repo) -> None:
    ticket = queued(repo)
    repo.git("worktree", "add", "-q", "-b", f"{ticket[:8]}-by-hand", repo.path.parent / "by hand")
    repo.git("branch", "kkkkkkkk-no-such-ticket")
    repo.git("branch", "kkkkkkkkk-nine-letters")
    before = repo.refs()
    found = {p["where"]: p for p in problems(repo)}
    assert set(found) == {f"{ticket[:8]}-by-hand", "kkkkkkkk-no-such-ticket"}
    assert {p["code"] for p in found.values()} == {"branch-unaccepted"}
    assert "by hand" in found[f"{ticket[:8]}-by-hand"]["observed"]
    assert (mended(repo), repo.refs()) == ([], before)


def test_a_ticket_that_was_released_keeps_its_branch_in_peace(repo: Repo) -> None:
    work = started(repo)
    inside(repo, "release", work.ticket, "-m", "Later")
    assert codes(repo) == []
    assert work.worktree.is_dir()


def test_the_work_of_others_is_no_finding_here(hub: Hub) -> None:
    one, other = shared(hub)
    (ticket,) = queued_everywhere((one, other))
    inside(one, "start", ticket)
    inside(other, "sync")
    assert (codes(one), codes(other)) == ([], [])


def test_it_is_the_same_from_a_linked_worktree(repo: Repo) -> None:
    work = started(repo)
    inside(repo, "close", work.ticket, "--as", "wontfix", "-m", "No", env={"GIT_YOI_ACTOR": str(BEA)})
    new(repo)
    assert codes(Repo(work.worktree)) == codes(repo) == ["worktree-left"]
