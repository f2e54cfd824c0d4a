"""What `fsck` proves of a record that several clones wrote: joins, entries that came twice, a ref that was set back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Repo
from tests.forge import TICKETS, Forger
from tests.inside import inside, new
from tests.sync.hubs import Hub, make_hub
from tests.sync.scene import shared


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with make_hub(tmp_path) as made:
        yield made


def found(repo: Repo) -> list[dict[str, Any]]:
    """The problems that `fsck` names."""
    problems = inside(repo, "fsck", "--json", code=None).data["problems"]
    assert isinstance(problems, list)
    return problems


def joined(hub: Hub) -> tuple[Repo, Repo]:
    """Two clones whose record has a join in it."""
    one, other = shared(hub)
    new(one)
    new(other)
    inside(one, "sync")
    inside(other, "sync")
    assert len(other.git("log", "-1", "--format=%P", TICKETS).split()) == 2
    return one, other


def test_a_join_is_proved(hub: Hub) -> None:
    for repo in joined(hub):
        inside(repo, "sync")
        assert found(repo) == []


def test_an_entry_that_two_clones_imported_counts_once_and_is_proved(hub: Hub, tmp_path: Path) -> None:
    one, other = shared(hub)
    new(one, "From elsewhere")
    lines = tmp_path / "lines"
    inside(one, "export", "jsonl", lines)
    inside(other, "import", "jsonl", lines)
    inside(one, "sync")
    inside(other, "sync")
    assert (found(other), len(inside(other, "list", "--json").data)) == ([], 1)


def test_an_entry_that_a_join_brings_a_second_time_is_named(hub: Hub) -> None:
    (other,) = shared(hub, 1)
    ticket = new(other)
    forger = Forger(other)
    base = forger.tip
    inside(other, "comment", ticket, "-m", "Once")
    first = forger.tip
    message = other.git("log", "-1", "--format=%B", TICKETS).rstrip("\n") + "\n"
    other.git("update-ref", TICKETS, base)
    second = forger.put(message, base=first)
    # An honest join names the second as without effect; this one does not.
    forged = forger.put("join: 1 of ours after 1 of theirs\n", parents=(first, second), base=first)
    assert [(p["code"], p["where"]) for p in found(other)] == [("rejected", forged)]
    named = f"join: 1 of ours after 1 of theirs\n\nYoi-Rejected: {second} duplicate\n"
    forger.put(named, parents=(first, second), base=first)
    assert found(other) == []
    # Without the join both stand on one chain, where the second takes effect again.
    other.git("update-ref", TICKETS, first)
    again = forger.put(message)
    assert ("duplicate", again) in [(p["code"], p["where"]) for p in found(other)]


def test_every_bad_commit_of_a_joined_record_is_named_and_the_rest_proved(hub: Hub) -> None:
    one, other = shared(hub)
    ticket, sound = new(one), new(one)
    inside(one, "sync")
    inside(other, "sync")
    theirs = Forger(one).put(Forger(one).message(ticket, "teleport"))
    new(other)
    one.git("push", "-q", "origin", TICKETS)
    inside(other, "sync", code=None)
    inside(other, "comment", sound, "-m", "Goes on", code=None)
    named = [p for p in found(other) if p["where"] == theirs]
    assert len(named) <= 1
    mine = Forger(other).put("not an entry\n")
    where = [p["where"] for p in found(other)]
    assert where[-1] == mine
    assert where == [*(p["where"] for p in named), mine]


def test_a_remembered_tip_that_is_lost_is_no_traceback(hub: Hub) -> None:
    (clone,) = shared(hub, 1)
    known = "1" * 40
    path = clone.path / ".git/refs/yoi/published"
    path.write_text(f"{known}\n")
    (problem,) = found(clone)
    assert (problem["code"], known[:12] in problem["message"]) == ("rewind", True)
