"""`worktree prune` and `rescue`: what is safe to remove goes, the rest says why it stays, and all of it comes back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from git_yoi.actions.session import Session
from git_yoi.actions.worktree import Judged, list_judged
from git_yoi.git.repository import Repository
from git_yoi.store.claims import is_claim_held, lock_claim
from git_yoi.worktree.expiry import is_over
from git_yoi.worktree.facts import TicketBranch
from git_yoi.worktree.remove import Cleaned, clean_up
from tests.conftest import Repo
from tests.inside import inside
from tests.merge.scene import Work, approved, everything, started


def finished(repo: Repo, *more: str) -> Work:
    """A ticket that is merged and closed, its branch and worktree still there."""
    work = approved(repo)
    done = work.complete("--keep-worktree", *more).data
    assert done["cleaned"]["worktree"] is False
    return work


def prune(repo: Repo, *more: str) -> dict[str, dict[str, object]]:
    return {one["id"]: one for one in inside(repo, "worktree", "prune", "--json", *more).data["tickets"]}


@pytest.mark.parametrize("strategy", ["merge", "squash", "rebase"])
def test_what_a_finished_ticket_left_goes_and_comes_back(repo: Repo, strategy: str) -> None:
    work = finished(repo, "--strategy", strategy)
    (work.worktree / ".gitignore").exists()
    repo.commit("later", "x\n")
    head = repo.git("rev-parse", work.branch)
    before = everything(repo)
    foreseen = prune(repo, "--dry-run")[work.ticket]
    assert everything(repo) == before
    done = prune(repo)[work.ticket]
    assert done["removed"] == foreseen["removed"] == {"worktree": True, "branch": True}
    assert not work.worktree.exists()
    assert repo.git("branch", "--list", work.branch) == ""
    (kept,) = [one for one in inside(repo, "worktree", "rescue", "--json").data if one["ticket"] == work.ticket]
    assert (kept["branch"], kept["head"]) == (work.branch, head)
    assert (Path(kept["directory"]) / f"work-{work.ticket}").read_text() == "work\n"
    assert inside(repo, "worktree", "rescue", work.ticket[:6], "--json").data["head"] == head
    assert repo.git("rev-parse", work.branch) == head
    assert inside(repo, "worktree", "rescue", work.ticket, "--json", code=7).error == "exists"
    inside(repo, "worktree", "rescue", kept["key"], "--branch", "another")
    assert repo.git("rev-parse", "another") == head


def _dirty(work: Work) -> None:
    (work.worktree / f"work-{work.ticket}").write_text("changed\n")


def _untracked(work: Work) -> None:
    (work.worktree / "new").write_text("x\n")


def _locked(work: Work) -> None:
    work.repo.git("worktree", "lock", "--reason", "on a drive", work.worktree)


def _more_work(work: Work) -> None:
    work.commit("more", "x\n")


def _nested(work: Work) -> None:
    work.repo.git("init", "-q", work.worktree / "inner")


def _bisect(work: Work) -> None:
    work.repo.git("bisect", "start", cwd=work.worktree)


KEPT: dict[str, Callable[[Work], None]] = {
    "changes that are not committed": _dirty,
    "does not track": _untracked,
    "on a drive": _locked,
    "that the target lacks": _more_work,
    "another repository lies inside": _nested,
    "bisect is going on": _bisect,
}


@pytest.mark.parametrize("why", list(KEPT))
def test_what_cannot_be_judged_safe_stays_and_the_reason_is_said(repo: Repo, why: str) -> None:
    work = finished(repo)
    KEPT[why](work)
    before = everything(repo)
    foreseen = prune(repo, "--dry-run")[work.ticket]
    done = prune(repo)[work.ticket]
    assert done == foreseen
    assert done["removed"] == {"worktree": False, "branch": False}
    assert why in " ".join(str(reason) for reason in done["kept_because"])  # type: ignore[attr-defined]  # JSON
    assert everything(repo) == before


def test_a_worktree_that_left_its_branch_stays_and_the_merged_branch_goes(repo: Repo) -> None:
    work = finished(repo)
    repo.git("checkout", "-q", "--detach", cwd=work.worktree)
    done = prune(repo)[work.ticket]
    assert done["removed"] == {"worktree": False, "branch": True}
    assert (work.worktree / f"work-{work.ticket}").exists()


def test_open_tickets_and_other_peoples_branches_are_not_touched(repo: Repo) -> None:
    work = started(repo)
    repo.git("branch", "mine")
    before = everything(repo)
    assert prune(repo)[work.ticket]["removed"] == {"worktree": False, "branch": False}
    assert everything(repo) == before
    assert "kept\tthe ticket is inprogress" in inside(repo, "worktree", "prune").out


def test_from_inside_the_worktree_it_stays(repo: Repo) -> None:
    work = finished(repo)
    here = Repo(work.worktree)
    assert prune(here)[work.ticket]["removed"] == {"worktree": False, "branch": False}
    assert work.worktree.exists()


@pytest.mark.parametrize("taken_up", ["reopened", "being started"])
def test_what_is_taken_up_again_after_it_was_judged_stays(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, taken_up: str
) -> None:
    work = finished(repo)
    private = repo.path / ".git/yoi"

    def judged(session: Session) -> tuple[Judged, ...]:
        found = list_judged(session)
        if taken_up == "reopened":
            repo.yoi("reopen", work.ticket, "-m", "More of it.")
        else:
            held.enter_context(lock_claim(private, work.ticket))
        return found

    monkeypatch.setattr("git_yoi.actions.prune.list_judged", judged)
    before = repo.git("rev-parse", work.branch)
    with ExitStack() as held:
        done = prune(repo)[work.ticket]
    assert done["removed"] == {"worktree": False, "branch": False}
    why = "the ticket is planning" if taken_up == "reopened" else "another command is at work on the ticket"
    assert why in done["kept_because"]  # type: ignore[operator]  # JSON
    assert work.worktree.is_dir()
    assert repo.git("rev-parse", work.branch) == before


def test_what_another_prune_was_quicker_with_is_not_told(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    work = finished(repo)

    def judged(session: Session) -> tuple[Judged, ...]:
        found = list_judged(session)
        repo.yoi("worktree", "prune")
        return found

    monkeypatch.setattr("git_yoi.actions.prune.list_judged", judged)
    assert prune(repo) == {}
    assert len(list((repo.path / ".git/yoi/trash").iterdir())) == 1
    assert not work.worktree.exists()


def test_nobody_can_start_a_ticket_while_its_branch_is_cleaned_up(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    work = finished(repo)
    held = []

    def cleaned(repository: Repository, branch: TicketBranch, **values: Any) -> Cleaned:
        held.append(is_claim_held(repository.private, work.ticket))
        return clean_up(repository, branch, **values)

    monkeypatch.setattr("git_yoi.actions.prune.clean_up", cleaned)
    prune(repo)
    assert held == [True]
    assert not is_claim_held(repo.path / ".git/yoi", work.ticket)


def test_what_was_put_away_is_let_go_after_fourteen_days_and_not_before(repo: Repo) -> None:
    work = finished(repo)
    prune(repo)
    trash = repo.path / ".git/yoi/trash"
    (folder,) = trash.iterdir()
    (mine := trash / "mine").mkdir()
    (ref,) = repo.git("for-each-ref", "--format=%(refname)", "refs/yoi/rescue/").splitlines()
    expired = inside(repo, "worktree", "prune", "--json").data["expired"]
    assert (expired, folder.exists()) == ({"branches": [], "reflogs": [], "directories": [], "failed": []}, True)
    old = f"20200101T000000Z-{work.ticket}"
    folder.rename(trash / old)
    repo.git("update-ref", f"refs/yoi/rescue/{old}/{work.branch}", ref)
    repo.git("update-ref", "-d", ref)
    told = inside(repo, "worktree", "prune", "--dry-run", "--json").data["expired"]
    assert told == {
        "branches": [f"{old}/{work.branch}"],
        "reflogs": [],
        "directories": [str(trash / old)],
        "failed": [],
    }
    assert (trash / old).exists()
    assert "let go: 1 branches, 1 directories" in inside(repo, "worktree", "prune").err
    assert (sorted(trash.iterdir()), "refs/yoi/rescue" in repo.refs()) == ([mine], False)


def test_a_folder_that_cannot_be_erased_stays_and_is_told_with_all_that_went(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, trash = finished(repo), repo.path / ".git/yoi/trash"
    busy, other = trash / "20200101T000000Z-kkkkmmmm", trash / "20200102T000000Z-kkkkmmmm"
    for folder in (busy, other):
        (folder / "worktree").mkdir(parents=True)
        (folder / "worktree/file").touch()
        (folder / "origin.json").write_text("{}")
    mount = busy / "worktree/data"
    (listed := tmp_path / "mountinfo").write_bytes(b"1 2 3:4 / %b rw - ext3 x rw\n" % bytes(mount))
    monkeypatch.setattr("git_yoi.worktree.mounts._MOUNTS", listed)
    failed = [{"directory": str(busy), "reason": f"{mount}: something is mounted there"}]
    foreseen = inside(repo, "worktree", "prune", "--dry-run", "--json").data
    told = inside(repo, "worktree", "prune", "--json").data
    assert (told["expired"]["directories"], told["expired"]["failed"]) == ([str(other)], failed)
    assert foreseen["expired"] == told["expired"]
    assert [row["removed"]["branch"] for row in told["tickets"]] == [True]
    assert (busy / "origin.json").exists()
    assert not work.worktree.exists()
    assert not other.exists()
    assert f"and stays: {busy}: {mount}: something is mounted there" in inside(repo, "worktree", "prune").err


def test_a_policy_that_cannot_be_read_keeps_everything_and_is_said_beforehand(repo: Repo) -> None:
    work = finished(repo)
    repo.commit(".yoi.yaml", "target: [\n")
    foreseen, done = prune(repo, "--dry-run")[work.ticket], prune(repo)[work.ticket]
    assert foreseen == done
    assert done["removed"] == {"worktree": False, "branch": False}
    said = "nothing can be judged: the policy cannot be read"
    assert said in done["kept_because"]  # type: ignore[operator]  # JSON
    assert said in inside(repo, "worktree", "list").out


def test_names_that_lead_nowhere_or_to_several_are_told(repo: Repo) -> None:
    assert inside(repo, "worktree", "rescue", "zzzz", "--json", code=3).error == "not-found"
    for _ in range(2):
        finished(repo)
    prune(repo)
    assert inside(repo, "worktree", "rescue", "20", "--json", code=3).error == "ambiguous"
    assert inside(repo, "worktree", "rescue", "--branch", "x", "--json", code=2).error == "usage"


def test_the_settings_of_a_branch_with_a_bracket_in_its_name_go_too(repo: Repo) -> None:
    work = started(repo, "A ticket", "--branch", "a]b")
    repo.git("config", "branch.a]b.description", "about it")
    repo.git("config", "--add", "branch.a]b.merge", "refs/heads/x")
    repo.git("config", "--add", "branch.a]b.merge", "refs/heads/y")
    before = repo.git("config", "--local", "--get-regexp", r"^branch\.")
    inside(repo, "close", work.ticket, "--as", "wontfix", "-m", "No.")
    assert prune(repo)[work.ticket]["kept_because"] == []
    assert "branch." not in repo.git("config", "--local", "--list")
    inside(repo, "worktree", "rescue", "a]b")
    assert repo.git("config", "--local", "--get-regexp", r"^branch\.") == before


@pytest.mark.parametrize("name", [None, "another"])
def test_the_settings_of_a_branch_go_and_come_back_with_it(repo: Repo, name: str | None) -> None:
    work = finished(repo)
    section = f"branch.{work.branch}"
    repo.git("config", f"{section}.description", "first line\nsecond line")
    repo.git("config", "--add", f"{section}.merge", "refs/heads/x")
    repo.git("config", "--add", f"{section}.merge", "refs/heads/y")
    repo.git("config", f"branch.{work.branch}.more.description", "of another branch")
    before = repo.git("config", "--local", "--get-regexp", rf"^branch\.{work.branch}\.[a-z]*$")
    assert "yoiticket" in before
    prune(repo)
    assert repo.git("config", "--local", "--get-regexp", r"^branch\.").split("\n") == [
        f"branch.{work.branch}.more.description of another branch"
    ]
    inside(repo, "worktree", "rescue", work.ticket, *(("--branch", name) if name else ()))
    made = name or work.branch
    assert repo.git("config", "--local", "--get-regexp", rf"^branch\.{made}\.[a-z]*$") == before.replace(
        f"branch.{work.branch}.", f"branch.{made}."
    )


def test_what_only_a_reflog_led_to_is_listed_comes_back_and_is_let_go_in_its_time(repo: Repo) -> None:
    work = finished(repo)
    lost = work.commit("more", "first thoughts\n")
    repo.git("reset", "-q", "--hard", "HEAD^", cwd=work.worktree)
    prune(repo)
    listed = inside(repo, "worktree", "rescue", "--json").data
    assert [(one["branch"], one["head"]) for one in listed if one["ticket"] == work.ticket] == [
        (work.branch, listed[0]["head"]),
        (None, lost),
    ]
    assert f"\t(of a reflog)\t{lost[:12]}\t" in inside(repo, "worktree", "rescue").out
    assert inside(repo, "worktree", "rescue", work.ticket, "--json").data["branch"] == work.branch
    assert inside(repo, "worktree", "rescue", lost[:10], "--json", code=2).error == "usage"
    inside(repo, "worktree", "rescue", lost[:10], "--branch", "thoughts")
    assert repo.git("rev-parse", "thoughts") == lost
    (ref,) = repo.git("for-each-ref", "--format=%(refname)", "refs/yoi/rescue-reflog/").split()
    old = f"20200101T000000Z-{work.ticket}/{lost}"
    repo.git("update-ref", f"refs/yoi/rescue-reflog/{old}", lost)
    repo.git("update-ref", "-d", ref)
    for more in (("--dry-run",), ()):
        assert inside(repo, "worktree", "prune", "--json", *more).data["expired"]["reflogs"] == [old]
    assert inside(repo, "worktree", "prune", "--json").data["expired"]["reflogs"] == []
    assert repo.git("for-each-ref", "refs/yoi/rescue-reflog/") == ""


def test_fourteen_days_are_fourteen_days() -> None:
    at, day = 1_750_000_000, 24 * 3600
    assert not is_over(at, at + 14 * day)
    assert is_over(at, at + 14 * day + 1)


def test_what_a_killed_removal_left_of_a_branchs_settings_is_no_new_branchs(repo: Repo) -> None:
    """A kill between the two: the branch is gone, and who makes one of that name has not made it for the ticket."""
    work = finished(repo)
    inside(repo, "worktree", "prune", "--json")
    left = f"branch.{work.branch}.yoiTicket"
    repo.git("config", left, work.ticket)
    repo.git("config", "branch.mine.yoiTicket", work.ticket)
    repo.git("branch", "mine")
    inside(repo, "worktree", "prune", "--dry-run")
    assert repo.git("config", left) == work.ticket
    inside(repo, "worktree", "prune")
    assert repo.git("config", "--get", "--default", "none", left) == "none"
    assert repo.git("config", "branch.mine.yoiTicket") == work.ticket
    kept = [file.read_text() for file in (repo.path / ".git/yoi/trash").glob("*/branch.json")]
    assert any(work.branch in text and work.ticket in text for text in kept)
