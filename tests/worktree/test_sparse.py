"""Worktrees of a part of the files, as the policy of the target wants them: made, killed, merged and taken away."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest

from git_yoi.git.repository import discover
from git_yoi.git.worktree_config import enable_worktree_config
from tests.actions.test_start_killed import require_whole
from tests.conftest import Repo, make_repo
from tests.inside import inside
from tests.killing import make_killer, points
from tests.merge.scene import approved, require_closed_once, started
from tests.merge.test_complete import formats


def files(place: Path) -> list[str]:
    """What lies in a worktree besides git's own link."""
    found = (path.relative_to(place) for path in place.rglob("*") if path.is_file() and path.name != ".git")
    return sorted(str(path) for path in found if ".git" not in path.parts)


def parted(repo: Repo, patterns: str = "[src]") -> Repo:
    """Folders to choose from, and a policy that chooses; everything is checked out in the main worktree."""
    for name in ("src/a", "src/deep/b", "docs/c", "tickets/d"):
        repo.commit(name, f"{name}\n")
    repo.commit(".yoi.yaml", f"worktree: {{sparse: {patterns}}}\n")
    return repo


def switches(repo: Repo) -> list[str]:
    """What the main worktree, or the bare repository, hears about being sparse."""
    told = repo.git("config", "--list").splitlines()
    return [line for line in told if line.lower().startswith(("core.sparse", "core.bare", "core.worktree"))]


ROOT = [".yoi.yaml", "README"]
CASES = [
    ("[src]", [*ROOT, "src/a", "src/deep/b"]),
    ("[src/deep/]", [*ROOT, "src/a", "src/deep/b"]),
    ("[src, docs]", [*ROOT, "docs/c", "src/a", "src/deep/b"]),
    ("[nowhere]", ROOT),
    ("['/*', '!/tickets/']", [*ROOT, "docs/c", "src/a", "src/deep/b"]),
    ("['src/*', '!/src/deep/', '/docs/']", ["docs/c", "src/a"]),
    ("['[ab]']", ["src/a", "src/deep/b"]),
    ("[]", [*ROOT, "docs/c", "src/a", "src/deep/b", "tickets/d"]),
]


@pytest.mark.parametrize(("patterns", "there"), CASES)
def test_start_checks_out_what_the_patterns_say_and_nothing_else_changes(
    repo: Repo, patterns: str, there: list[str]
) -> None:
    parted(repo, patterns)
    before = switches(repo)
    work = started(repo)
    assert files(work.worktree) == sorted(there)
    assert repo.git("status", "--porcelain", cwd=work.worktree) == ""
    assert (switches(repo), repo.git("status", "--porcelain")) == (before, "")
    assert "docs/c" in files(repo.path)
    assert "locked" not in repo.git("worktree", "list", "--porcelain")


@pytest.mark.parametrize("option", formats())
def test_a_branch_of_a_part_is_completed_and_its_worktree_goes(tmp_path: Path, option: str) -> None:
    repo = make_repo(tmp_path / "a repo", option)
    inside(parted(repo), "init")
    repo.commit(".yoi.yaml", "worktree: {sparse: [src]}\nvalidate: [test -f docs/c && test -f src/new]\n")
    work = approved(repo, file="src/new")
    done = work.complete().data
    assert done["cleaned"] == {"worktree": True, "branch": True, "kept_because": []}
    require_closed_once(repo, work.ticket)
    assert files(repo.path) == [*ROOT, "docs/c", "src/a", "src/deep/b", "src/new", "tickets/d"]


def test_a_ticket_s_own_branch_does_not_choose(repo: Repo) -> None:
    parted(repo)
    work = started(repo)
    repo.commit(".yoi.yaml", "worktree: {sparse: [docs]}\n", cwd=work.worktree)
    inside(repo, "release", work.ticket, "-m", "why")
    repo.git("worktree", "remove", str(work.worktree))
    held = inside(repo, "start", work.ticket, "--json").data
    assert "src/a" in files(Path(held["worktree"]))
    assert "docs/c" not in files(Path(held["worktree"]))


def test_who_takes_over_gets_the_same_part(repo: Repo) -> None:
    work = started(parted(repo), "A ticket", "--no-worktree")
    held = inside(repo, "takeover", work.ticket, "-m", "why", "--json").data
    assert files(Path(held["worktree"])) == [*ROOT, "src/a", "src/deep/b"]


def test_what_lies_outside_of_the_part_keeps_a_worktree_only_when_it_is_there(repo: Repo) -> None:
    parted(repo)
    work = approved(repo, file="src/new")
    (work.worktree / "docs").mkdir()
    (work.worktree / "docs/c").write_text("mine\n")
    assert work.complete(code=7).error == "dirty"
    (work.worktree / "docs/c").unlink()
    work.complete()


@pytest.mark.parametrize("setting", ["worktreeConfig", "own", "shared"])
def test_a_main_worktree_that_is_sparse_itself_stays_as_it_is(repo: Repo, setting: str) -> None:
    parted(repo)
    if setting == "shared":
        # As it was before git 2.36: for all worktrees.
        repo.git("config", "core.sparseCheckout", "true")
        (repo.path / ".git/info").mkdir(exist_ok=True)
        (repo.path / ".git/info/sparse-checkout").write_text("/*\n!/src/\n")
        repo.git("read-tree", "-m", "-u", "HEAD")
    elif setting == "own":
        repo.git("sparse-checkout", "set", "docs", "tickets")
    else:
        repo.git("config", "extensions.worktreeConfig", "true")
        repo.git("sparse-checkout", "set", "docs", "tickets")
    before = files(repo.path)
    repo.commit(".yoi.yaml", "worktree: {sparse: [src]}\nvalidate: [test -f docs/c && test -f src/a]\n")
    work = approved(repo, file="src/new")
    assert files(work.worktree) == [*ROOT, "src/a", "src/deep/b", "src/new"]
    work.complete()
    assert files(repo.path) == before
    assert repo.git("status", "--porcelain") == ""
    require_closed_once(repo, work.ticket)


def test_a_bare_repository_keeps_being_one_and_its_worktrees_are_none(repo: Repo, tmp_path: Path) -> None:
    parted(repo)
    repo.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    bare = Repo(tmp_path / "bare.git")
    bare.git("remote", "remove", "origin")
    inside(bare, "init")
    bare.git("worktree", "add", "-q", str(tmp_path / "other"), "-b", "other")
    work = started(bare)
    assert files(work.worktree) == [*ROOT, "src/a", "src/deep/b"]
    assert bare.git("rev-parse", "--is-bare-repository") == "true"
    for place in (work.worktree, tmp_path / "other"):
        assert bare.git("status", "--porcelain", cwd=place) == ""
    work.commit("src/new", "x\n")
    work.approve()
    work.complete()
    assert bare.git("ls-tree", "-r", "--name-only", "main").splitlines().count("src/new") == 1


def test_a_main_worktree_elsewhere_is_still_found(repo: Repo, tmp_path: Path) -> None:
    parted(repo)
    repo.git("clone", "-q", "--separate-git-dir", str(tmp_path / "apart"), ".", str(tmp_path / "sub"))
    sub = Repo(tmp_path / "sub")
    sub.git("config", "core.worktree", "../sub")
    sub.git("remote", "remove", "origin")
    inside(sub, "init")
    work = started(sub)
    assert files(work.worktree) == [*ROOT, "src/a", "src/deep/b"]
    for place in (sub.path, work.worktree):
        assert sub.git("rev-parse", "--show-toplevel", cwd=place) == str(place)
        assert sub.git("status", "--porcelain", cwd=place) == ""


def test_the_switch_is_thrown_once_by_many_at_a_time_and_loses_no_setting(plain: Repo) -> None:
    plain.git("config", "core.bare", "true")
    plain.git("config", "core.worktree", "/somewhere")
    (plain.path / ".git/config").chmod(0o600)
    repository = discover(plain.path / ".git", os.environ.copy(), explicit=True)
    threads = [threading.Thread(target=enable_worktree_config, args=(repository,)) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    shared = plain.git("config", "--file", ".git/config", "--list").splitlines()
    assert shared.count("extensions.worktreeconfig=true") == 1
    assert [line for line in shared if line.startswith(("core.bare", "core.worktree"))] == []
    moved = plain.git("config", "--file", ".git/config.worktree", "--list").splitlines()
    assert moved == ["core.bare=true", "core.worktree=/somewhere"]
    assert (plain.path / ".git/config").stat().st_mode & 0o777 == 0o600
    assert {path.name for path in (plain.path / ".git").glob("config*")} == {"config", "config.worktree"}


def test_the_post_checkout_hook_runs_as_for_any_worktree(repo: Repo, tmp_path: Path) -> None:
    parted(repo)
    hook = repo.path / ".git/hooks/post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f'#!/bin/sh\necho "$PWD $*" >> "{tmp_path}/said"\nexit 3\n')
    hook.chmod(0o755)
    work = started(repo)
    head = repo.git("rev-parse", work.branch)
    assert (tmp_path / "said").read_text() == f"{work.worktree} {'0' * 40} {head} 1\n"


def test_a_start_killed_at_any_step_leaves_what_the_next_one_makes_whole(repo: Repo, tmp_path: Path) -> None:
    parted(repo)
    killer = make_killer(tmp_path / "bin")
    assert killer.yoi(repo, "start", started_later(repo, "whole")).code == 0
    told = ("sparse-checkout", "reset", "hook", "config", "worktree")
    # What comes before the worktree is the same as for any other.
    calls = killer.seen()
    begin = next(n for n, call in enumerate(calls, 1) if call.startswith("worktree add"))
    for at, when in [step for step in points(calls, told) if step[0] >= begin]:
        ticket_id = started_later(repo, f"{when} {at}")
        killed = killer.yoi(repo, "start", ticket_id, at=at, when=when)
        if killed.code != 0:
            assert killed.code == -signal.SIGKILL, (at, when, killed)
            inside(repo, "start", ticket_id, code=None)
        worktree = require_whole(repo, ticket_id, (at, when))
        assert files(worktree) == [*ROOT, "src/a", "src/deep/b"], (at, when)


def started_later(repo: Repo, title: str) -> str:
    """A queued ticket; the switch for settings of a worktree is off again, so that it has to be thrown."""
    if "extensions.worktreeconfig" in repo.git("config", "--list"):
        repo.git("config", "--unset-all", "extensions.worktreeConfig")
    ticket = inside(repo, "new", title, "-m", "What to do.", "-q").out.strip()
    inside(repo, "ready", ticket)
    inside(repo, "queue", ticket)
    return ticket


def test_a_lock_on_the_configuration_stops_it_before_anything_is_checked_out_and_is_told(repo: Repo) -> None:
    parted(repo)
    ticket = started_later(repo, "a stuck one")
    lock = repo.path / ".git/config.lock"
    lock.touch()
    os.utime(lock, (1, 1))
    refused = inside(repo, "start", ticket, "--json", code=9)
    assert refused.error == "io"
    assert "config.lock" in refused.json["error"]["cause"]
    assert lock.exists()
    lock.unlink()
    inside(repo, "start", ticket)
    require_whole(repo, ticket)
