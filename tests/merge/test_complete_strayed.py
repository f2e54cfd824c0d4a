"""A ticket's worktree that has something else than its branch checked out is seen, and kept."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Repo
from tests.inside import inside
from tests.merge.scene import Work, approved, everything, require_closed_once, started


def row(work: Work) -> Any:
    return next(one for one in inside(work.repo, "worktree", "list", "--json").data if one["id"] == work.ticket)


@pytest.mark.parametrize("left", ["a commit", "an untracked file", "nothing"])
def test_a_detached_worktree_stops_the_completion_until_it_is_mended(repo: Repo, left: str) -> None:
    work = approved(repo)
    repo.git("checkout", "-q", "--detach", cwd=work.worktree)
    if left == "a commit":
        work.commit("more", "more\n")
    elif left == "an untracked file":
        (work.worktree / "more").write_text("more\n")
    before = everything(repo)
    for more in ((), ("--dry-run",), ("--override", "-m", "why"), ("--keep-worktree",)):
        ended = work.complete(*more, code=7)
        assert ended.error == "detached"
        assert str(work.worktree) in ended.json["error"]["message"]
        assert work.branch in ended.json["error"]["hint"]
    assert [one["code"] for one in inside(repo, "dossier", work.ticket, "--json").data["missing"]] == ["detached"]
    assert everything(repo) == before
    listed = row(work)
    assert (listed["worktree"], listed["removable"]["worktree"]) == (str(work.worktree), False)
    assert "detached" in [one["code"] for one in listed["reasons"]]
    (work.worktree / "more").unlink(missing_ok=True)
    repo.git("checkout", "-q", "-f", work.branch, cwd=work.worktree)
    assert work.complete().data["cleaned"]["worktree"] is True
    require_closed_once(repo, work.ticket)


def test_detached_comes_before_the_branch_without_commits(repo: Repo) -> None:
    work = started(repo)
    repo.git("checkout", "-q", "--detach", cwd=work.worktree)
    work.commit("more", "more\n")
    assert work.complete(code=7).error == "detached"


def test_a_worktree_with_another_branch_is_kept_and_said(repo: Repo) -> None:
    work = approved(repo)
    repo.git("switch", "-q", "-c", "aside", cwd=work.worktree)
    (work.worktree / "more").write_text("more\n")
    would = work.complete("--dry-run").data["cleaned"]
    cleaned = work.complete().data["cleaned"]
    assert cleaned == would
    assert cleaned["worktree"] is False
    assert any("branch aside" in reason for reason in cleaned["kept_because"])
    assert (work.worktree / "more").exists()
    require_closed_once(repo, work.ticket)


def test_without_a_worktree_none_is_said_to_be_removed(repo: Repo) -> None:
    work = started(repo, "A ticket", "--no-worktree")
    repo.git("switch", "-q", work.branch)
    work.commit("more", "more\n")
    repo.git("switch", "-q", "main")
    work.approve()
    assert work.complete("--dry-run").data["cleaned"] == {"worktree": False, "branch": True, "kept_because": []}
    told = inside(repo, "complete", work.ticket, "--authorize").err
    assert "Removed its branch" in told
    assert "worktree" not in told


def test_a_ticket_in_progress_says_that_its_directory_is_gone(repo: Repo) -> None:
    work = started(repo)
    work.worktree.rename(work.worktree.with_name("moved"))
    assert "missing" in [one["code"] for one in row(work)["reasons"]]
    repo.git("worktree", "prune")
    assert row(work)["worktree"] is None
    assert "missing" in [one["code"] for one in row(work)["reasons"]]
