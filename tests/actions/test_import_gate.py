"""What a file of tickets cannot do: let work begin, or finish it, in place of whoever may."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from git_yoi.codec.jsonl import write_line
from git_yoi.domain.events import (
    Accept,
    Close,
    Comment,
    Create,
    Event,
    Import,
    Merge,
    Release,
    Repair,
    Review,
    StateChange,
    Takeover,
)
from git_yoi.domain.json_value import Json
from git_yoi.domain.ticket import Ticket, text_digest
from tests.conftest import Repo
from tests.inside import commit_on, every_state, inside, now, session_of

CODER = {"GIT_YOI_ROLE": "coder"}
TEXT = text_digest("What to do.")
NEW = "kkkkmmmmnnnnoooo"


def _file(repo: Repo, tmp_path: Path, ticket: Ticket | str, *events: Event) -> Path:
    """A file with one line: the thread that is here, or a new ticket, and then the events."""
    session = session_of(repo)
    if isinstance(ticket, str):
        came: dict[str, Json] = {"format": "yoi", "kind": "item", "id": ticket}
        first = replace(session.entry(ticket, Create("Crafted"), "What to do."), imported=came)
        shape = replace(now(repo, every_state(repo)["queued"]), id=ticket)
        line: dict[str, Any] = json.loads(write_line(shape, [first], _no_blob)) | {"id": ticket}
    else:
        shape = ticket
        lines = inside(repo, "export", "jsonl", "--json").data["records"]
        line = next(found for found in lines if found["id"] == ticket.id)
    entries = [session.entry(line["id"], event, "text") for event in events]
    entries = [replace(e, replacement=shape) if isinstance(e.event, Repair) else e for e in entries]
    line["entries"] += json.loads(write_line(shape, entries, _no_blob))["entries"]
    path = tmp_path / "in.jsonl"
    path.write_text(json.dumps(line) + "\n")
    return path


def _no_blob(_oid: str) -> bytes:
    raise AssertionError


@pytest.mark.parametrize("env", [CODER, {}], ids=["coder", "human"])
def test_a_ticket_that_came_in_progress_is_a_humans_to_let_begin(
    repo: Repo, tmp_path: Path, env: dict[str, str]
) -> None:
    file = _file(repo, tmp_path, NEW, Import({"format": "yoi"}, "inprogress"))
    assert inside(repo, "import", "jsonl", file, "--json", env=CODER).data["unmapped"] == []
    assert now(repo, NEW).state == "inprogress"
    before = repo.refs(), repo.git("worktree", "list")
    assert inside(repo, "start", NEW, "--json", code=5, env=env).error == "taken"
    taken = inside(repo, "takeover", NEW, "-m", "why", "--json", code=4 if env else 0, env=env)
    if env:
        assert taken.error == "not-authorized"
        assert "ask a human" in taken.json["error"]["hint"]
        assert (repo.refs(), repo.git("worktree", "list")) == before
    else:
        assert Path(taken.data["worktree"]).is_dir()


def test_an_acceptance_in_a_file_lets_nobody_begin(repo: Repo, tmp_path: Path) -> None:
    accept = Accept("queued", 0, "evil", repo.git("rev-parse", "main"), "main")
    file = _file(repo, tmp_path, NEW, Import({"format": "yoi"}, "queued"), accept)
    inside(repo, "import", "jsonl", file, env=CODER)
    assert inside(repo, "takeover", NEW, "-m", "why", "--json", code=4, env=CODER).error == "not-authorized"


def test_a_repair_in_a_file_is_a_humans_to_import(repo: Repo, tmp_path: Path) -> None:
    file = _file(repo, tmp_path, NEW, Repair("reason"))
    before = repo.refs()
    assert inside(repo, "import", "jsonl", file, "--json", code=4, env=CODER).error == "not-authorized"
    assert repo.refs() == before


def _steps(claim: str, commit: str) -> dict[str, list[Event]]:
    """By the state of the ticket: what moves it on."""
    merge = Merge(commit, "main", commit)
    return {
        "planning": [Close("completed"), Review("approve", commit), merge],
        "ready": [StateChange("ready", "queued", text=TEXT)],
        "queued": [Accept("queued", 0, "evil", commit, "main"), StateChange("queued", "queued", text=TEXT)],
        "inprogress": [
            merge,
            Close("completed"),
            Takeover(claim, "why"),
            Release(claim, "why"),
            StateChange("inprogress", "done"),
            Review("approve", commit),
            Repair("why"),
        ],
    }


def test_no_other_role_moves_on_what_is_here_by_a_file(repo: Repo, tmp_path: Path) -> None:
    tickets = every_state(repo)
    claim = now(repo, tickets["inprogress"]).claim or ""
    for state, events in _steps(claim, repo.git("rev-parse", "main")).items():
        ticket = now(repo, tickets[state])
        file = _file(repo, tmp_path, ticket, *events, Comment())
        made = inside(repo, "import", "jsonl", file, "--json", env=CODER).data
        assert (made["entries"], made["updated"]) == (1, 1), state
        assert [p["what"].split(" is refused")[0] for p in made["unmapped"]] == [event.name for event in events]
        after = now(repo, ticket.id)
        assert (after.state, after.claim, after.reviews, after.merge) == (state, ticket.claim, (), None)


@pytest.mark.parametrize("finish", [lambda c: Merge(c, "main", c), lambda _: Close("completed")])
def test_a_human_too_finishes_by_a_file_only_what_is_merged(
    repo: Repo, tmp_path: Path, finish: Callable[[str], Event]
) -> None:
    ticket = now(repo, every_state(repo)["inprogress"])
    head = commit_on(repo, f"work/{ticket.id}", "new")
    for commit, target in ((head, "main"), (head, f"work/{ticket.id}"), ("0" * 40, "main"), ("main", "main")):
        file = _file(repo, tmp_path, ticket, Merge(commit, target, head), finish(commit))
        made = inside(repo, "import", "jsonl", file, "--json").data
        assert (made["entries"], len(made["unmapped"])) == (0, 2), (commit, target)
    repo.git("merge", "-q", "--no-edit", head)
    file = _file(repo, tmp_path, ticket, Merge(head, "main", head), Close("completed"))
    assert inside(repo, "import", "jsonl", file, "--json").data["unmapped"] == []
    assert now(repo, ticket.id).state == "closed"


def test_what_is_given_up_elsewhere_is_given_up_here(repo: Repo, tmp_path: Path) -> None:
    ticket = now(repo, every_state(repo)["inprogress"])
    file = _file(repo, tmp_path, ticket, Close("wontfix"))
    assert inside(repo, "import", "jsonl", file, "--json", env=CODER).data["unmapped"] == []
    assert now(repo, ticket.id).state == "closed"
