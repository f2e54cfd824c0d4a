"""Two at once: the journal's lock, and a git process that outlives the completion that started it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from git_yoi.git.child import Child, identify, is_running, wait_until_gone
from git_yoi.git.repository import discover
from git_yoi.merge.journal import lock_journal
from git_yoi.merge.scratch import scratch_worktree, sweep
from tests.conftest import Repo, run
from tests.inside import inside
from tests.merge.scene import approved, require_closed_once, require_tidy

# It takes the transaction's input, kills its caller, and carries the transaction out only when it is told to.
_WRAPPER = """#!/bin/sh
case "$*" in
  *"yoi: complete"*) cat > "{folder}/input"; kill -9 $PPID
    until test -e "{folder}/go"; do sleep 0.02; done
    exec '{git}' "$@" < "{folder}/input";;
esac
exec '{git}' "$@"
"""


def complete(work_ticket: str, repo: Repo) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "git_yoi", "complete", work_ticket, "--authorize", "-q"]
    return subprocess.Popen(words, cwd=repo.path, stdout=subprocess.DEVNULL)


def test_a_git_that_outlives_its_killed_completion_is_waited_for(repo: Repo, tmp_path: Path) -> None:
    work = approved(repo)
    git = shutil.which("git")
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "git").write_text(_WRAPPER.replace("{git}", str(git)).replace("{folder}", str(folder)))
    (folder / "git").chmod(0o755)
    path = {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
    words = (sys.executable, "-m", "git_yoi", "complete", work.ticket, "--authorize")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PATH", path["PATH"])
        killed = subprocess.Popen(words, cwd=repo.path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert killed.wait(timeout=30) == -signal.SIGKILL
    again = complete(work.ticket, repo)
    with pytest.raises(subprocess.TimeoutExpired):
        again.wait(timeout=1.5)
    (folder / "go").touch()
    assert again.wait(timeout=30) == 0
    require_closed_once(repo, work.ticket)
    assert repo.git("status", "--porcelain") == ""


def test_while_the_journal_is_locked_other_verbs_go_on_and_a_completion_waits(repo: Repo) -> None:
    work = approved(repo)
    repository = discover(repo.path, os.environ.copy())
    with lock_journal(repository, wait=True) as held:
        assert held
        (repository.private / "journal.json").write_text("{}")
        inside(repo, "comment", work.ticket, "-m", "Not stopped.")
        assert (repository.private / "journal.json").read_text() == "{}"
        (repository.private / "journal.json").unlink()
        child = complete(work.ticket, repo)
        with pytest.raises(subprocess.TimeoutExpired):
            child.wait(timeout=1.5)
    assert child.wait(timeout=30) == 0
    require_closed_once(repo, work.ticket)


def test_a_completion_gets_through_between_writers_that_never_rest(repo: Repo) -> None:
    work = approved(repo)
    other = inside(repo, "new", "Another", "-m", "x", "-q").out.strip()
    loop = f"while test -e go; do '{sys.executable}' -m git_yoi comment {other} -m x -q; done"
    (repo.path / "go").touch()
    writers = [subprocess.Popen(["sh", "-c", loop], cwd=repo.path) for _ in range(3)]
    try:
        assert complete(work.ticket, repo).wait(timeout=120) == 0
    finally:
        (repo.path / "go").unlink()
        assert [writer.wait(timeout=60) for writer in writers] == [0, 0, 0]
    require_closed_once(repo, work.ticket)


def test_a_scratch_worktree_in_use_is_not_swept_and_a_left_one_is(repo: Repo) -> None:
    repository = discover(repo.path, os.environ.copy())
    with scratch_worktree(repository, repo.git("rev-parse", "main"), "mine") as path:
        sweep(repository)
        assert (path / "README").exists()
    require_tidy(repo)
    code = (
        "import os, sys, pathlib, signal; from git_yoi.git.repository import discover;"
        "from git_yoi.merge.scratch import scratch_worktree;"
        "context = scratch_worktree(discover(pathlib.Path.cwd(), os.environ.copy()), 'main', 'left');"
        "path = context.__enter__(); (path / 'cache').mkdir(); (path / 'cache/file').touch();"
        "(path / 'cache').chmod(0o500); os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert run(sys.executable, "-c", code, cwd=repo.path).code == -signal.SIGKILL
    assert "yoi-scratch-left" in repo.git("worktree", "list")
    sweep(repository)
    require_tidy(repo)


def test_a_process_is_known_by_its_start_and_not_by_its_id_alone() -> None:
    child = subprocess.Popen(["sleep", "60"])
    known = identify(child.pid)
    assert is_running(known)
    assert not is_running(Child(child.pid, known.started + "0"))
    assert not wait_until_gone(known, seconds=0.05)
    child.kill()
    assert wait_until_gone(known, seconds=10)
    child.wait()
    assert not is_running(known)
