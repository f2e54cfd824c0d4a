"""The hooks of a clone: put in beside whatever stands there, proved, and taken out again byte for byte."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from git_yoi.git.version import CONFIGURED_HOOKS
from git_yoi.hooks import client_config, client_installer
from git_yoi.hooks.client_shim import HOOKS
from tests.conftest import Repo, make_repo, run
from tests.hooks.client_scene import (
    SAID,
    every_hook_fires,
    install,
    kept,
    put,
    refused,
    status,
    uninstall,
    without_program,
)
from tests.inside import inside


@pytest.fixture
def by_file(git_version: tuple[int, ...]) -> bool:
    """Whether git takes hooks from files only."""
    return git_version < CONFIGURED_HOOKS


def nothing(_: Repo) -> None:
    """A clone as git made it."""


def no_folder(repo: Repo) -> None:
    folder = repo.path / ".git/hooks"
    for sample in folder.iterdir():
        sample.unlink()
    folder.rmdir()


def own_hook(repo: Repo) -> None:
    put(repo, "pre-push", f"#!/bin/sh\n{SAID}")


def every_own_hook(repo: Repo) -> None:
    for hook in HOOKS:
        put(repo, hook, "#!/usr/bin/env bash\nset -eu\nexit 0\n")


def no_line_feed(repo: Repo) -> None:
    put(repo, "commit-msg", "#!/bin/sh\nexit 0")


def exec_at_the_end(repo: Repo) -> None:
    put(repo, "post-merge", "#!/bin/sh\nexec true\n", mode=0o750)


def other_hooks(repo: Repo) -> None:
    put(repo, "pre-commit", "#!/usr/bin/env python3\n")
    put(repo, "post-checkout", "#!/bin/sh\n")


def settings_without_a_line_feed(repo: Repo) -> None:
    file = repo.path / ".git/config"
    file.write_bytes(file.read_bytes() + b"[a]\n\tb = c")


def crlf_settings(repo: Repo) -> None:
    file = repo.path / ".git/config"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))


def own_path_inside(repo: Repo) -> None:
    (repo.path / ".git/mine").mkdir()
    repo.git("config", "core.hooksPath", str(repo.path / ".git/mine"))


def own_path_of_new_folders(repo: Repo) -> None:
    (repo.path / ".git/a").mkdir()
    repo.git("config", "core.hooksPath", ".git/a/b/c")


def own_switch(repo: Repo) -> None:
    file = repo.path / ".git/config"
    file.write_bytes(file.read_bytes() + b'[hook "git-yoi-pre-push"] # mine\n\tenabled = true\n[a]\n\tb = c\n')


def linked_worktree(repo: Repo) -> None:
    repo.git("worktree", "add", "-q", "../linked")


def configured_worktrees(repo: Repo) -> None:
    repo.git("config", "extensions.worktreeConfig", "true")
    repo.git("config", "--worktree", "a.b", "c")


BEFORE = (
    nothing,
    no_folder,
    own_hook,
    every_own_hook,
    no_line_feed,
    exec_at_the_end,
    other_hooks,
    settings_without_a_line_feed,
    crlf_settings,
    own_path_inside,
    own_path_of_new_folders,
    own_switch,
    linked_worktree,
    configured_worktrees,
)


@pytest.mark.parametrize("before", BEFORE, ids=lambda made: str(made.__name__))
def test_what_was_put_in_fires_and_leaves_no_trace(plain: Repo, before: Callable[[Repo], None]) -> None:
    before(plain)
    was = kept(plain)
    assert set(install(plain)) == set(HOOKS)
    assert every_hook_fires(plain)
    once = kept(plain)
    install(plain)
    assert kept(plain) == once
    # What a commit notes in the git directory goes, too.
    plain.git("commit", "-q", "--allow-empty", "-m", "A change")
    assert (plain.path / ".git/YOI_NONE").exists()
    uninstall(plain)
    assert kept(plain) == was
    assert status(plain) == {}
    uninstall(plain)
    assert kept(plain) == was


def test_what_was_put_where_git_does_not_look_any_more_goes_too(plain: Repo) -> None:
    own_path_of_new_folders(plain)
    was = kept(plain)
    install(plain)
    path = plain.git("config", "core.hooksPath")
    plain.git("config", "core.hooksPath", ".git/other")
    uninstall(plain)
    plain.git("config", "core.hooksPath", path)
    assert kept(plain) == was


def test_a_switch_of_one_s_own_survives(plain: Repo, by_file: bool) -> None:
    before = (plain.path / ".git/config").read_bytes()
    install(plain)
    plain.git("config", "hook.git-yoi-pre-push.enabled", "false")
    uninstall(plain)
    left = (plain.path / ".git/config").read_bytes().removeprefix(before)
    assert left == b'[hook "git-yoi-pre-push"]\n\tenabled = false\n'
    assert "not installed" in inside(plain, "hooks").out
    install(plain)
    assert plain.git("config", "hook.git-yoi-pre-push.enabled") == "false"
    uninstall(plain)
    assert (plain.path / ".git/config").read_bytes() == before + left
    assert by_file or left


def test_a_hook_of_one_s_own_still_gets_what_git_says(plain: Repo, tmp_path: Path) -> None:
    own_hook(plain)
    install(plain)
    plain.git("init", "-q", "--bare", str(tmp_path / "hub.git"))
    seen = tmp_path / "seen"
    done = run("git", "push", "-q", f"file://{tmp_path}/hub.git", "main", cwd=plain.path, env={"SEEN": str(seen)})
    assert done.code == 0, done
    head = plain.git("rev-parse", "main")
    url = f"file://{tmp_path}/hub.git"
    assert seen.read_text() == f"pre-push {url} {url}\nrefs/heads/main {head} refs/heads/main {'0' * 40}\n"
    put_back = plain.path / ".git/hooks/pre-push"
    put_back.write_text(put_back.read_text() + "exit 7\n")
    failed = run(
        "git", "push", "-q", f"file://{tmp_path}/hub.git", "main:other", cwd=plain.path, env={"SEEN": str(seen)}
    )
    assert failed.code != 0


@pytest.mark.parametrize("then", ["install", "uninstall"])
def test_what_an_older_version_put_in_is_brought_up_to_date_and_taken_out(
    plain: Repo, monkeypatch: pytest.MonkeyPatch, then: str
) -> None:
    """It had no `post-commit`."""
    no_folder(plain)
    was = kept(plain)
    with monkeypatch.context() as older:
        for module in (client_config, client_installer):
            older.setattr(module, "HOOKS", tuple(hook for hook in HOOKS if hook != "post-commit"))
        assert "post-commit" not in install(plain)
    assert re.search(r"^post-commit +is missing$", inside(plain, "hooks", "status", code=8).out, re.MULTILINE)
    if then == "install":
        assert set(install(plain)) == set(HOOKS)
        assert every_hook_fires(plain)
    uninstall(plain)
    assert kept(plain) == was


def python_hook(repo: Repo) -> None:
    put(repo, "pre-push", "#!/usr/bin/env python3\nprint(1)\n")


def linked_hook(repo: Repo) -> None:
    put(repo, "elsewhere", "#!/bin/sh\n", folder=".git")
    (repo.path / ".git/hooks").mkdir(exist_ok=True)
    (repo.path / ".git/hooks/pre-push").symlink_to("../elsewhere")


def not_executable(repo: Repo) -> None:
    put(repo, "pre-push", "#!/bin/sh\n", mode=0o644)


def crlf_hook(repo: Repo) -> None:
    put(repo, "pre-push", b"#!/bin/sh\r\nexit 0\r\n")


def pre_commit_hook(repo: Repo) -> None:
    put(repo, "pre-push", "#!/usr/bin/env bash\n# File generated by pre-commit: a page\n# ID: 1\nexit 0\n")


def lefthook_hook(repo: Repo) -> None:
    put(repo, "pre-push", '#!/bin/sh\ncall_lefthook()\n{\n:\n}\ncall_lefthook run "pre-push" "$@"\n')


def husky_folder(repo: Repo) -> None:
    for hook in HOOKS:
        put(repo, hook, '#!/usr/bin/env sh\n. "$(dirname "$0")/h"', folder=".husky/_")
    put(repo, "h", "exit 0\n", folder=".husky/_")
    repo.git("config", "core.hooksPath", ".husky/_")


def tracked_folder(repo: Repo) -> None:
    put(repo, "pre-commit", "#!/bin/sh\n", folder=".githooks")
    repo.git("config", "core.hooksPath", ".githooks")


def global_path(repo: Repo) -> None:
    outside = repo.path.parent / "everywhere"
    outside.mkdir()
    repo.git("config", "--global", "core.hooksPath", str(outside))


FOREIGN = (
    python_hook,
    linked_hook,
    not_executable,
    crlf_hook,
    pre_commit_hook,
    lefthook_hook,
    husky_folder,
    tracked_folder,
    global_path,
)


@pytest.mark.parametrize("foreign", FOREIGN, ids=lambda made: str(made.__name__))
def test_what_is_not_ours_to_change_is_refused_or_stood_beside(
    plain: Repo, by_file: bool, foreign: Callable[[Repo], None]
) -> None:
    foreign(plain)
    if by_file:
        told = refused(plain)
        assert "pre-push" in told
        assert all(one["add"] and one["file"] for one in told.values()), told
        said = inside(plain, "hooks", "install", code=7).err
        assert max(len(line) for line in said.splitlines() if line.startswith(("error:", "hint:"))) < 200
        return
    was = kept(plain)
    assert {one["how"] for one in install(plain).values()} == {"config"}
    assert every_hook_fires(plain)
    uninstall(plain)
    assert kept(plain) == was


def test_a_global_hooks_path_is_named_with_the_file_that_sets_it(plain: Repo, by_file: bool) -> None:
    global_path(plain)
    done = inside(plain, "hooks", "install", code=7 if by_file else 0)
    assert (".gitconfig" in done.err or "git/config" in done.err) == by_file, done
    assert plain.git("config", "--global", "core.hooksPath") == str(plain.path.parent / "everywhere")


def test_lines_that_somebody_changed_are_left_and_said(plain: Repo, by_file: bool) -> None:
    install(plain)
    if not by_file:
        return
    file = plain.path / ".git/hooks/commit-msg"
    file.write_text(file.read_text().replace("# >>> git-yoi", "# mine\n# >>> git-yoi", 1).replace("exit", "exit ", 1))
    changed = file.read_text()
    done = inside(plain, "hooks", "uninstall")
    assert "commit-msg" in done.out + done.err
    assert not file.exists() or "git-yoi" not in file.read_text() or file.read_text() == changed
    assert not (plain.path / ".git/hooks/pre-push").exists()


def test_without_the_program_git_goes_on_with_one_line(repo: Repo, tmp_path: Path) -> None:
    """A virtual environment that was moved, in a client without a PATH."""
    install(repo)
    repo.git("init", "-q", "--bare", str(tmp_path / "hub.git"))
    for hook in (*(repo.path / ".git/hooks").iterdir(), *(repo.path / ".git/yoi").glob("hooks/*")):
        if hook.is_file():
            hook.write_text(hook.read_text().replace(sys.executable, "/nowhere/python"))
    done = subprocess.run(
        ["git", "push", "-q", f"file://{tmp_path}/hub.git", "main"],
        cwd=repo.path,
        env=dict(without_program(tmp_path)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("git-yoi") >= 1
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_turned_off_for_one_command_they_do_nothing(repo: Repo) -> None:
    install(repo)
    repo.git("checkout", "-q", "-b", "work")
    repo.git("config", "branch.work.yoiTicket", "kqmvzrtnlpwoyxus")
    off = run("git", "commit", "-q", "--allow-empty", "-m", "One", cwd=repo.path, env={"GIT_YOI_HOOKS": "0"})
    assert off.code == 0
    assert "Ticket:" not in repo.git("log", "-1", "--format=%B")
    repo.git("commit", "-q", "--allow-empty", "-m", "Two")
    assert "Ticket: kqmvzrtnlpwoyxus" in repo.git("log", "-1", "--format=%B")


def test_a_bare_repository_is_told_what_is_meant_for_it(plain: Repo, tmp_path: Path) -> None:
    plain.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    done = inside(Repo(tmp_path / "bare.git"), "hooks", "install", "--json", code=2)
    assert "--server" in str(done.json["error"]["hint"])


def test_odd_places_of_a_repository(tmp_path: Path) -> None:
    odd = make_repo(tmp_path / 'it\'s a "dïr" $x')
    was = kept(odd)
    install(odd)
    assert every_hook_fires(odd)
    apart = Repo(tmp_path / "apart")
    apart.path.mkdir()
    apart.git("init", "-q", "--separate-git-dir", str(tmp_path / "git dir"))
    apart.commit("a", "b\n")
    install(apart)
    assert every_hook_fires(apart)
    uninstall(odd)
    assert kept(odd) == was


def test_two_installs_at_once_end_as_one(plain: Repo) -> None:
    was = kept(plain)
    command = [sys.executable, "-m", "git_yoi", "hooks", "install"]
    running = [subprocess.Popen(command, cwd=plain.path, stdout=subprocess.DEVNULL) for _ in range(4)]
    assert [one.wait() for one in running] == [0, 0, 0, 0]
    assert every_hook_fires(plain)
    uninstall(plain)
    assert kept(plain) == was


def test_without_a_subcommand_the_status_is_shown(plain: Repo) -> None:
    assert "not installed" in inside(plain, "hooks").out
    install(plain)
    assert inside(plain, "hooks").out.endswith("All of them fire\n")
    assert inside(plain, "hooks", "--json").data["installed"]


def test_doctor_finds_a_hook_that_git_does_not_run_and_mends_it(repo: Repo, by_file: bool) -> None:
    assert [one for one in inside(repo, "doctor", "--json", code=None).data["problems"] if one["code"] == "hook"] == []
    install(repo)
    assert [one for one in inside(repo, "doctor", "--json", code=None).data["problems"] if one["code"] == "hook"] == []
    if by_file:
        (repo.path / ".git/hooks/commit-msg").chmod(0o644)
    else:
        (repo.path / ".git/yoi/hooks/commit-msg").unlink()
    found = [one for one in inside(repo, "doctor", "--json", code=8).data["problems"] if one["code"] == "hook"]
    assert len(found) == 1
    assert "commit-msg" in str(found[0])
    inside(repo, "doctor", "--fix", code=None)
    assert by_file or every_hook_fires(repo)
