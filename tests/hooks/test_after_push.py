"""What closes with a push closes only once it has landed: somebody waits for it in the background, at nobody's cost."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import Repo, run
from tests.hooks.clients import git, put_hooks, state, wait_for_watchers, watchers, worked
from tests.inside import inside
from tests.sync.hubs import Hub, make_hub
from tests.sync.scene import require_agreement, require_no_locks, shared


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with make_hub(tmp_path) as made:
        yield made


@pytest.fixture
def clone(hub: Hub) -> Repo:
    [made] = shared(hub, 1)
    put_hooks(made)
    return made


def merged(clone: Repo) -> str:
    """A ticket whose branch plain git has merged here; it waits."""
    ticket, branch = worked(clone)
    git(clone, "merge", "-q", "--no-edit", "--no-ff", branch)
    assert state(clone, ticket) == "inprogress"
    return ticket


@pytest.mark.parametrize("words", [["origin", "main"], ["origin", "HEAD:main"], ["--all", "origin"]], ids=str)
def test_a_merge_that_was_pushed_closes_on_both_sides(clone: Repo, hub: Hub, words: list[str]) -> None:
    ticket = merged(clone)
    git(clone, "push", "-q", *words)
    wait_for_watchers(clone)
    assert state(clone, ticket) == "closed"
    require_agreement(hub, [clone])


def test_from_a_linked_worktree_which_is_then_removed(clone: Repo, tmp_path: Path) -> None:
    ticket = merged(clone)
    clone.git("checkout", "-q", "--detach")
    there = tmp_path / "there"
    clone.git("worktree", "add", "-q", there, "main")
    git(clone, "push", "-q", "origin", "main", cwd=there)
    clone.git("worktree", "remove", there)
    wait_for_watchers(clone)
    assert state(clone, ticket) == "closed"


@pytest.mark.parametrize("refused", ["by the hub", "by another hook"])
def test_a_push_that_did_not_land_closes_nothing(clone: Repo, hub: Hub, refused: str) -> None:
    ticket = merged(clone)
    if refused == "by the hub":
        hub.hook("update", 'test "$1" != refs/heads/main')
    else:
        file = clone.path / ".git/hooks/pre-push"
        file.write_text(f"{file.read_text()}exit 1\n")
    assert run("git", "push", "-q", "origin", "main", cwd=clone.path).code == 1
    wait_for_watchers(clone)
    assert state(clone, ticket) == "inprogress"


@contextmanager
def pushing(clone: Repo, script: str) -> Iterator[int]:
    """A git that runs a script in sh and then goes on until the block ends; its pid, once the script has ended."""
    go, stop = clone.path.parent / "go", clone.path.parent / "stop"
    os.mkfifo(go)
    os.mkfifo(stop)
    alias = f"alias.x=!{script}; echo done >'{go}'; read line <'{stop}'; :"
    child = os.spawnlp(os.P_NOWAIT, "git", "git", "-C", str(clone.path), "-c", alias, "x")
    assert go.read_text() == "done\n"
    yield child
    stop.write_text("now\n")
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def hook(clone: Repo) -> str:
    """What runs the hook of a push of main; it ends only when nobody has its output open any more."""
    head, there = clone.git("rev-parse", "main"), clone.git("rev-parse", "origin/main")
    url = clone.git("remote", "get-url", "origin")
    program = f"'{sys.executable}' -P -m git_yoi hooks pre-push origin '{url}'"
    return f"echo refs/heads/main {head} refs/heads/main {there} | {program} 2>&1 | cat >/dev/null"


@pytest.mark.parametrize("case", ["another branch", "a tag", "a deletion", "not shared", "another remote", "no limit"])
def test_nobody_is_left_behind_where_nothing_can_close(clone: Repo, tmp_path: Path, case: str) -> None:
    merged(clone)
    words = {"another branch": "main:other", "a tag": "main:refs/tags/t", "a deletion": ":other"}.get(case, "main")
    remote = "origin"
    if case == "not shared":
        clone.git("config", "--unset", "yoi.remote")
    elif case == "another remote":
        clone.git("init", "-q", "--bare", tmp_path / "other.git")
        clone.git("remote", "add", "other", str(tmp_path / "other.git"))
        remote = "other"
    elif case == "no limit":
        clone.git("config", "yoi.hookTimeout", "0")
    clone.git("push", "-q", "--no-verify", "origin", "main^:refs/heads/other")
    git(clone, "push", "-q", remote, words)
    assert watchers(clone) == []


def test_it_holds_nothing_open_and_waits_for_the_push(clone: Repo) -> None:
    ticket = merged(clone)
    with pushing(clone, hook(clone)) as child:
        [watcher] = watchers(clone)
        facts = Path(f"/proc/{watcher}")
        assert {os.fspath((facts / "fd" / str(n)).readlink()) for n in range(3)} == {os.devnull}
        assert (facts / "cwd").readlink() == Path("/")
        assert os.getsid(watcher) != os.getsid(child)
        clone.git("push", "-q", "--no-verify", "origin", "main")
        assert state(clone, ticket) == "inprogress"
        assert watchers(clone) == [watcher]
    wait_for_watchers(clone)
    assert state(clone, ticket) == "closed"
    require_no_locks(clone)


def test_a_repository_that_goes_away_meanwhile_does_no_harm(
    clone: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    merged(clone)
    logs = tmp_path / "logs"
    logs.mkdir()
    monkeypatch.setenv("TMPDIR", str(logs))
    with pushing(clone, hook(clone)):
        assert len(watchers(clone)) == 1
        shutil.rmtree(clone.path)
    wait_for_watchers(clone)
    assert list(logs.iterdir()) == []


def test_what_the_remote_refuses_then_is_left_for_the_next_command(clone: Repo, hub: Hub) -> None:
    ticket = merged(clone)
    inside(clone, "sync")
    hub.hook("update", 'case "$1" in refs/yoi/*) exit 1;; esac')
    git(clone, "push", "-q", "origin", "main")
    wait_for_watchers(clone)
    hub.hook("update", "")
    inside(clone, "reconcile")
    inside(clone, "sync")
    assert state(clone, ticket) == "closed"
    require_agreement(hub, [clone])
