"""A clone with our hooks in it, branches of tickets, and commits made in every way that git has."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from git_yoi.hooks.client_shim import HOOKS, script
from tests.conftest import Ran, Repo, run
from tests.inside import commit_on, inside, queued

TICKET, OTHER = "kqmvzrtnlpwoyxus", "zzzzyyyyxxxxwwww"
LINE = f"Ticket: {TICKET}"


def put_hooks(repo: Repo, python: str = sys.executable) -> None:
    """Put the hooks in as files of ours, whatever git this is."""
    folder = Path(repo.git("rev-parse", "--path-format=absolute", "--git-path", "hooks"))
    folder.mkdir(exist_ok=True)
    for hook in HOOKS:
        (folder / hook).write_bytes(script(hook, python, "a file"))
        (folder / hook).chmod(0o755)


def on_ticket_branch(repo: Repo, branch: str = "work", ticket: str = TICKET) -> None:
    """Check a new branch out that belongs to a ticket."""
    repo.git("checkout", "-q", "-b", branch)
    repo.git("config", f"branch.{branch}.yoiTicket", ticket)


def editor(folder: Path, script_text: str) -> dict[str, str]:
    """The environment of a git whose editor is a script in sh, with the file as its first argument."""
    file = folder / "editor"
    file.write_text(f"#!/bin/sh\n{script_text}\n")
    file.chmod(0o755)
    return {"GIT_EDITOR": f"'{file}'"}


def commit(repo: Repo, *options: str, cwd: Path | None = None, env: dict[str, str] | None = None, code: int = 0) -> Ran:
    """Commit, empty or not; it must end with `code`."""
    done = run("git", "commit", "-q", "--allow-empty", *options, cwd=cwd or repo.path, env=env)
    assert done.code == code, done
    return done


def message(repo: Repo, revision: str = "HEAD", cwd: Path | None = None) -> str:
    """A commit's message, what is no UTF-8 in hexadecimal."""
    raw = subprocess.run(
        ["git", "cat-file", "commit", revision], cwd=cwd or repo.path, capture_output=True, check=True
    ).stdout
    return raw.partition(b"\n\n")[2].decode(errors="backslashreplace")


def tickets_of(repo: Repo, revision: str = "HEAD") -> list[str]:
    """The tickets that a commit names, as git reads trailers."""
    found = repo.git("log", "-1", "--format=%(trailers:key=Ticket,valueonly)", revision)
    return [line for line in found.splitlines() if line]


def without_program(repo: Repo) -> dict[str, str]:
    """Put the hooks in as if the program were gone since; the environment in which no other one is found either."""
    put_hooks(repo, "/no/such/python")
    git = shutil.which("git")
    assert git is not None
    return {"PATH": os.pathsep.join((str(Path(git).parent), "/usr/bin", "/bin"))}


def ours(done: Ran) -> list[str]:
    """What our hooks said."""
    return [line.removeprefix("git-yoi: ") for line in done.err.splitlines() if line.startswith("git-yoi: ")]


def git(repo: Repo, *words: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None) -> list[str]:
    """Run git, which must succeed; what our hooks said."""
    done = run("git", *words, cwd=cwd or repo.path, env=env)
    assert done.code == 0, done
    assert "Traceback" not in done.err
    return ours(done)


def watchers(repo: Repo) -> list[int]:
    """The processes that wait in the background for the end of a push from this repository."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if b"after-push" in words and os.fsencode(repo.path) in words:
            found.append(int(process.name))
    return found


def wait_for_watchers(repo: Repo) -> None:
    """Wait until nobody is in the background any more."""
    deadline = time.monotonic() + 60
    while watchers(repo):
        assert time.monotonic() < deadline, watchers(repo)
        time.sleep(0.02)


def state(repo: Repo, ticket: str) -> str:
    return str(inside(repo, "show", ticket, "--json").data["state"])


def worked(repo: Repo, title: str = "A ticket", file: str = "work") -> tuple[str, str]:
    """A ticket in progress with a commit on its branch, as our hook would have it; its id and branch."""
    ticket = queued(repo, title)
    branch = str(inside(repo, "start", ticket, "--no-worktree", "--json").data["branch"])
    commit_on(repo, branch, file)
    words = ("-p", "main", "-m", f"Add {file}", "-m", f"Ticket: {ticket}")
    repo.git("update-ref", f"refs/heads/{branch}", repo.git("commit-tree", *words, f"{branch}^{{tree}}"))
    return ticket, branch
