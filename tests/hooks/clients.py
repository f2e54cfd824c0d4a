"""A clone with our hooks in it, branches of tickets, and commits made in every way that git has."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from git_yoi.hooks.client_shim import HOOKS, script
from tests.conftest import Ran, Repo, run

TICKET, OTHER = "kqmvzrtnlpwoyxus", "zzzzyyyyxxxxwwww"
LINE = f"Ticket: {TICKET}"


def put_hooks(repo: Repo) -> None:
    """Put the hooks in as files of ours, whatever git this is."""
    folder = Path(repo.git("rev-parse", "--path-format=absolute", "--git-path", "hooks"))
    folder.mkdir(exist_ok=True)
    for hook in HOOKS:
        (folder / hook).write_bytes(script(hook, sys.executable, "a file"))
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
