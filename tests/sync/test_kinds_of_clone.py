"""Clones that lack objects, have no working tree, or share one with others: the same exchange."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.conftest import Repo, make_repo
from tests.inside import inside
from tests.sync.hubs import FORMATS, TICKETS, Hub, make_hub
from tests.sync.scene import acceptances, holder, queued_everywhere, require_agreement, shared


@pytest.mark.parametrize("options", FORMATS.values(), ids=FORMATS)
@pytest.mark.parametrize("kind", ["path", "http"])
def test_every_format_of_repository(tmp_path: Path, kind: str, options: tuple[str, ...]) -> None:
    with make_hub(tmp_path, kind, None, *options) as hub:
        how = ["--ref-format=reftable"] if "reftable" in str(options) else []
        clones = shared(hub, 2, *how)
        mine, theirs = queued_everywhere(clones, 2)
        inside(clones[0], "start", mine)
        assert inside(clones[1], "start", mine, "--json", code=5).error == "taken"
        inside(clones[1], "start", theirs, "--no-worktree")
        inside(clones[0], "comment", theirs, "-m", "Good luck.")
        require_agreement(hub, clones)
        assert (holder(clones[1], mine), holder(clones[0], theirs)) == ("Ada", "Bea")


def partial(hub: Hub, number: int, how: str) -> Repo:
    """A clone that leaves objects behind until they are needed."""
    hub.repo.git("config", "uploadpack.allowFilter", "true")
    hub.repo.git("config", "uploadpack.allowAnySHA1InWant", "true")
    made = hub.clone(number, f"--filter={how}")
    assert made.git("config", "remote.origin.partialclonefilter") == how
    return made


def missing(repo: Repo, ref: str) -> list[str]:
    """The objects that a ref stands on and the repository lacks."""
    done = subprocess.run(
        ["git", "rev-list", "--objects", "--missing=print", ref],
        cwd=repo.path,
        capture_output=True,
        text=True,
        check=True,
    )
    return [line for line in done.stdout.splitlines() if line.startswith("?")]


@pytest.mark.parametrize("how", ["blob:none", "tree:0"])
@pytest.mark.parametrize("kind", ["file", "http"])
def test_a_partial_clone_has_every_ticket_whole(tmp_path: Path, kind: str, how: str) -> None:
    with make_hub(tmp_path, kind) as hub:
        first = shared(hub, 1)[0]
        [ticket] = queued_everywhere([first])
        clone = partial(hub, 1, how)
        inside(clone, "init")
        inside(clone, "sync")
        assert missing(clone, TICKETS) == []
        inside(first, "comment", ticket, "-m", "News.")
        inside(first, "sync")
        inside(clone, "start", ticket)
        assert missing(clone, TICKETS) == []
        require_agreement(hub, [first, clone])
        assert holder(first, ticket) == "Bea"


@pytest.mark.parametrize("how", ["blob:none", "tree:0"])
def test_a_partial_clone_in_which_a_plain_fetch_brought_filtered_tickets(tmp_path: Path, how: str) -> None:
    with make_hub(tmp_path, "file") as hub:
        first = shared(hub, 1)[0]
        clone = partial(hub, 1, how)
        inside(clone, "init")
        inside(clone, "sync")
        [ticket] = queued_everywhere([first])
        clone.git("fetch", "-q")
        assert missing(clone, "refs/yoi/remotes/origin/tickets") != []
        # What has come without its contents is not shown, and stops nobody; a sync brings all of it.
        assert inside(clone, "list", "--json").data == []
        inside(clone, "sync")
        assert inside(clone, "show", ticket, "--json").data["state"] == "queued"
        assert missing(clone, TICKETS) == []
        inside(clone, "start", ticket)
        require_agreement(hub, [first, clone])
        assert missing(clone, TICKETS) == []


def test_a_bare_clone_shares_and_starts(tmp_path: Path) -> None:
    with make_hub(tmp_path) as hub:
        clones = [hub.clone(0), hub.clone(1, "--bare")]
        for clone in clones:
            inside(clone, "init")
            inside(clone, "sync")
        [ticket] = queued_everywhere(clones)
        inside(clones[1], "start", ticket)
        assert inside(clones[0], "start", ticket, "--json", code=5).error == "taken"
        require_agreement(hub, clones)
        assert holder(clones[0], ticket) == "Bea"


def test_a_linked_worktree_and_a_subdirectory_share_for_the_whole_clone(tmp_path: Path) -> None:
    with make_hub(tmp_path) as hub:
        clones = shared(hub)
        clones[1].git("worktree", "add", "-q", tmp_path / "linked", "-b", "elsewhere")
        below = Repo(tmp_path / "linked" / "sub")
        below.path.mkdir()
        mine, theirs = queued_everywhere([clones[0], below], 2)
        inside(below, "start", mine)
        inside(clones[1], "start", theirs)
        require_agreement(hub, [clones[0], below])
        assert {holder(clones[0], ticket) for ticket in (mine, theirs)} == {"Bea"}


def test_a_shallow_clone_is_read_only_and_says_so(tmp_path: Path) -> None:
    with make_hub(tmp_path, "file") as hub:
        first = shared(hub, 1)[0]
        first.commit("more", "x")
        first.git("push", "-q", "origin", "main")
        [ticket] = queued_everywhere([first])
        clone = hub.clone(1, "--depth=1")
        clone.git("fetch", "-q", "--depth=1", "origin", f"{TICKETS}:{TICKETS}")
        clone.git("config", "yoi.remote", "origin")
        before, hubs = clone.refs(), hub.repo.refs()
        for words in (["sync"], ["pull"], ["push"], ["start", ticket], ["init"]):
            ran = inside(clone, *words, "--json", code=9)
            assert ran.error == "read-only", (words, ran)
            assert "shallow" in ran.json["error"]["message"]
            assert (clone.refs(), hub.repo.refs()) == (before, hubs)


def test_a_mirror_push_that_deleted_the_ref_is_mended_and_told(tmp_path: Path) -> None:
    with make_hub(tmp_path) as hub:
        clones = shared(hub)
        [ticket] = queued_everywhere(clones)
        inside(clones[0], "start", ticket)
        plain = hub.clone(2)
        plain.git("push", "-q", "--mirror", "origin")
        assert hub.tip() == ""
        told = inside(clones[1], "sync", "--json").data
        assert told["remote_was"] == "lost"
        inside(clones[1], "comment", ticket, "-m", "It is back.")
        require_agreement(hub, clones)
        assert (acceptances(hub.repo, ticket), holder(clones[1], ticket)) == (1, "Ada")


def test_a_start_finds_the_ref_gone_and_restores_it(tmp_path: Path) -> None:
    with make_hub(tmp_path) as hub:
        clones = shared(hub)
        [ticket] = queued_everywhere(clones)
        hub.repo.git("update-ref", "-d", TICKETS)
        inside(clones[1], "start", ticket)
        require_agreement(hub, clones)
        assert (acceptances(hub.repo, ticket), holder(clones[0], ticket)) == (1, "Bea")


def test_a_hub_of_another_hash_is_a_remote_that_cannot_take_the_tickets(tmp_path: Path) -> None:
    with make_hub(tmp_path) as hub:
        other = make_repo(tmp_path / "other", "--object-format=sha256")
        other.git("remote", "add", "origin", str(hub.path))
        inside(other, "init", "--offline")
        assert inside(other, "sync", "--json", code=9).error == "remote"
