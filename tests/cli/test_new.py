from __future__ import annotations

from tests.conftest import Repo
from tests.terminal import on_terminal


def test_a_new_ticket_is_one_commit_in_planning(repo: Repo) -> None:
    made = repo.json("new", "A title", "-m", "Body", "--label", "ui", "--priority", "P1")
    assert made["state"] == "planning"
    message = repo.git("log", "-1", "--format=%B", "refs/yoi/tickets")
    assert message.startswith("create: A title\n\nBody\n\nYoi-Event: create\n")
    repo.git("fsck", "--strict")


def test_a_title_with_a_line_break_is_refused_and_nothing_changes(repo: Repo) -> None:
    before = repo.refs()
    assert repo.yoi("new", "one\ntwo", "--json", code=2).error == "usage"
    assert repo.refs() == before


def test_a_pipe_gets_the_whole_id_and_tabs_and_a_terminal_what_people_read(repo: Repo) -> None:
    made = repo.yoi("new", "A title", "-m", "Body")
    ticket, *rest = made.out.split("\t")
    assert (len(ticket), rest) == (16, ["planning", "A title\n"])
    assert made.err == f"Next: git yoi ready {ticket[:8]}\n"
    assert repo.yoi("ready", ticket).out == f"{ticket}\tready\tA title\n"
    assert on_terminal(repo.path, "return", ticket, "-m", "why").startswith(f"{ticket[:8]}  planning  A title\n")
