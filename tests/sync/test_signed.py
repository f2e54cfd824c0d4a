"""Where git signs commits, joins and acceptances are signed too, and a key that fails changes nothing anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Repo
from tests.inside import inside, new, queued
from tests.keys import allow, keyring, make_ssh_key, needs_gpg, public, sign_by_ssh
from tests.sync.hubs import FORMATS, TICKETS, Hub, make_hub
from tests.sync.scene import shared


@pytest.fixture(params=FORMATS)
def hub(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Hub]:
    with make_hub(tmp_path, "path", None, *FORMATS[request.param]) as made:
        yield made


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return make_ssh_key(tmp_path / "key")


def diverged(ada: Repo, bea: Repo) -> str:
    """Two clones that each wrote to one ticket since they met, the first one published it; the ticket."""
    ticket = new(ada)
    inside(ada, "sync")
    inside(bea, "sync")
    inside(ada, "comment", ticket, "-m", "From Ada")
    inside(bea, "comment", ticket, "-m", "From Bea")
    inside(ada, "sync")
    return ticket


def set_to_sign(clones: list[Repo], key: Path) -> None:
    for clone in clones:
        sign_by_ssh(clone, key)
        allow(clone, f"* {public(key)}")


def test_a_join_is_signed_and_its_tree_still_proved(hub: Hub, key: Path) -> None:
    ada, bea = shared(hub)
    set_to_sign([ada, bea], key)
    ticket = diverged(ada, bea)
    inside(bea, "sync")
    inside(ada, "sync")
    assert ada.git("log", "-1", "--format=%s %P", TICKETS).startswith("join: 1 of ours after 1 of theirs ")
    ada.git("verify-commit", TICKETS)
    for clone in (ada, bea):
        checked = inside(clone, "fsck", "--json").data
        assert checked["problems"] == []
        assert checked["signatures"]["verified"] == checked["entries"] == 3
    assert [e["signature"] for e in inside(ada, "show", ticket, "--json").data["entries"]] == ["verified"] * 3


@needs_gpg
def test_openpgp_signs_a_join_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with make_hub(tmp_path) as hub, keyring() as ring:
        monkeypatch.setenv("GNUPGHOME", str(ring.home))
        ring.add("Bea <bea@example.org>")
        ada, bea = shared(hub)
        bea.git("config", "commit.gpgSign", "true")
        diverged(ada, bea)
        inside(bea, "sync")
        bea.git("verify-commit", TICKETS)
        found = inside(bea, "fsck", "--json").data["signatures"]
        assert (found["verified"], found["unsigned"], found["not_by_author"]) == (1, 2, 0)


def test_a_key_that_fails_at_a_join_changes_nothing_and_the_next_sync_goes_on(hub: Hub, key: Path) -> None:
    ada, bea = shared(hub)
    set_to_sign([ada, bea], key)
    diverged(ada, bea)
    before = (bea.git("rev-parse", TICKETS, "refs/yoi/published"), hub.tip())
    bea.git("config", "user.signingKey", key.with_name("lost"))
    failed = inside(bea, "sync", "--json", code=9)
    assert failed.error == "identity"
    assert "join" in failed.json["error"]["message"]
    assert (bea.git("rev-parse", TICKETS, "refs/yoi/published"), hub.tip()) == before
    bea.git("config", "user.signingKey", key)
    inside(bea, "sync")
    assert bea.git("rev-parse", TICKETS) == hub.tip() != before[1]


def test_an_acceptance_is_signed_before_it_is_pushed_or_does_not_happen(hub: Hub, key: Path) -> None:
    ada, _ = shared(hub)
    set_to_sign([ada], key)
    ticket = queued(ada)
    inside(ada, "sync")
    ada.git("config", "user.signingKey", key.with_name("lost"))
    before = (ada.refs(), hub.tip(), ada.git("worktree", "list"))
    assert inside(ada, "start", ticket, "--json", code=9).error == "identity"
    assert (ada.refs(), hub.tip(), ada.git("worktree", "list")) == before
    ada.git("config", "user.signingKey", key)
    inside(ada, "start", ticket)
    accepted = inside(ada, "show", ticket, "--json").data["entries"][-1]
    assert (accepted["kind"], accepted["signature"]) == ("accept", "verified")
    assert hub.repo.git("cat-file", "commit", TICKETS).count("BEGIN SSH SIGNATURE") == 1
