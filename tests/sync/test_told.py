"""What people are told around the sharing: which ticket, which entry, and nothing that is not so."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from unittest.mock import patch

import pytest

from tests.conftest import make_repo
from tests.inside import inside, new
from tests.sync.hubs import Hub, make_hub
from tests.sync.scene import queued_everywhere, shared


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    """A bare hub at a path."""
    with make_hub(tmp_path) as made:
        return made


def test_what_a_sync_took_is_told_with_state_and_title_and_what_was_rejected_with_its_ticket(hub: Hub) -> None:
    ada, bea = shared(hub)
    ticket = new(ada, "Greet by name")
    inside(ada, "sync")
    assert f"  {ticket[:8]}  new  planning  Greet by name\n" in inside(bea, "sync").out
    inside(ada, "ready", ticket)
    inside(bea, "ready", ticket)
    inside(ada, "sync")
    entry = bea.git("rev-parse", "refs/yoi/tickets")
    said = inside(bea, "sync").out
    assert f"  {ticket[:8]}  rejected  ready  Greet by name\n" in said
    assert f"Entry {entry[:12]} of {ticket[:8]} has no effect: the ticket had moved on by then.\n" in said


def test_a_record_that_has_diverged_is_told_by_every_reader(hub: Hub) -> None:
    ada, bea = shared(hub)
    ticket = new(ada)
    for clone in (ada, bea):
        inside(clone, "sync")
        inside(clone, "comment", ticket, "-m", "here")
    inside(ada, "sync")
    bea.git("fetch", "-q", "origin")
    for arguments in (["show", ticket], ["log", ticket], ["log"]):
        assert "origin has entries that are not here; git yoi sync joins them" in inside(bea, *arguments).err


def test_status_counts_entries_as_sync_does_and_no_joins(hub: Hub) -> None:
    ada, bea = shared(hub)
    ticket = new(ada)
    for clone in (ada, bea):
        inside(clone, "sync")
        inside(clone, "comment", ticket, "-m", "here")
    inside(ada, "sync")
    inside(bea, "pull")
    assert "Shared with origin: 1 to send, 0 to receive" in inside(bea, "status").out
    assert "0 entries received, 1 entry sent." in inside(bea, "sync").out


def test_where_no_tickets_are_the_shared_remote_is_not_told_but_what_comes_first(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "r")
    assert inside(repo, "remote", "--json", code=9).error == "not-initialised"
    inside(repo, "init")
    assert "git yoi sync" in inside(repo, "remote").out


def test_a_reviewer_without_the_branch_is_told_a_command_that_brings_it(hub: Hub) -> None:
    ada, bea = shared(hub)
    (ticket,) = queued_everywhere([ada, bea])
    branch = inside(ada, "start", ticket, "--no-worktree", "--json").data["branch"]
    ada.git("push", "-q", "origin", branch)
    inside(bea, "sync")
    said = inside(bea, "review", ticket, "--approve", code=3).err
    assert f"hint: its holder pushes it, then here: git fetch origin {branch}:{branch}\n" in said
    bea.git("fetch", "-q", "origin", f"{branch}:{branch}")
    inside(bea, "review", ticket, "--approve")


def test_a_full_disk_is_told_as_such_and_as_no_killed_exchange(hub: Hub) -> None:
    (ada,) = shared(hub, 1)
    new(ada)
    with patch("os.pwrite", side_effect=OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))):
        said = inside(ada, "sync", code=9).err
    assert said.splitlines()[:2] == [
        "error: the exchange with origin could not be gone through with",
        "cause: No space left on device",
    ]
    inside(ada, "sync")


def test_who_only_reads_and_sends_needs_no_identity_to_sync(hub: Hub) -> None:
    ada, bea = shared(hub)
    new(bea, "written while git knew who Bea is")
    bea.git("config", "--unset", "user.name")
    bea.git("config", "--unset", "user.email")
    bea.git("config", "user.useConfigOnly", "true")
    nobody = {"HOME": str(hub.path), "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    with pytest.MonkeyPatch.context() as patched:
        for name in [name for name in os.environ if name.startswith(("GIT_AUTHOR_", "GIT_COMMITTER_", "GIT_YOI_"))]:
            patched.delenv(name)
        assert inside(bea, "sync", "--json", env=nobody).data["sent"] == 1
        inside(ada, "sync")
        new(ada)
        inside(ada, "sync")
        assert inside(bea, "sync", "--json", env=nobody).data["received"] == 1
