from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Repo
from tests.hooks.scene import contents, install
from tests.inside import inside, new
from tests.sync.hubs import FORMATS, Hub, make_hub
from tests.sync.scene import shared


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with make_hub(tmp_path) as made:
        yield made


@pytest.mark.parametrize("verb", ["install", "uninstall", "status"])
def test_a_repository_in_which_nobody_works_is_led_to_the_servers_guard(hub: Hub, verb: str) -> None:
    before = contents(hub.path)
    error = inside(hub.repo, "hooks", verb, "--json", code=2).json["error"]
    assert error["code"] == "usage"
    assert "--server" in error["hint"]
    assert contents(hub.path) == before


def test_an_unknown_word_is_a_line_and_no_page(plain: Repo) -> None:
    assert inside(plain, "hooks", "instal", code=2).err.startswith("error: ")


def test_status_of_none_says_so(hub: Hub) -> None:
    before = contents(hub.path)
    assert inside(hub.repo, "hooks", "status", "--server", "--json").data == {
        "ref": "refs/yoi/tickets", "installed": False, "fires": False, "expected": None, "observed": None, "guards": []
    }  # fmt: skip
    assert "not installed" in inside(hub.repo, "hooks", "status", "--server").out
    assert contents(hub.path) == before


@pytest.mark.parametrize("kind", FORMATS)
def test_status_proves_that_it_fires_and_leaves_nothing(tmp_path: Path, kind: str) -> None:
    with make_hub(tmp_path, "path", None, *FORMATS[kind]) as hub:
        install(hub)
        for tickets in (False, True):
            if tickets:
                [clone] = shared(hub, 1)
                new(clone)
                inside(clone, "sync")
            before = contents(hub.path)
            done = inside(hub.repo, "hooks", "status", "--server", "--json")
            assert done.data["fires"] is True
            assert "corrupt: it is no entry" in done.data["observed"]
            assert contents(hub.path) == before


def test_status_says_of_a_guard_that_does_not_fire(hub: Hub, git_version: tuple[int, ...]) -> None:
    guard = install(hub)
    [clone] = shared(hub, 1)
    assert clone.path
    if guard["how"] == "config":
        hub.repo.git("config", "hook.git-yoi-pre-receive.event", "post-receive")
    else:
        Path(str(guard["path"])).chmod(0o644)
    before = hub.repo.refs()
    done = inside(hub.repo, "hooks", "status", "--server", "--json", code=8)
    assert (done.data["installed"], done.data["fires"]) == (True, False), git_version
    assert "does NOT fire" in inside(hub.repo, "hooks", "status", "--server", code=8).out
    assert hub.repo.refs() == before


def test_install_says_where_it_is_and_what_proves_it(hub: Hub) -> None:
    said = inside(hub.repo, "hooks", "install", "--server").out
    assert "The guard of refs/yoi/tickets is in: pre-receive, " in said
    assert "git yoi hooks status --server" in said
    assert "The guard is out" in inside(hub.repo, "hooks", "uninstall", "--server").out
    assert "There was no guard here" in inside(hub.repo, "hooks", "uninstall", "--server").out


def test_standard_input_that_is_not_gits_is_refused(hub: Hub) -> None:
    assert hub.repo.yoi("hooks", "pre-receive", data="", code=0).out == ""
    assert "not what git gives" in hub.repo.yoi("hooks", "pre-receive", data="nonsense\n", code=2).err


def test_a_push_whose_pusher_has_gone_is_still_judged(hub: Hub) -> None:
    # A closed output makes other commands end well: their reader has had enough. A guard has no such reader.
    reader, writer = os.pipe()
    os.close(reader)
    guard = [sys.executable, "-m", "git_yoi", "hooks", "pre-receive"]
    pushed = f"{'1' * 40} {'0' * 40} refs/yoi/tickets\n".encode()
    done = subprocess.run(guard, cwd=hub.path, input=pushed, stdout=writer, stderr=writer, check=False)
    os.close(writer)
    assert done.returncode == 8
