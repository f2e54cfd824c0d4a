"""The guard comes in beside what is there, and goes out without a trace."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from git_yoi.git.version import CONFIGURED_HOOKS
from tests.conftest import Ran, Repo
from tests.hooks.scene import contents, install, push
from tests.inside import inside, new
from tests.sync.hubs import TICKETS, Hub, make_hub
from tests.sync.scene import shared

NOTES = 'cat > pushed\necho "the hub\'s own hook"\n'
SCRIPTS = {
    "sh": b"#!/bin/sh\n" + NOTES.encode(),
    "strict bash": b"#! /usr/bin/env bash\nset -euo pipefail\n" + NOTES.encode(),
    "no last line feed": b"#!/bin/sh -e\n" + NOTES.encode().rstrip(),
    "latin-1": b"#!/bin/sh\n# \xe9\xff\n" + NOTES.encode(),
}
FOREIGN = {
    "python": b"#!/usr/bin/env python3\nimport sys\nsys.exit(0)\n",
    "perl": b"#!/usr/bin/perl -w\nexit 0;\n",
    "no interpreter": b"exit 0\n",
    "carriage returns": b"#!/bin/sh\r\nexit 0\r\n",
    "binary": b"\x7fELF\0\0\n",
}


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with make_hub(tmp_path) as made:
        yield made


@pytest.fixture
def by_file(git_version: tuple[int, ...]) -> bool:
    """Whether git takes hooks from files only."""
    return git_version < CONFIGURED_HOOKS


def put(hub: Hub, data: bytes, mode: int = 0o755) -> Path:
    file = hub.path / "hooks" / "pre-receive"
    file.write_bytes(data)
    file.chmod(mode)
    return file


def refusal(hub: Hub) -> tuple[str, str]:
    """Install where that is refused, and changes nothing; what is said, and what to add by hand."""
    before = contents(hub.path)
    error = inside(hub.repo, "hooks", "install", "--server", "--json", code=7).json["error"]
    assert error["code"] == "exists"
    assert contents(hub.path) == before
    assert "-m git_yoi hooks pre-receive" in error["hint"]
    assert error["data"]["add"] in error["hint"]
    return error["cause"], error["data"]["add"]


def deletes(hub: Hub, clone: Repo) -> Ran:
    """Push what the guard never lets in."""
    done = push(clone, ":refs/yoi/tickets")
    assert ("never deleted" in done.err) == (hub.tip() != "")
    return done


def test_it_is_a_hook_of_its_own_where_there_is_none(hub: Hub, by_file: bool) -> None:
    before = contents(hub.path)
    guard = install(hub)
    assert guard["how"] == ("file" if by_file else "config")
    assert guard["path"] == str(hub.path / ("hooks" if by_file else "yoi/hooks") / "pre-receive")
    again = contents(hub.path)
    assert install(hub)["how"] == guard["how"]
    assert contents(hub.path) == again
    inside(hub.repo, "hooks", "uninstall", "--server")
    assert contents(hub.path) == before
    inside(hub.repo, "hooks", "uninstall", "--server")
    assert contents(hub.path) == before


def test_a_folder_that_was_made_for_it_goes_with_it(tmp_path: Path) -> None:
    bare = Repo(tmp_path / "hub.git")
    bare.path.mkdir()
    bare.git("init", "-q", "--bare", "--template=")
    before = contents(bare.path)
    inside(bare, "hooks", "install", "--server")
    inside(bare, "hooks", "uninstall", "--server")
    assert contents(bare.path) == before


@pytest.mark.parametrize("mode", [0o755, 0o700, 0o2775], ids=oct)
@pytest.mark.parametrize("script", SCRIPTS)
def test_a_shell_script_goes_on_beside_it_and_is_left_as_it_was(hub: Hub, script: str, mode: int) -> None:
    file = put(hub, SCRIPTS[script], mode)
    before = contents(hub.path)
    install(hub)
    assert install(hub)["current"] is True
    assert file.stat().st_mode & 0o7777 == mode
    inside(hub.repo, "hooks", "uninstall", "--server")
    assert contents(hub.path) == before


def test_the_hubs_own_script_still_sees_every_push_that_the_guard_lets_in(hub: Hub, by_file: bool) -> None:
    put(hub, SCRIPTS["strict bash"])
    install(hub)
    [clone] = shared(hub, 1)
    new(clone)
    done = push(clone)
    assert "the hub's own hook" in done.err
    assert (hub.path / "pushed").read_text().split()[2] == "refs/yoi/tickets"
    # Of several hooks in its configuration git runs all, and then heeds whichever refused.
    assert ("the hub's own hook" in deletes(hub, clone).err) is not by_file
    assert "the hub's own hook" in push(clone, "HEAD:refs/heads/other").err


@pytest.mark.parametrize("foreign", FOREIGN)
def test_any_other_hook_stays_alone(hub: Hub, foreign: str, by_file: bool) -> None:
    file = put(hub, FOREIGN[foreign])
    if by_file:
        cause, _ = refusal(hub)
        assert str(file) in cause
        assert "no script of a POSIX shell" in cause
    else:
        install(hub)
        assert file.read_bytes() == FOREIGN[foreign]


def test_a_link_stays_alone(hub: Hub, tmp_path: Path, by_file: bool) -> None:
    (tmp_path / "theirs").write_bytes(SCRIPTS["sh"])
    (tmp_path / "theirs").chmod(0o755)
    file = hub.path / "hooks" / "pre-receive"
    file.symlink_to(tmp_path / "theirs")
    if by_file:
        assert f"it is a link to {tmp_path / 'theirs'}" in refusal(hub)[0]
        file.unlink()
        file.hardlink_to(tmp_path / "theirs")
        assert "a hard link" in refusal(hub)[0]
    else:
        install(hub)
    assert (tmp_path / "theirs").read_bytes() == SCRIPTS["sh"]


def test_a_hook_that_is_switched_off_is_not_switched_on(hub: Hub, by_file: bool) -> None:
    file = put(hub, SCRIPTS["sh"], 0o644)
    if by_file:
        assert "not executable" in refusal(hub)[0]
    assert file.stat().st_mode & 0o777 == 0o644


def test_a_folder_of_hooks_for_many_repositories_stays_alone_and_its_owner_is_named(
    hub: Hub, tmp_path: Path, by_file: bool
) -> None:
    many = tmp_path / "all hooks"
    many.mkdir()
    hub.repo.git("config", "--global", "core.hooksPath", many)
    if by_file:
        cause, _ = refusal(hub)
        assert f"core.hooksPath is {many}, set in file:{os.environ['GIT_CONFIG_GLOBAL']}" in cause
    else:
        install(hub)
    assert list(many.iterdir()) == []


def test_a_linked_folder_of_hooks_stays_alone(hub: Hub, tmp_path: Path, by_file: bool) -> None:
    hooks = hub.path / "hooks"
    hooks.rename(tmp_path / "elsewhere")
    hooks.symlink_to(tmp_path / "elsewhere")
    if by_file:
        assert f"leads to {tmp_path / 'elsewhere'}" in refusal(hub)[0]


def test_a_hooks_path_within_the_repository_is_taken(hub: Hub) -> None:
    hub.repo.git("config", "core.hooksPath", "own hooks")
    before = contents(hub.path)
    install(hub)
    [clone] = shared(hub, 1)
    assert deletes(hub, clone).code != 0
    hub.repo.git("update-ref", "-d", "refs/yoi/tickets")
    inside(hub.repo, "hooks", "uninstall", "--server")
    left = contents(hub.path)
    assert {name for name in left if "hooks" in name} == {name for name in before if "hooks" in name}


def test_the_command_to_add_by_hand_guards(hub: Hub, by_file: bool) -> None:
    if not by_file:
        return
    put(hub, FOREIGN["python"])
    _, command = refusal(hub)
    put(hub, b'#!/usr/bin/env python3\nimport subprocess, sys\nsys.exit(subprocess.call(["sh", "-c", """'
        + command.encode() + b'"""]))\n')  # fmt: skip
    [clone] = shared(hub, 1)
    assert deletes(hub, clone).code != 0


def test_a_hub_that_is_moved_takes_its_guard_along(hub: Hub) -> None:
    install(hub)
    [clone] = shared(hub, 1)
    there = hub.path.with_name('it\'s "moved" $x é.git')
    hub.path.rename(there)
    moved = Hub(Repo(there), str(there))
    clone.git("remote", "set-url", "origin", there)
    assert "never deleted" in deletes(moved, clone).err


def test_a_bare_repository_that_must_be_named_is_guarded_once_it_is(hub: Hub) -> None:
    [clone] = shared(hub, 1)
    hub.repo.git("config", "--global", "safe.bareRepository", "explicit")
    error = inside(hub.repo, "hooks", "install", "--server", "--json", code=9).json["error"]
    assert error["hint"] == "git --git-dir=DIR yoi ..."
    named = {"GIT_DIR": str(hub.path)}
    assert hub.repo.yoi("hooks", "install", "--server", env=named, cwd=hub.path.parent).code == 0
    status = hub.repo.yoi("hooks", "status", "--server", "--json", env=named, cwd=hub.path.parent)
    assert status.data["fires"] is True
    assert "never deleted" in push(clone, ":refs/yoi/tickets").err


def test_a_server_without_the_program_takes_code_and_no_tickets(hub: Hub, tmp_path: Path) -> None:
    file = Path(str(install(hub)["path"]))
    file.write_bytes(file.read_bytes().replace(sys.executable.encode(), b"/gone/python"))
    git = shutil.which("git")
    assert git is not None
    server = {"PATH": f"{Path(git).parent}:/usr/bin:/bin"}
    assert shutil.which("git-yoi", path=server["PATH"]) is None
    clone = hub.clone(0)
    inside(clone, "init")
    clone.commit("a", "a\n")
    both = push(clone, "main", TICKETS, env=server)
    assert both.code != 0
    assert "the program that guards the tickets of this repository is missing here" in both.err
    assert push(clone, "main", env=server).code == 0
    # The one on the PATH takes its place.
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "git-yoi"
    program.write_text(f"#!/bin/sh\nexec '{sys.executable}' -m git_yoi \"$@\"\n")
    program.chmod(0o755)
    assert push(clone, TICKETS, env={"PATH": f"{server['PATH']}:{program.parent}"}).code == 0


def test_an_older_guard_is_brought_up_to_date(hub: Hub) -> None:
    guard = install(hub)
    file = Path(str(guard["path"]))
    now = file.read_bytes()
    file.write_bytes(now.replace(sys.executable.encode(), b"/gone/python"))
    assert inside(hub.repo, "hooks", "status", "--server", "--json", code=None).data["guards"][0]["current"] is False
    assert install(hub)["current"] is True
    assert file.read_bytes() == now


def test_a_guard_that_was_put_in_by_half_is_put_in_whole(hub: Hub, by_file: bool) -> None:
    if by_file:
        return
    before = contents(hub.path)
    install(hub)
    now = contents(hub.path)
    for left in ("event", "command"):
        hub.repo.git("config", "--unset", f"hook.git-yoi-pre-receive.{left}")
        assert install(hub)["current"] is True
        assert len(hub.repo.git("config", "--get-regexp", "^hook[.]").splitlines()) == 2
    (hub.path / "yoi/hooks/pre-receive").unlink()
    install(hub)
    assert contents(hub.path).keys() == now.keys()
    hub.repo.git("config", "--unset", "hook.git-yoi-pre-receive.event")
    inside(hub.repo, "hooks", "uninstall", "--server")
    assert contents(hub.path) == before


def test_lines_that_somebody_added_to_our_file_stay(hub: Hub, by_file: bool) -> None:
    if not by_file:
        return
    file = Path(str(install(hub)["path"]))
    file.write_bytes(file.read_bytes() + b"echo mine\n")
    inside(hub.repo, "hooks", "uninstall", "--server")
    assert file.read_bytes() == b"#!/bin/sh\necho mine\n"


def test_a_hub_with_a_worktree_is_guarded_too(plain: Repo, tmp_path: Path) -> None:
    before = contents(plain.path / ".git")
    inside(plain, "hooks", "install", "--server")
    clone = Repo(tmp_path / "clone")
    plain.git("clone", "-q", plain.path, clone.path)
    inside(clone, "init")
    inside(clone, "sync")
    assert "never deleted" in push(clone, ":refs/yoi/tickets").err
    inside(plain, "hooks", "uninstall", "--server")
    left = contents(plain.path / ".git")
    assert {name: found for name, found in left.items() if name in before} == before
    assert [name for name in left.keys() - before.keys() if not name.startswith(("objects", "refs"))] == []


def test_tickets_on_a_branch_that_nothing_names_are_told_to_be_without_guard(hub: Hub) -> None:
    [ada] = shared(hub, 1)
    install(hub)
    ada.git("push", "-q", "origin", f"{TICKETS}:refs/heads/yoi-tickets", "--no-verify")
    hub.repo.git("update-ref", "-d", TICKETS)
    assert "git config yoi.ref refs/heads/yoi-tickets" in inside(hub.repo, "hooks", "install", "--server").err
    hub.repo.git("config", "yoi.ref", "refs/heads/yoi-tickets")
    assert inside(hub.repo, "hooks", "install", "--server").err == ""
