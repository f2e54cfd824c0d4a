"""A disk that is full, a repository that may not be written: the contract's code, three lines, and nothing changed."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import Ran, Repo, make_repo, run
from tests.merge.scene import approved
from tests.read_only import READ_ONLY, yoi_read_only


@pytest.mark.parametrize("options", [(), ("--object-format=sha256",)], ids=["sha1", "sha256"])
@pytest.mark.parametrize("how", READ_ONLY)
def test_a_read_only_repository_is_read_and_not_written(tmp_path: Path, how: str, options: tuple[str, ...]) -> None:
    repo = make_repo(tmp_path / "repo", *options)
    repo.yoi("init")
    ticket, before = repo.new(), repo.refs()
    before = repo.refs()
    done = yoi_read_only(repo, how, "comment", ticket, "-m", "x", "--json")
    assert (done.code, done.error) == (9, "read-only"), done
    assert repo.refs() == before
    assert yoi_read_only(repo, how, "show", ticket, "--json").data["id"] == ticket
    assert yoi_read_only(repo, how, "fsck", "--json").code == 0


@pytest.mark.parametrize("options", [(), ("--object-format=sha256",)], ids=["sha1", "sha256"])
@pytest.mark.parametrize("how", READ_ONLY)
def test_a_merge_is_judged_in_a_read_only_repository(tmp_path: Path, how: str, options: tuple[str, ...]) -> None:
    repo = make_repo(tmp_path / 'a "repo": \\1', *options)
    repo.yoi("init")
    work = approved(repo)
    repo.commit("meanwhile", "x\n")
    before = sorted(repo.path.rglob("*"))
    assert yoi_read_only(repo, how, "dossier", work.ticket, "--json").data["ready"] is True
    ran = yoi_read_only(repo, how, "complete", work.ticket, "--authorize", "--dry-run", "--json")
    assert ran.data["merge"]["target"] == "main", ran
    assert sorted(repo.path.rglob("*")) == before
    assert work.complete().data["state"] == "closed"


@pytest.mark.parametrize("how", READ_ONLY)
def test_tickets_do_not_begin_in_a_read_only_repository(plain: Repo, how: str) -> None:
    before = plain.refs()
    done = yoi_read_only(plain, how, "init", "--json")
    assert (done.code, done.error) == (9, "read-only"), done
    assert plain.refs() == before


def yoi_without_space(repo: Repo, *arguments: str, limit: int = 0) -> Ran:
    """Run git-yoi where no file may grow beyond `limit` bytes, as on a disk that is full."""
    done = subprocess.run(
        [sys.executable, "-m", "git_yoi", *arguments],
        cwd=repo.path,
        capture_output=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.mark.parametrize("options", [(), ("--object-format=sha256",)], ids=["sha1", "sha256"])
@pytest.mark.parametrize("verb", ["new", "comment", "edit", "start"])
def test_a_full_disk_changes_nothing(tmp_path: Path, verb: str, options: tuple[str, ...]) -> None:
    repo = make_repo(tmp_path / "repo", *options)
    repo.yoi("init")
    ticket = repo.queued()
    before, worktrees = repo.refs(), repo.git("worktree", "list")
    arguments = {
        "new": ("new", "Title", "-m", "body"),
        "comment": ("comment", ticket, "-m", "words"),
        "edit": ("edit", ticket, "--title", "Other"),
        "start": ("start", ticket),
    }[verb]
    done = yoi_without_space(repo, *arguments, "--json")
    assert (done.code, done.error) == (9, "io"), done
    assert (repo.refs(), repo.git("worktree", "list")) == (before, worktrees)
    repo.yoi(*arguments)
    assert repo.json("fsck")["problems"] == []


def test_a_full_disk_is_no_reason_not_to_read(repo: Repo) -> None:
    ticket = repo.new()
    (repo.path / ".git/yoi/index.sqlite3").unlink()
    done = yoi_without_space(repo, "list", "--json")
    assert [t["id"] for t in done.data] == [ticket]


FAILING = {
    "No space left on device": "io",
    "Permission denied": "read-only",
    "Read-only file system": "read-only",
}


@pytest.mark.parametrize("said", FAILING)
def test_a_ref_that_cannot_be_moved_is_said_at_once(repo: Repo, tmp_path: Path, said: str) -> None:
    """The objects were written; the very last step fails, as git words it."""
    ticket, before = repo.new(), repo.refs()
    before = repo.refs()
    wrapper = tmp_path / "bin" / "git"
    wrapper.parent.mkdir()
    real = run("sh", "-c", "command -v git", cwd=tmp_path).out.strip()
    wrapper.write_text(
        f'#!/bin/sh\nif [ "$1" = update-ref ]; then\n  cat >/dev/null\n  echo "fatal: cannot lock ref '
        f"'refs/yoi/tickets': Unable to create '/x/tickets.lock': {said}\" >&2\n  exit 128\nfi\nexec {real} \"$@\"\n"
    )
    wrapper.chmod(0o755)
    begun = time.monotonic()
    path = f"{wrapper.parent}{os.pathsep}{os.environ['PATH']}"
    done = repo.yoi("comment", ticket, "-m", "x", "--json", code=9, env={"PATH": path})
    assert done.error == FAILING[said]
    assert time.monotonic() - begun < 8
    assert repo.refs() == before


def test_nobody_to_sign_with_is_said_before_anything_is_written(repo: Repo) -> None:
    before = repo.refs()
    nobody = {"GIT_CONFIG_GLOBAL": os.devnull}
    done = repo.yoi("new", "T", "-m", "b", "--json", code=9, env=nobody)
    assert done.error == "identity"
    assert repo.refs() == before
    assert repo.yoi("list", "--json", env=nobody).data == []
    repo.yoi("new", "T", "-m", "b", env={**nobody, "GIT_YOI_ACTOR": "Eve <eve@x>"})
    assert repo.git("log", "-1", "--format=%an %ae|%cn %ce", "refs/yoi/tickets") == "Eve eve@x|Eve eve@x"
