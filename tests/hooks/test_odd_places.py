"""The hooks in submodules, where only the environment or `core.worktree` ties the ends, and before a first commit."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from git_yoi.git.version import CONFIGURED_HOOKS
from tests.conftest import Repo, make_repo
from tests.hooks.clients import TICKET, commit, git, message, put_hooks, tickets_of, wait_for_watchers
from tests.inside import inside
from tests.sync.hubs import make_hub


def merged(repo: Repo, env: dict[str, str] | None = None) -> tuple[str, list[str]]:
    """A ticket whose branch is checked out, worked on, and merged by plain git; its id, and what the merge said."""
    ticket = repo.yoi("new", "A ticket", "-m", "What to do.", "--quiet", env=env).out.strip()
    for verb in ("ready", "queue"):
        repo.yoi(verb, ticket, env=env)
    branch = repo.yoi("start", ticket, "--no-worktree", "--json", env=env).data["branch"]
    git(repo, "checkout", "-q", branch, env=env)
    (repo.path / ticket).write_text("work\n")
    git(repo, "add", ticket, env=env)
    git(repo, "commit", "-q", "-m", "Work", env=env)
    git(repo, "checkout", "-q", "main", env=env)
    return ticket, git(repo, "merge", "-q", "--no-edit", "--no-ff", branch, env=env)


def test_in_a_submodule(tmp_path: Path) -> None:
    with make_hub(tmp_path) as hub:
        top = make_repo(tmp_path / "top")
        top.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", hub.path, "lib")
        top.git("commit", "-q", "-m", "A submodule")
        top.yoi("init")
        put_hooks(top)
        sub = Repo(top.path / "lib")
        sub.yoi("init")
        sub.yoi("sync")
        put_hooks(sub)
        ticket, said = merged(sub)
        assert said == [f"{ticket[:8]} is merged here, and closes when main is pushed"]
        top.git("add", "lib")
        top.git("commit", "-q", "-m", "Newer")
        top.git("init", "-q", "--bare", tmp_path / "other.git")
        # The push of the submodule, which this sets off, runs hooks of its own.
        git(top, "push", "-q", "--recurse-submodules=on-demand", tmp_path / "other.git", "main")
        wait_for_watchers(sub)
        assert sub.json("show", ticket)["state"] == "closed"
        assert hub.tip() == sub.git("rev-parse", "refs/yoi/tickets")


def test_where_the_environment_alone_names_the_repository_they_are_seen_to_fire(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "repo")
    elsewhere = Repo(tmp_path / "elsewhere")
    elsewhere.path.mkdir()
    env = {"GIT_DIR": str(repo.path / ".git")}
    elsewhere.yoi("hooks", "install", env=env)
    elsewhere.yoi("hooks", "status", env=env)
    repo.git("config", "branch.main.yoiTicket", TICKET)
    commit(elsewhere, "-m", "A change", env=env)
    assert tickets_of(repo) == [TICKET]
    (repo.path / ".git").rename(tmp_path / "repo.git")
    tied = {"GIT_DIR": str(tmp_path / "repo.git"), "GIT_WORK_TREE": str(repo.path)}
    elsewhere.yoi("hooks", "status", env=tied)


@pytest.mark.parametrize("tie", ["core.worktree", "GIT_WORK_TREE"])
def test_where_nothing_in_the_directory_leads_to_the_repository(tmp_path: Path, tie: str) -> None:
    repo = make_repo(tmp_path / "repo")
    repo.yoi("init")
    put_hooks(repo)
    away = Path(shutil.move(repo.path / ".git", tmp_path / "away"))
    env = {"GIT_DIR": str(away)}
    if tie == "core.worktree":
        git(repo, "config", "core.worktree", repo.path, env=env)
    else:
        env["GIT_WORK_TREE"] = str(repo.path)
    ticket, said = merged(repo, env)
    [line] = said
    assert line.startswith(f"{ticket[:8]} closed: merged into main")


@pytest.mark.parametrize("value", ["", ".git/hooks"])
def test_where_the_hooks_are_said_to_be_no_folder_can_be(
    tmp_path: Path, git_version: tuple[int, ...], value: str
) -> None:
    repo = make_repo(tmp_path / "repo")
    inside(repo, "init")
    repo.git("config", "core.hooksPath", value)
    repo.git("worktree", "add", "-q", tmp_path / "there")
    there = Repo(tmp_path / "there")
    assert "not installed" in inside(there, "hooks").out
    assert inside(there, "doctor", "--json", code=None).code in (0, 8)
    if git_version >= CONFIGURED_HOOKS:
        inside(there, "hooks", "install")
        assert inside(there, "hooks").out.endswith("All of them fire\n")
    else:
        done = inside(there, "hooks", "install", code=7)
        assert f"cause: core.hooksPath is {value or 'empty'}, set in file:" in done.err
        assert done.err.splitlines()[-1].startswith("hint: let core.hooksPath name a folder, or unset it; ")
    inside(there, "hooks", "uninstall")
    inside(repo, "hooks", "install", "--server", code=None)


def test_the_first_commit_of_a_branch_without_history(tmp_path: Path) -> None:
    (tmp_path / "repo").mkdir()
    repo = Repo(tmp_path / "repo")
    repo.git("init", "-q")
    put_hooks(repo)
    commit(repo, "-m", "First")
    assert message(repo) == "First\n"
    repo.git("checkout", "-q", "--orphan", "other")
    repo.git("config", "branch.other.yoiTicket", TICKET)
    commit(repo, "-m", "First")
    assert tickets_of(repo) == [TICKET]
