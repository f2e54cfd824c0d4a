"""Hubs that are not there, may not be written, or refuse the ref: said in three lines, and nothing changes."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path

import pytest

from tests.conftest import Repo
from tests.inside import inside, new
from tests.read_only import READ_ONLY, yoi_beside_read_only
from tests.sync.hubs import Hub, make_hub
from tests.sync.scene import queued_everywhere, require_agreement, shared, work_of

BRANCHES_ONLY = 'case "$1" in refs/heads/*) ;; *) echo "only branches here" >&2; exit 1;; esac'


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def state(repo: Repo) -> tuple[str, str, str]:
    """What a refusal leaves as it was."""
    return repo.refs(), repo.git("config", "--local", "--list"), repo.git("worktree", "list")


def gone(hub: Hub, clone: Repo) -> None:
    assert clone.git("remote", "get-url", "origin") == hub.url
    shutil.move(hub.path, hub.path.with_name("moved.git"))


def refused_port(_hub: Hub, clone: Repo) -> None:
    clone.git("remote", "set-url", "origin", f"http://127.0.0.1:{free_port()}/hub.git")


def refused_daemon(_hub: Hub, clone: Repo) -> None:
    clone.git("remote", "set-url", "origin", f"git://127.0.0.1:{free_port()}/hub.git")


def no_such_host(_hub: Hub, clone: Repo) -> None:
    clone.git("remote", "set-url", "origin", "http://nowhere.invalid/hub.git")


def no_helper(_hub: Hub, clone: Repo) -> None:
    clone.git("remote", "set-url", "origin", "strange::somewhere")


def no_ssh(_hub: Hub, clone: Repo) -> None:
    clone.git("remote", "set-url", "origin", "ssh://nowhere.invalid/hub.git")
    clone.git("config", "core.sshCommand", "false")


def no_url(_hub: Hub, clone: Repo) -> None:
    clone.git("config", "--unset", "remote.origin.url")


UNREACHABLE = [gone, refused_port, refused_daemon, no_such_host, no_helper, no_ssh, no_url]


@pytest.mark.parametrize("break_it", UNREACHABLE, ids=lambda f: f.__name__)
def test_an_unreachable_remote_is_exit_9_and_changes_nothing(tmp_path: Path, break_it: object) -> None:
    assert callable(break_it)
    with make_hub(tmp_path) as hub:
        [clone] = shared(hub, 1)
        [ticket] = queued_everywhere([clone])
        inside(clone, "comment", ticket, "-m", "Not sent yet.")
        break_it(hub, clone)
        before = state(clone)
        for words in (["start", ticket], ["sync"], ["pull"], ["push"]):
            ran = inside(clone, *words, "--json", code=9)
            assert ran.error == "remote", (words, ran)
            assert len(inside(clone, *words, code=9).err.splitlines()) <= 3
            assert state(clone) == before, words
            assert work_of(clone, ticket) == ([], [], False)


def test_offline_work_goes_on_without_a_remote(tmp_path: Path) -> None:
    with make_hub(tmp_path) as hub:
        clones = shared(hub)
        [ticket] = queued_everywhere(clones)
        gone(hub, clones[0])
        inside(clones[0], "comment", ticket, "-m", "Written on a train.")
        held = inside(clones[0], "start", ticket, "--offline", "--json").data
        assert held["remote_confirmed"] is False
        shutil.move(hub.path.with_name("moved.git"), hub.path)
        require_agreement(hub, clones)
        assert inside(clones[0], "show", ticket, "--json").data["holder"]["remote_confirmed"] is True


def test_a_first_sync_that_cannot_reach_the_remote_begins_nothing(tmp_path: Path) -> None:
    with make_hub(tmp_path) as hub:
        clone = hub.clone(0)
        inside(clone, "init")
        new(clone)
        gone(hub, clone)
        before = state(clone)
        assert inside(clone, "sync", "--json", code=9).error == "remote"
        assert state(clone) == before


def test_an_init_that_cannot_reach_the_remote_goes_on_with_a_notice(tmp_path: Path) -> None:
    with make_hub(tmp_path) as hub:
        clone = hub.clone(0)
        gone(hub, clone)
        said = inside(clone, "init").err
        assert "origin" in said
        assert clone.git("for-each-ref", "refs/yoi") != ""


def read_only_http(hub: Hub) -> None:
    hub.repo.git("config", "http.receivepack", "false")


def refusing_pre_receive(hub: Hub) -> None:
    hub.hook("pre-receive", 'echo "frozen for the release" >&2; exit 1')


@pytest.mark.parametrize("refuse", [read_only_http, refusing_pre_receive], ids=lambda f: f.__name__)
def test_a_remote_that_may_only_be_read_changes_nothing(tmp_path: Path, refuse: object) -> None:
    assert callable(refuse)
    with make_hub(tmp_path, "http") as hub:
        clones = shared(hub)
        [ticket] = queued_everywhere(clones)
        inside(clones[0], "comment", ticket, "-m", "Not sent yet.")
        refuse(hub)
        before = state(clones[0])
        for words in (["start", ticket], ["sync"], ["push"]):
            assert inside(clones[0], *words, "--json", code=9).error == "remote", words
            assert state(clones[0]) == before, words
        assert work_of(clones[0], ticket) == ([], [], False)
        assert inside(clones[0], "pull", "--json").data["received"] == 0


@pytest.mark.parametrize("how", READ_ONLY)
def test_a_hub_on_a_read_only_disk_is_told_as_that(tmp_path: Path, how: str) -> None:
    with make_hub(tmp_path) as hub:
        [clone] = shared(hub, 1)
        [ticket] = queued_everywhere([clone])
        inside(clone, "comment", ticket, "-m", "Not sent yet.")
        before = state(clone)
        for words in (["start", ticket], ["sync"]):
            ran = yoi_beside_read_only(hub.repo, how, clone, *words, "--json")
            assert (ran.code, ran.error) == (9, "remote"), (words, ran)
            assert "remote unpack failed" in ran.json["error"]["cause"]
            assert ran.json["error"]["hint"].startswith("nothing was changed here")
            assert state(clone) == before
        assert work_of(clone, ticket) == ([], [], False)


def hidden(hub: Hub) -> None:
    hub.repo.git("config", "receive.hideRefs", "refs/yoi")


def hidden_wholly(hub: Hub) -> None:
    hub.repo.git("config", "transfer.hideRefs", "refs/yoi")


def update_hook(hub: Hub) -> None:
    hub.hook("update", BRANCHES_ONLY)


@pytest.mark.parametrize("refuse", [hidden, hidden_wholly, update_hook], ids=lambda f: f.__name__)
@pytest.mark.parametrize("kind", ["path", "http"])
def test_a_hub_that_refuses_the_ref_takes_the_tickets_as_a_branch(tmp_path: Path, kind: str, refuse: object) -> None:
    assert callable(refuse)
    with make_hub(tmp_path, kind) as hub:
        refuse(hub)
        clones = [hub.clone(number) for number in range(2)]
        inside(clones[0], "init")
        before, hubs = state(clones[0]), hub.repo.refs()
        ran = inside(clones[0], "sync", "--json", code=9)
        assert ran.error == "remote"
        assert "yoi.ref" in str(ran.json["error"]), ran.out
        assert (state(clones[0]), hub.repo.refs()) == (before, hubs)
        for clone in clones:
            clone.git("config", "yoi.ref", "refs/heads/yoi-tickets")
            inside(clone, "init")
            inside(clone, "sync")
        # The refspec of the ref that was given up went with it.
        assert inside(clones[0], "doctor", "--json").data["problems"] == []
        [ticket] = queued_everywhere(clones)
        inside(clones[1], "start", ticket)
        require_agreement(hub, clones, ref="refs/heads/yoi-tickets")
        assert inside(clones[0], "start", ticket, "--json", code=5).error == "taken"


def test_a_refusal_that_comes_later_is_told_by_the_hubs_own_words(tmp_path: Path) -> None:
    with make_hub(tmp_path) as hub:
        clones = shared(hub)
        [ticket] = queued_everywhere(clones)
        refusing_pre_receive(hub)
        ran = inside(clones[0], "start", ticket, "--json", code=9)
        assert "frozen for the release" in str(ran.json["error"]), ran.out
        hub.hook("pre-receive", "")
        inside(clones[0], "start", ticket)
        require_agreement(hub, clones)
