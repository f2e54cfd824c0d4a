"""`complete` and the user's own `pre-push` hooks: they see what is to land before it does, and may forbid it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import Repo, run
from tests.inside import inside
from tests.merge.scene import Work, approved, require_closed_once, started
from tests.sync.hubs import TICKETS, Hub, make_hub
from tests.sync.scene import common, shared

RECORD = 'pwd >>"$0.log"; echo "$GIT_YOI_HOOKS $*" >>"$0.log"; cat >>"$0.log"'


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    """A bare hub at a path."""
    with make_hub(tmp_path) as made:
        return made


def hooked(repo: Repo, script: str) -> Path:
    """Give the repository a hook of its user's; where it may log to."""
    file = repo.path / ".git/hooks/pre-push"
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return Path(f"{file}.log")


def ready(hub: Hub) -> Work:
    [ada] = shared(hub, 1)
    work = approved(ada)
    inside(ada, "sync")
    return work


def test_the_hook_sees_the_push_of_the_target_alone_and_once(hub: Hub) -> None:
    work = ready(hub)
    ada, before = work.repo, hub.tip("refs/heads/main")
    log = hooked(ada, RECORD)
    ran = inside(ada, "complete", work.ticket, "--authorize", "--dry-run")
    assert "your own pre-push hook, as for a push of main to origin" in ran.out
    assert not log.exists()
    work.complete()
    merge = require_closed_once(ada, work.ticket)
    told = log.read_text().splitlines()
    assert told == [str(ada.path), f"0 origin {hub.url}", f"refs/heads/main {merge} refs/heads/main {before}"]


def test_the_tickets_alone_are_sent_without_it(hub: Hub) -> None:
    [ada] = shared(hub, 1)
    log = hooked(ada, RECORD)
    inside(ada, "new", "Another", "-m", "x")
    inside(ada, "sync")
    assert not log.exists()


def test_a_hook_that_refuses_ends_it_with_nothing_changed(hub: Hub) -> None:
    work = ready(hub)
    hooked(work.repo, "echo looking; echo 'a key in work.txt' >&2; exit 3")
    before, refs = hub.repo.refs(), work.repo.refs()
    ran = work.complete(code=7)
    assert ran.error == "validation-failed"
    assert ran.json["error"]["cause"] == "it ended with 3: looking / a key in work.txt"
    assert "looking\na key in work.txt\n" in ran.err
    assert (hub.repo.refs(), work.repo.refs()) == (before, refs)
    assert not (common(work.repo) / "yoi/journal.json").exists()
    hooked(work.repo, "exit 0")
    work.complete()


def test_each_merge_that_is_built_is_shown_to_it(hub: Hub) -> None:
    ada, bea = shared(hub)
    work = approved(ada)
    flag = hub.path.parent / "once"
    push = f"git -C {bea.path} commit -q --allow-empty -m theirs && git -C {bea.path} push -q origin HEAD:main"
    log = hooked(ada, f"{RECORD}; test -e {flag} || {{ touch {flag}; {push}; }}")
    work.complete()
    merge = require_closed_once(ada, work.ticket)
    lines = [line for line in log.read_text().splitlines() if line.startswith("refs/")]
    assert len(lines) == 2
    assert lines[1] == f"refs/heads/main {merge} refs/heads/main {ada.git('rev-parse', f'{merge}^1')}"


def test_something_that_a_hook_leaves_in_the_background_is_not_waited_for(hub: Hub) -> None:
    work = ready(hub)
    hooked(work.repo, "sleep 300 & echo $! >sleeper; exit 0")
    work.complete()
    run("kill", (work.repo.path / "sleeper").read_text().strip(), cwd=work.repo.path)


def test_our_own_part_is_no_reason_to_run_anything(hub: Hub) -> None:
    work = ready(hub)
    inside(work.repo, "hooks", "install")
    ran = inside(work.repo, "complete", work.ticket, "--authorize", "--dry-run")
    assert "pre-push" not in ran.out
    work.complete()
    assert hub.tip() == work.repo.git("rev-parse", TICKETS)


@pytest.mark.skipif(shutil.which("git-lfs") is None, reason="git-lfs is not installed")
def test_large_files_are_on_the_remote_before_what_names_them(hub: Hub) -> None:
    [ada] = shared(hub, 1)
    ada.git("lfs", "install", "--local")
    work = started(ada)
    (work.worktree / ".gitattributes").write_text("*.bin filter=lfs diff=lfs merge=lfs -text\n")
    for content in ("one", "two"):
        (work.worktree / "large.bin").write_text(content * 1000)
        ada.git("add", ".", cwd=work.worktree)
        ada.git("commit", "-q", "-m", content, cwd=work.worktree)
    work.approve()
    work.complete()
    require_closed_once(ada, work.ticket)
    assert len([path for path in (hub.path / "lfs/objects").rglob("*") if path.is_file()]) == 2


def test_a_hook_that_the_configuration_names_is_run_too(hub: Hub, git_version: tuple[int, ...]) -> None:
    if git_version < (2, 54):
        pytest.skip("this git takes no hooks from its configuration")
    work = ready(hub)
    work.repo.git("config", "hook.scan.event", "pre-push")
    work.repo.git("config", "hook.scan.command", "sh -c 'cat; exit 1' --")
    ran = work.complete(code=7)
    assert "refs/heads/main" in ran.json["error"]["cause"]
    work.repo.git("config", "--unset", "hook.scan.event")
    work.complete()
