from __future__ import annotations

from tests.conftest import Repo
from tests.inside import accept, commit_on, every_state, inside, new, queued
from tests.terminal import on_terminal, without_colour

FIELDS = (
    "id title state priority labels assignees blocked created_at created_by updated_at body target holder relations"
    " incoming blockers reviews merge resolution entries"
)
ENTRY = "id kind author at body from to effective reason signature"


def test_json_has_exactly_the_fields_of_the_contract(repo: Repo) -> None:
    ticket = new(repo)
    inside(repo, "comment", ticket, "-m", "Words", "--kind", "decision")
    shown = inside(repo, "show", ticket, "--json").data
    assert list(shown) == FIELDS.split()
    assert all(list(entry) == ENTRY.split() for entry in shown["entries"])
    assert shown["entries"][1] == {
        "id": repo.git("rev-parse", "refs/yoi/tickets"),
        "kind": "decision",
        "author": "Ada <ada@example.org>",
        "at": "2025-06-15T15:06:40Z",
        "body": "Words",
        "from": None,
        "to": None,
        "effective": True,
        "reason": None,
        "signature": "unsigned",
    }
    assert shown["target"] == "main"
    assert shown["merge"] is None
    assert shown["resolution"] is None


def test_every_step_of_the_lifecycle_says_from_and_to(repo: Repo) -> None:
    ticket = queued(repo)
    accept(repo, ticket)
    inside(repo, "close", ticket, "--as", "wontfix", "-m", "No more")
    inside(repo, "reopen", ticket, "-m", "But yes")
    shown = inside(repo, "show", ticket, "--json").data
    steps = [(e["kind"], e["from"], e["to"]) for e in shown["entries"]]
    assert steps == [
        ("create", None, "planning"),
        ("state", "planning", "ready"),
        ("state", "ready", "queued"),
        ("accept", "queued", "inprogress"),
        ("close", "inprogress", "closed"),
        ("reopen", "closed", "planning"),
    ]
    assert shown["entries"][-1]["reason"] == "But yes"


def test_relations_are_shown_from_both_sides_with_what_they_block(repo: Repo) -> None:
    first, second = new(repo, "First"), new(repo, "Second")
    inside(repo, "link", second, "depends-on", first, "-m", "because")
    inside(repo, "link", first, "related", second)
    shown = inside(repo, "show", second, "--json").data
    assert shown["relations"] == [{"kind": "depends-on", "id": first, "note": "because"}]
    assert shown["incoming"] == [{"kind": "related", "id": first}]
    assert shown["blockers"] == [{"id": first, "state": "planning", "kind": "depends-on"}]
    assert shown["blocked"] is True


def test_a_resolution_and_its_successors_are_shown(repo: Repo) -> None:
    old, one = new(repo, "Old"), new(repo, "One")
    inside(repo, "close", old, "--as", "superseded", "--by", one, "-m", "One carries on")
    resolution = inside(repo, "show", old, "--json").data["resolution"]
    assert resolution == {"as": "superseded", "text": "One carries on", "by": [one]}


def test_a_review_is_stale_once_the_branch_moves(repo: Repo) -> None:
    ticket = queued(repo)
    branch = accept(repo, ticket)
    head = commit_on(repo, branch, "file")
    bea = {"GIT_YOI_ACTOR": "Bea <bea@example.org>"}
    inside(repo, "review", ticket, "--approve", "--finding", "note:file:1:fine", env=bea)
    (review,) = inside(repo, "show", ticket, "--json").data["reviews"]
    assert (review["decision"], review["commit"], review["reviewer"]) == ("approve", head, "Bea <bea@example.org>")
    assert review["stale"] is False
    assert review["findings"] == [{"severity": "note", "path": "file", "line": 1, "text": "fine"}]
    commit_on(repo, branch, "more")
    assert inside(repo, "show", ticket, "--json").data["reviews"][0]["stale"] is True


def test_any_unambiguous_prefix_will_do_whatever_its_case(repo: Repo) -> None:
    ticket = new(repo)
    assert inside(repo, "show", ticket[:4].upper(), "--quiet").out.strip() == ticket
    assert inside(repo, "show", ticket[:3], "--json", code=2).error == "usage"
    assert inside(repo, "show", "kkkkkkkkkkkkkkkk", "--json", code=3).error == "not-found"
    assert inside(repo, "show", "%%%%", "--json", code=3).error == "not-found"


def test_the_text_holds_the_head_the_description_and_the_thread(repo: Repo) -> None:
    ticket = new(repo, "A title", "--label", "ui")
    inside(repo, "comment", ticket, "-m", "First line\n\x1b[31msecond")
    out = inside(repo, "show", ticket).out
    assert out.startswith(f"{ticket}  A title\nstate:      planning\n")
    assert "labels:     ui" in out
    assert "    First line\n    \\x1b[31msecond" in out
    assert "\x1b" not in out


def test_every_state_can_be_shown_on_a_terminal(repo: Repo) -> None:
    tickets = every_state(repo)
    out = without_colour(on_terminal(repo.path, "show", tickets["inprogress"]))
    assert "holder:     Ada <ada@example.org>, generation 1" in out
    assert "(blocked)" in out
    assert "a reason" in out
