"""`start` killed at every step, then `start` again: one acceptance, one branch, one worktree, and nothing half done."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Repo
from tests.inside import inside
from tests.killing import make_killer, points


def queued(repo: Repo, title: str) -> str:
    ticket_id = inside(repo, "new", title, "-m", "What to do.", "-q").out.strip()
    inside(repo, "ready", ticket_id)
    inside(repo, "queue", ticket_id)
    return ticket_id


def accepted(repo: Repo, ticket_id: str) -> int:
    return repo.git("log", "--format=%B", "refs/yoi/tickets", f"--grep=Yoi-Ticket: {ticket_id}").count(
        "\nYoi-Event: accept\n"
    )


def require_whole(repo: Repo, ticket_id: str, where: object = "") -> Path:
    """The ticket is held once, has one branch and one clean worktree, and the record says finished."""
    shown = inside(repo, "show", ticket_id, "--json").data
    held = shown["holder"]
    assert (shown["state"], held["generation"], accepted(repo, ticket_id)) == ("inprogress", 1, 1), where
    listed = repo.git("worktree", "list", "--porcelain").split("\n\n")
    mine = [block for block in listed if f"branch refs/heads/{held['branch']}" in block.splitlines()]
    assert len(mine) == 1, (where, listed)
    assert "locked" not in mine[0], where
    worktree = Path(held["worktree"])
    assert (worktree / "README").read_text() == "hello\n", where
    assert repo.git("status", "--porcelain", cwd=worktree) == "", where
    record = json.loads((repo.path / ".git/yoi/claims" / f"{ticket_id}.json").read_text())
    assert record["finished"] is True, where
    assert not list((repo.path / ".git/yoi/claims").glob("*.lock")), where
    return worktree


def test_a_start_killed_at_any_step_is_finished_by_the_next_one(repo: Repo, tmp_path: Path) -> None:
    killer = make_killer(tmp_path / "bin")
    assert killer.yoi(repo, "start", queued(repo, "whole")).code == 0
    steps = points(killer.seen(), ("update-ref", "worktree"))
    assert len(steps) > 12
    for at, when in steps:
        ticket_id = queued(repo, f"{when} {at}")
        killed = killer.yoi(repo, "start", ticket_id, at=at, when=when)
        if killed.code == 0:
            # A call that only some runs make (the index, most of all) was the last one of the whole run.
            assert len(killer.seen()) < at, (at, when)
        else:
            assert killed.code == -signal.SIGKILL, (at, when, killed)
            again = inside(repo, "start", ticket_id, "--json", code=None)
            # Killed after everything was finished, there is nothing to go on with.
            assert again.code == 0 or (again.error == "taken" and at == len(killer.seen())), (at, when, again)
        require_whole(repo, ticket_id, (at, when))
    assert not (repo.path / ".git/yoi/trash").exists()


def killed_while_adding(repo: Repo, tmp_path: Path, ticket_id: str) -> tuple[Path, Path]:
    """Kill a start right after `git worktree add`; the worktree, and git's entry of it."""
    killer = make_killer(tmp_path / "bin")
    assert killer.yoi(repo, "start", queued(repo, "another")).code == 0
    calls = killer.seen()
    at = next(n for n, call in enumerate(calls, 1) if call.startswith("worktree add"))
    assert killer.yoi(repo, "start", ticket_id, at=at, when="after").code == -signal.SIGKILL
    record = json.loads((repo.path / ".git/yoi/claims" / f"{ticket_id}.json").read_text())
    worktree = Path(record["worktree"])
    return worktree, repo.path / ".git/worktrees" / worktree.name


def only_locked(worktree: Path, entry: Path) -> None:
    for file in [*worktree.iterdir()]:
        file.unlink()
    worktree.rmdir()
    strip(entry, "locked")


def no_link(worktree: Path, entry: Path) -> None:
    for file in [*worktree.iterdir()]:
        file.unlink()
    strip(entry, "locked", "gitdir")


def empty_link(worktree: Path, entry: Path) -> None:
    no_link(worktree, entry)
    (worktree / ".git").write_text("")


def no_head(worktree: Path, entry: Path) -> None:
    (worktree / "README").unlink()
    strip(entry, "locked", "gitdir")


def no_file_yet(worktree: Path, entry: Path) -> None:
    (worktree / "README").unlink()
    strip(entry, "locked", "gitdir", "commondir", "HEAD")


def half_a_file(worktree: Path, entry: Path) -> None:
    (worktree / "README").write_text("he")
    strip(entry, "locked", "gitdir", "commondir", "HEAD")
    (entry / "index.lock").write_text("")


def taken_back(worktree: Path, entry: Path) -> None:
    (worktree / ".git").unlink()
    strip(entry, "locked", "gitdir", "commondir", "HEAD")


def entry_gone_first(worktree: Path, entry: Path) -> None:
    assert (worktree / ".git").exists()
    strip(entry)
    entry.rmdir()


def entry_half_gone(_worktree: Path, entry: Path) -> None:
    strip(entry, "commondir")


def not_unlocked(worktree: Path, entry: Path) -> None:
    assert (worktree / "README").exists()
    assert (entry / "index").exists()


def strip(entry: Path, *kept: str) -> None:
    for path in [*entry.iterdir()]:
        if path.name not in kept:
            subprocess.run(["rm", "-r", str(path)], check=True)


@pytest.mark.parametrize(
    "state",
    [
        only_locked,
        no_link,
        empty_link,
        no_head,
        no_file_yet,
        half_a_file,
        taken_back,
        entry_gone_first,
        entry_half_gone,
        not_unlocked,
    ],
    ids=lambda f: f.__name__,
)
def test_a_worktree_that_git_left_half_made_is_made_anew(
    repo: Repo, tmp_path: Path, state: Callable[[Path, Path], None]
) -> None:
    ticket_id = queued(repo, "half")
    worktree, entry = killed_while_adding(repo, tmp_path, ticket_id)
    state(worktree, entry)
    inside(repo, "start", ticket_id)
    assert require_whole(repo, ticket_id) == worktree


def test_what_somebody_put_into_a_half_made_worktree_is_in_the_trash(repo: Repo, tmp_path: Path) -> None:
    ticket_id = queued(repo, "half")
    worktree, entry = killed_while_adding(repo, tmp_path, ticket_id)
    half_a_file(worktree, entry)
    (worktree / "notes").write_text("mine\n")
    said = inside(repo, "start", ticket_id).err
    kept = list((repo.path / ".git/yoi/trash").glob("*/worktree/notes"))
    assert [path.read_text() for path in kept] == ["mine\n"]
    assert str(kept[0].parent.parent) in said


def test_work_done_after_a_start_that_was_killed_too_late_stays_where_it_is(repo: Repo, tmp_path: Path) -> None:
    ticket_id = queued(repo, "late")
    worktree, _ = killed_while_adding(repo, tmp_path, ticket_id)
    (worktree / "work").write_text("mine\n")
    inside(repo, "start", ticket_id)
    assert (worktree / "work").read_text() == "mine\n"


def test_a_place_that_somebody_took_meanwhile_is_left_alone_and_another_can_be_given(
    repo: Repo, tmp_path: Path
) -> None:
    ticket_id = queued(repo, "place")
    worktree, entry = killed_while_adding(repo, tmp_path, ticket_id)
    only_locked(worktree, entry)
    worktree.mkdir()
    (worktree / "theirs").write_text("theirs\n")
    (entry / "gitdir").write_text(f"{worktree}/.git\n")
    assert inside(repo, "start", ticket_id, "--json", code=9).error == "io"
    assert [path.name for path in worktree.iterdir()] == ["theirs"]
    inside(repo, "start", ticket_id, "--worktree", str(tmp_path / "elsewhere"))
    assert require_whole(repo, ticket_id) == tmp_path / "elsewhere"


KILL_OWNER = 'kill -9 "$(cat "{repo}"/.git/yoi/claims/*.lock)"'


def test_a_checkout_killed_in_its_middle_with_everything_is_done_again(repo: Repo) -> None:
    # The filter runs inside `git worktree add`: it kills git-yoi, and git itself, while files are being written.
    repo.commit(".gitattributes", "z* filter=deadly\n")
    repo.commit("zz", "last\n")
    ticket_id = queued(repo, "filter")
    deadly = KILL_OWNER.format(repo=repo.path) + "; kill -9 $PPID"
    repo.git("config", "filter.deadly.smudge", deadly)
    assert repo.yoi("start", ticket_id, code=None).code == -signal.SIGKILL
    repo.git("config", "filter.deadly.smudge", "cat")
    inside(repo, "start", ticket_id)
    worktree = require_whole(repo, ticket_id)
    assert (worktree / "zz").read_text() == "last\n"


def test_a_git_that_outlives_its_killed_start_is_waited_for(repo: Repo, tmp_path: Path) -> None:
    go = tmp_path / "go"
    hook = repo.path / ".git/hooks/post-checkout"
    waits = f'until [ -e "{go}" ]; do sleep 0.02; done'
    hook.write_text(f"#!/bin/sh\n{KILL_OWNER.format(repo=repo.path)}\n{waits}\n")
    hook.chmod(0o755)
    ticket_id = queued(repo, "orphan")
    assert repo.yoi("start", ticket_id, code=None).code == -signal.SIGKILL
    hook.unlink()
    again = subprocess.Popen([sys.executable, "-m", "git_yoi", "start", ticket_id], cwd=repo.path)
    with pytest.raises(subprocess.TimeoutExpired):
        again.wait(timeout=1)
    go.touch()
    assert again.wait(timeout=30) == 0
    require_whole(repo, ticket_id)


def test_a_start_that_still_runs_is_not_waited_for(repo: Repo, tmp_path: Path) -> None:
    go, begun = tmp_path / "go", tmp_path / "begun"
    hook = repo.path / ".git/hooks/post-checkout"
    hook.write_text(f'#!/bin/sh\ntouch "{begun}"\nuntil [ -e "{go}" ]; do sleep 0.02; done\n')
    hook.chmod(0o755)
    ticket_id = queued(repo, "slow")
    first = subprocess.Popen([sys.executable, "-m", "git_yoi", "start", ticket_id], cwd=repo.path, env={**os.environ})
    deadline = time.monotonic() + 30
    while not begun.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert inside(repo, "start", ticket_id, "--json", code=5).error == "taken"
    assert inside(repo, "release", ticket_id, "-m", "why", "--json", code=5).error == "taken"
    go.touch()
    assert first.wait(timeout=30) == 0
    require_whole(repo, ticket_id)


def test_a_takeover_killed_at_any_step_is_finished_by_the_next_one(repo: Repo, tmp_path: Path) -> None:
    killer = make_killer(tmp_path / "bin")
    probe = queued(repo, "probe")
    inside(repo, "start", probe, "--no-worktree")
    assert killer.yoi(repo, "takeover", probe, "-m", "why").code == 0
    for at, when in points(killer.seen(), ("update-ref", "worktree"))[::2]:
        ticket_id = queued(repo, f"{when} {at}")
        inside(repo, "start", ticket_id, "--no-worktree")
        killed = killer.yoi(repo, "takeover", ticket_id, "-m", "why", at=at, when=when)
        if killed.code != 0 and inside(repo, "show", ticket_id, "--json").data["holder"]["worktree"] is None:
            inside(repo, "takeover", ticket_id, "-m", "why")
        held = inside(repo, "show", ticket_id, "--json").data["holder"]
        assert held["generation"] == 2, (at, when)
        assert Path(held["worktree"], "README").exists(), (at, when)


def kill_at_call(repo: Repo, tmp_path: Path, ticket_id: str, beginning: str) -> Path:
    """Kill a start before its last git call that begins so; the common git directory."""
    killer = make_killer(tmp_path / "bin")
    assert killer.yoi(repo, "start", queued(repo, "another")).code == 0
    at = max(n for n, call in enumerate(killer.seen(), 1) if call.startswith(beginning))
    assert killer.yoi(repo, "start", ticket_id, at=at).code == -signal.SIGKILL
    return repo.path / ".git"


def test_a_lock_that_a_killed_git_left_on_the_ticket_ref_does_not_stop_the_next_start(
    repo: Repo, tmp_path: Path
) -> None:
    killer = make_killer(tmp_path / "bin")
    assert killer.yoi(repo, "start", queued(repo, "another")).code == 0
    at = min(n for n, call in enumerate(killer.seen(), 1) if call.startswith("update-ref"))
    ticket_id = queued(repo, "stale")
    assert killer.yoi(repo, "start", ticket_id, at=at).code == -signal.SIGKILL
    (repo.path / ".git/refs/yoi/tickets.lock").touch()
    inside(repo, "start", ticket_id)
    require_whole(repo, ticket_id)


def test_locks_that_a_killed_git_left_on_the_branch_do_not_stop_the_next_start(repo: Repo, tmp_path: Path) -> None:
    ticket_id = queued(repo, "stale")
    git = kill_at_call(repo, tmp_path, ticket_id, "worktree add")
    (git / f"refs/heads/{ticket_id[:8]}-stale.lock").touch()
    inside(repo, "start", ticket_id)
    require_whole(repo, ticket_id)


def test_locks_that_a_killed_git_left_in_the_worktree_do_not_stay(repo: Repo, tmp_path: Path) -> None:
    ticket_id = queued(repo, "stale")
    _, entry = killed_while_adding(repo, tmp_path, ticket_id)
    for name in ("ORIG_HEAD.lock", "HEAD.lock", "index.lock"):
        (entry / name).touch()
    inside(repo, "start", ticket_id)
    # That one may be of a `git commit` which has its editor open.
    (entry / "index.lock").unlink()
    repo.commit("work", "done\n", cwd=require_whole(repo, ticket_id))


def test_a_lock_older_than_the_start_is_somebody_elses(repo: Repo, tmp_path: Path) -> None:
    ticket_id = queued(repo, "stale")
    git = kill_at_call(repo, tmp_path, ticket_id, "worktree add")
    lock = git / f"refs/heads/{ticket_id[:8]}-stale.lock"
    lock.touch()
    os.utime(lock, (1_000_000_000, 1_000_000_000))
    inside(repo, "start", ticket_id, code=9)
    assert lock.exists()


def test_what_a_hook_leaves_in_the_background_does_not_hold_the_start_up(repo: Repo, tmp_path: Path) -> None:
    go = tmp_path / "go"
    hook = repo.path / ".git/hooks/post-checkout"
    hook.write_text(f'#!/bin/sh\n(until [ -e "{go}" ]; do sleep 0.05; done) &\n')
    hook.chmod(0o755)
    ticket_id = queued(repo, "daemon")
    repo.yoi("start", ticket_id)
    inside(repo, "release", ticket_id, "-m", "nothing holds the lock")
    go.touch()
