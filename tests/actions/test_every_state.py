"""Every plain writing verb in every state of a ticket, against a table that is written out here."""

from __future__ import annotations

import pytest

from git_yoi.domain.states import STATES
from tests.conftest import Repo
from tests.inside import every_state, inside

# The exit code in planning, ready, queued, inprogress, done, closed (contract.md, Records and Lifecycle).
TABLE: dict[str, tuple[tuple[str, ...], str]] = {
    "ready": (("ready", "ID"), "0 4 4 4 4 4"),
    "queue": (("queue", "ID"), "4 0 0 4 4 4"),
    "return": (("return", "ID", "-m", "why"), "4 0 0 4 4 4"),
    "block": (("block", "ID", "-m", "why"), "4 4 0 0 4 4"),
    "unblock": (("unblock", "ID"), "4 4 0 0 4 4"),
    "done": (("done", "ID", "-m", "why"), "4 4 4 0 4 4"),
    "close": (("close", "ID", "-m", "text"), "0 0 0 0 0 4"),
    "close as completed": (("close", "ID", "-m", "text", "--as", "completed"), "0 0 0 0 0 4"),
    "close as superseded": (("close", "ID", "-m", "text", "--as", "superseded", "--by", "OTHER"), "0 0 0 0 0 4"),
    "reopen": (("reopen", "ID", "-m", "why"), "4 4 4 4 0 0"),
    "edit": (("edit", "ID", "--title", "Another", "-m", "Another text."), "0 0 0 0 0 0"),
    "comment": (("comment", "ID", "-m", "text"), "0 0 0 0 0 0"),
    "note": (("note", "ID", "-m", "text", "--kind", "intake"), "0 0 0 0 0 0"),
    "report": (("report", "ID", "-m", "text"), "4 4 4 0 4 4"),
    "comment of kind report": (("comment", "ID", "-m", "text", "--kind", "report"), "4 4 4 0 4 4"),
    "label": (("label", "ID", "--add", "ui"), "0 0 0 0 0 0"),
    "assign": (("assign", "ID", "me"), "0 0 0 0 0 0"),
    "attach": (("attach", "ID", "README"), "0 0 0 0 0 0"),
    "link": (("link", "ID", "related", "OTHER"), "0 0 0 0 0 0"),
    "unlink": (("unlink", "ID", "related", "OTHER"), "3 3 3 3 3 3"),
    "review": (("review", "ID", "--request-changes"), "4 4 4 0 4 4"),
}


@pytest.mark.parametrize("name", TABLE)
def test_a_verb_is_legal_in_exactly_these_states(repo: Repo, name: str) -> None:
    arguments, codes = TABLE[name]
    tickets = every_state(repo)
    other = inside(repo, "new", "Another", "--quiet").out.strip()
    before = repo.refs()
    tip = repo.git("rev-parse", "refs/yoi/tickets")
    for state, expected in zip(STATES, map(int, codes.split()), strict=True):
        words = [{"ID": tickets[state], "OTHER": other}.get(word, word) for word in arguments]
        ran = inside(repo, *words, "--json", code=expected)
        if expected:
            assert repo.refs() == before, state
            assert ran.json["error"]["hint"], state
        else:
            assert ran.data["id"] == tickets[state]
            nothing = (name, state) == ("queue", "queued")
            assert (ran.data["entry"] is None) == nothing, state
            repo.git("update-ref", "refs/yoi/tickets", tip)
