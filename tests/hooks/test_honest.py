"""What honest clones write comes through the guard, whatever the hub is made of."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Repo
from tests.forge import Forger
from tests.hooks.scene import grown, install, push, refused
from tests.inside import accept, every_state, inside, new, queued
from tests.sync.hubs import FORMATS, TICKETS, Hub, make_hub
from tests.sync.scene import queued_everywhere, require_agreement, shared


@pytest.fixture(params=FORMATS)
def hub(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Hub]:
    with make_hub(tmp_path, "path", None, *FORMATS[request.param]) as made:
        install(made)
        yield made


def taken(hub: Hub, clone: Repo, *refspecs: str) -> None:
    done = push(clone, *refspecs)
    assert done.code == 0, done.err
    assert hub.tip() == clone.git("rev-parse", TICKETS)


def every_verb(repo: Repo, folder: Path) -> None:
    """A record that has an entry of every kind but a merge, which `test_a_merge_comes_through` makes."""
    states = every_state(repo)
    planning, ready, held = states["planning"], states["ready"], states["inprogress"]
    (folder / "a.txt").write_text("contents")
    (folder / "import").mkdir(exist_ok=True)
    for words in (
        ("edit", planning, "--title", "Another title", "-m", "Another text\n\nYoi-Event: none"),
        ("comment", planning, "-m", "Words", "--kind", "decision"),
        ("comment", planning, "-m", "Words", "--kind", "plan"),
        ("label", planning, "--add", "ui", "--add", "日本"),
        ("label", planning, "--remove", "ui"),
        ("assign", planning, "Ada", "Bea"),
        ("attach", planning, str(folder / "a.txt")),
        ("link", planning, "related", ready),
        ("unlink", planning, "related", ready),
        ("unblock", held),
        ("report", held, "-m", "Half done"),
        ("review", held, "--request-changes", "-m", "Why", "--finding", "major:a.py:1:Wrong"),
        ("takeover", held, "-m", "Gone"),
        ("release", held, "-m", "Enough"),
        ("return", ready, "-m", "Not yet"),
        ("close", planning, "--as", "duplicate", "--by", ready, "-m", "The same"),
        ("reopen", states["closed"], "-m", "After all"),
    ):
        inside(repo, *words)


def test_an_entry_of_every_kind_comes_through(hub: Hub, tmp_path: Path) -> None:
    clone = hub.clone(0)
    inside(clone, "init")
    every_verb(clone, tmp_path)
    taken(hub, clone)
    events = set(clone.git("log", "--format=%(trailers:key=Yoi-Event,valueonly)", TICKETS).split())
    assert len(events) >= 17, events
    inside(clone, "sync")
    assert inside(hub.repo, "fsck", "--json").data["problems"] == []


def test_a_merge_a_repair_and_an_import_come_through(tmp_path: Path) -> None:
    with make_hub(tmp_path) as hub:
        install(hub)
        clone = hub.clone(0)
        inside(clone, "init")
        ticket = queued(clone)
        branch = accept(clone, ticket)
        clone.git("worktree", "add", "-q", tmp_path / "work", branch)
        clone.commit("a", "a\n", cwd=tmp_path / "work")
        inside(clone, "complete", ticket, "--authorize", "--override", "-m", "Alone")
        inside(clone, "export", "jsonl", tmp_path / "all.jsonl")
        other = hub.clone(1)
        inside(other, "init", "--offline")
        inside(other, "import", "jsonl", tmp_path / "all.jsonl")
        taken(hub, other)
        damaged = new(other)
        Forger(other).put(Forger(other).message(damaged, "teleport"))
        inside(other, "fsck", "--repair", damaged, "-m", "It was damaged")
        taken(hub, other)
        inside(clone, "sync")
        taken(hub, clone)


def test_clones_that_were_apart_come_together_through_it(hub: Hub) -> None:
    clones = shared(hub, 3)
    ada, bea, cyd = clones
    [both, other] = queued_everywhere(clones, 2)
    for number, clone in enumerate(clones):
        inside(clone, "start", both, "--offline", "--no-worktree")
        inside(clone, "comment", other, "-m", f"From {number}")
        new(clone, f"Of {number}")
    for clone in (ada, bea, cyd, ada, bea):
        inside(clone, "sync")
    require_agreement(hub, clones)
    joins = ada.git("log", "--merges", "--format=%(trailers:key=Yoi-Rejected)", TICKETS)
    assert joins.count("Yoi-Rejected") >= 2
    # A claim that the hub confirms, through the guard.
    [again] = queued_everywhere(clones)
    assert inside(bea, "start", again, "--no-worktree", "--json").data["remote_confirmed"] is True
    assert inside(cyd, "start", again, "--no-worktree", "--json", code=5).error == "taken"
    assert inside(hub.repo, "fsck", "--json").data["problems"] == []


def test_tickets_and_code_in_one_atomic_push(hub: Hub) -> None:
    clone = hub.clone(0)
    inside(clone, "init")
    queued(clone)
    head = clone.commit("a", "a\n")
    taken(hub, clone, "--atomic", "main", TICKETS)
    assert hub.tip("refs/heads/main") == head


def test_what_comes_over_http_is_judged_alike(tmp_path: Path) -> None:
    with make_hub(tmp_path, "http") as hub:
        hub.repo.git("config", "http.receivepack", "true")
        install(hub)
        [clone] = shared(hub, 1)
        new(clone)
        inside(clone, "sync")
        assert hub.tip() == clone.git("rev-parse", TICKETS)
        bad = Forger(clone).put("no entry\n")
        assert bad[:12] in refused(hub, clone)


def test_a_hub_that_borrows_its_objects(tmp_path: Path) -> None:
    with make_hub(tmp_path) as lender:
        [clone] = shared(lender, 1)
        new(clone)
        inside(clone, "sync")
        fork = Hub(Repo(tmp_path / "a:fork.git"), str(tmp_path / "a:fork.git"))
        clone.git("clone", "-q", "--bare", "--shared", lender.path, fork.path)
        clone.git("push", "-q", fork.path, TICKETS)
        install(fork)
        clone.git("remote", "set-url", "origin", fork.url)
        inside(clone, "comment", inside(clone, "list", "--json").data[0]["id"], "-m", "More")
        taken(fork, clone)
        Forger(clone).put("no entry\n")
        refused(fork, clone)


def test_a_thousand_honest_entries_come_in_one_push(tmp_path: Path) -> None:
    with make_hub(tmp_path) as hub:
        install(hub)
        [clone] = shared(hub, 1)
        grown(clone, 1000)
        begun = time.monotonic()
        taken(hub, clone)
        assert time.monotonic() - begun < 60
