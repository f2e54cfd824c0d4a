from __future__ import annotations

from git_yoi.render.style import columns
from tests.conftest import Repo
from tests.inside import accept, commit_on, every_state, inside, new, queued
from tests.terminal import on_terminal, without_colour


def groups(repo: Repo) -> dict[str, list[str]]:
    data = inside(repo, "status", "--json").data
    return {name: [t["id"] for t in data[name]] for name in ("human", "startable", "running", "stuck")}


def test_each_ticket_stands_where_somebody_looks_for_it(repo: Repo) -> None:
    tickets = every_state(repo)
    free = queued(repo, "Free")
    running = queued(repo, "Running")
    accept(repo, running)
    assert groups(repo) == {
        "human": [tickets["ready"]],
        "startable": [free],
        "running": [running],
        "stuck": [tickets["queued"], tickets["inprogress"]],
    }
    data = inside(repo, "status", "--json").data
    assert data["counts"] == {"planning": 1, "ready": 1, "queued": 2, "inprogress": 2, "done": 1, "closed": 1}
    assert data["remote"] is None
    assert data["stuck"][0]["note"] == "a reason"


def test_work_that_is_approved_waits_for_a_human_until_its_branch_moves(repo: Repo) -> None:
    ticket = queued(repo)
    branch = accept(repo, ticket)
    commit_on(repo, branch, "file")
    inside(repo, "review", ticket, "--approve", env={"GIT_YOI_ACTOR": "Bea <bea@example.org>"})
    assert groups(repo)["human"] == [ticket]
    assert groups(repo)["running"] == []
    commit_on(repo, branch, "more")
    assert groups(repo)["running"] == [ticket]


def test_work_that_a_reviewer_sent_back_says_so_until_its_branch_moves(repo: Repo) -> None:
    ticket = queued(repo)
    branch = accept(repo, ticket)
    commit_on(repo, branch, "file")
    bea = {"GIT_YOI_ACTOR": "Bea <bea@example.org>"}
    inside(repo, "review", ticket, "--request-changes", "-m", "more tests", env=bea)
    assert inside(repo, "status", "--json").data["running"][0]["note"] == "changes asked of Ada"
    commit_on(repo, branch, "more")
    assert inside(repo, "status", "--json").data["running"][0]["note"] == "Ada <ada@example.org>"


def test_a_dependency_names_what_it_waits_for(repo: Repo) -> None:
    first = new(repo, "First")
    waits = new(repo, "Waits", "--depends-on", first)
    inside(repo, "ready", waits)
    assert groups(repo)["stuck"] == []
    other = queued(repo, "Other")
    inside(repo, "link", first, "blocks", other)
    assert inside(repo, "status", "--json").data["stuck"][0]["note"] == f"waits for {first[:8]} (planning)"


def test_it_fits_one_screen_however_much_there_is(repo: Repo) -> None:
    for number in range(16):
        ticket = new(repo, f"Ticket {number} 題名" * 6)
        inside(repo, "ready", ticket)
        if number % 2:
            inside(repo, "queue", ticket)
    lines = without_colour(on_terminal(repo.path, "status")).splitlines()
    assert len(lines) <= 23
    assert all(columns(line) <= 80 for line in lines)
    assert "Waits for a human (8)" in lines
    assert "Can start (8)" in lines
    assert any(line.startswith("  and ") for line in lines)


def test_how_far_it_is_from_the_remote_is_told_from_the_last_fetch(repo: Repo) -> None:
    new(repo, "Shared")
    assert "Not shared yet" in inside(repo, "status").out
    repo.git("init", "-q", "--bare", "../hub.git")
    repo.git("remote", "add", "origin", "../hub.git")
    repo.git("config", "yoi.remote", "origin")
    assert inside(repo, "status", "--json").data["remote"] == {"remote": "origin", "ahead": None, "behind": None}
    repo.git("update-ref", "refs/yoi/remotes/origin/tickets", "refs/yoi/tickets")
    assert "nothing new on either side" in inside(repo, "status").out
    new(repo, "Not yet")
    assert inside(repo, "status", "--json").data["remote"] == {"remote": "origin", "ahead": 1, "behind": 0}
