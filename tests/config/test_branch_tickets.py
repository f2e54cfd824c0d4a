"""`branch.<name>.yoiTicket`: set where a ticket's branch is made or adopted, moved and removed by git."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from git_yoi.config.branch_tickets import note_ticket, tickets_of_branches
from git_yoi.errors import YoiError
from git_yoi.git.repository import Repository, discover
from tests.conftest import Repo
from tests.inside import inside, queued


def opened(repo: Repo) -> Repository:
    return discover(repo.path, os.environ.copy(), explicit=True)


def noted(repo: Repo) -> dict[str, str]:
    return tickets_of_branches(opened(repo))


@pytest.mark.parametrize("branch", ["work", "a.b/c.d", "größe", "x=y", 'quo"ted', "[x]", "A"])
def test_the_ticket_of_a_branch_of_any_name(plain: Repo, branch: str) -> None:
    note_ticket(opened(plain), branch, "kkkk")
    note_ticket(opened(plain), branch, "llll")
    assert noted(plain) == {branch: "llll"}
    assert plain.git("config", "--get", f"branch.{branch}.yoiTicket") == "llll"


def test_what_stands_there_is_not_written_again(plain: Repo) -> None:
    note_ticket(opened(plain), "work", "kkkk")
    file = plain.path / ".git/config"
    before = file.stat().st_ino
    note_ticket(opened(plain), "work", "kkkk")
    assert file.stat().st_ino == before


def test_start_and_its_second_attempt_and_takeover_note_it(repo: Repo) -> None:
    ticket = queued(repo)
    held = inside(repo, "start", ticket, "--json").data
    assert noted(repo) == {held["branch"]: ticket}
    repo.git("config", "--unset", f"branch.{held['branch']}.yoiTicket")
    inside(repo, "takeover", ticket, "-m", "again", env={"GIT_YOI_ACTOR": "Bea <bea@example.org>"})
    assert noted(repo) == {held["branch"]: ticket}


def test_an_adopted_branch_is_noted(repo: Repo) -> None:
    ticket = queued(repo)
    held = inside(repo, "start", ticket, "--no-worktree", "--json").data
    inside(repo, "release", ticket, "-m", "later")
    repo.git("config", "--remove-section", f"branch.{held['branch']}")
    inside(repo, "start", ticket, "--no-worktree")
    assert noted(repo) == {held["branch"]: ticket}


def test_git_moves_and_removes_it_with_the_branch(repo: Repo) -> None:
    ticket = queued(repo)
    held = inside(repo, "start", ticket, "--no-worktree", "--json").data
    repo.git("branch", "-m", held["branch"], "renamed")
    assert noted(repo) == {"renamed": ticket}
    repo.git("branch", "-D", "renamed")
    assert noted(repo) == {}


def test_a_configuration_that_is_locked_for_a_moment_is_waited_for(plain: Repo) -> None:
    lock = plain.path / ".git/config.lock"
    lock.touch()
    timer = threading.Timer(0.3, lock.unlink)
    timer.start()
    note_ticket(opened(plain), "work", "kkkk")
    timer.join()
    assert noted(plain) == {"work": "kkkk"}


def test_many_at_once_all_stand_there(plain: Repo) -> None:
    here = opened(plain)
    names = [f"b{number}" for number in range(12)]
    threads = [threading.Thread(target=note_ticket, args=(here, name, "kkkk")) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(noted(plain)) == sorted(names)


def test_a_start_does_not_fail_of_a_lock_that_stays(repo: Repo, tmp_path: Path) -> None:
    ticket = queued(repo)
    lock = repo.path / ".git/config.lock"
    lock.touch()
    with pytest.raises(YoiError):
        note_ticket(opened(repo), "work", "kkkk")
    done = inside(repo, "start", ticket, "--worktree", tmp_path / "there", "--json")
    assert "is not noted as the ticket's" in done.err
    assert (tmp_path / "there/README").exists()
    assert done.data["state"] == "inprogress"
