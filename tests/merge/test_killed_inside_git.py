"""Git itself killed between the renames of its ref transaction: with its caller, and alone."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.conftest import Repo, run
from tests.merge.scene import Work, require_closed_once, started

# A library that kills its own process at the n-th rename; loaded into git's own transaction only.
_SHIM = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
static int seen;
int rename(const char *old, const char *new)
{
    static int (*real)(const char *, const char *);
    if (!real)
        real = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");
    const char *at = getenv("YOI_TEST_RENAME");
    if (at && ++seen == atoi(at))
        kill(getpid(), SIGKILL);
    return real(old, new);
}
"""
_WRAPPER = """#!/bin/sh
if [ "$1" = update-ref ]; then
  case "$*" in *"yoi: complete"*)
    if [ -n "$YOI_TEST_RENAME" ]; then
      {prefix} '{git}' "$@"
      code=$?
      if [ "$code" -ge 128 ] && [ -n "$YOI_TEST_CALLER" ]; then kill -9 $PPID; fi
      exit $code
    fi;;
  esac
fi
exec '{git}' "$@"
"""


def deadly_prefix(tmp_path: Path) -> str | None:
    """What stands before a git command to make its renames deadly, as far as this machine has the means."""
    compiler = shutil.which("cc")
    if compiler is not None:
        source, shim = tmp_path / "shim.c", tmp_path / "shim.so"
        source.write_text(_SHIM)
        made = subprocess.run([compiler, "-shared", "-fPIC", "-o", shim, source, "-ldl"], check=False)
        if made.returncode == 0:
            return f"env LD_PRELOAD='{shim}'"
    if sys.platform == "linux" and shutil.which("strace") is not None:
        return (
            "strace -f -qq -o /dev/null -e trace=rename,renameat,renameat2 "
            '-e inject=rename,renameat,renameat2:signal=SIGKILL:when="$YOI_TEST_RENAME"'
        )
    return None


def deadly(tmp_path: Path, prefix: str) -> dict[str, str]:
    """A PATH on which git dies so."""
    git = shutil.which("git")
    folder = tmp_path / "bin"
    folder.mkdir(exist_ok=True)
    (folder / "git").write_text(_WRAPPER.replace("{git}", str(git)).replace("{prefix}", prefix))
    (folder / "git").chmod(0o755)
    return {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}


def complete(work: Work, env: Mapping[str, str]) -> int:
    words = (sys.executable, "-m", "git_yoi", "complete", work.ticket, "--authorize")
    return run(*words, cwd=work.repo.path, env=env).code


def test_every_rename_of_the_transaction_with_and_without_the_caller(repo: Repo, tmp_path: Path) -> None:
    prefix = deadly_prefix(tmp_path)
    states = set()
    env = deadly(tmp_path, prefix or "")
    for number in range(6 if prefix is not None else 0):
        rename, caller = number // 2 + 1, "yes" if number % 2 else ""
        work = started(repo, f"{rename} {caller}")
        work.commit(f"work-{number}", "work\n")
        work.approve()
        before = repo.git("rev-parse", "main"), repo.git("rev-parse", "refs/yoi/tickets")
        code = complete(work, {**env, "YOI_TEST_RENAME": str(rename), "YOI_TEST_CALLER": caller})
        after = repo.git("rev-parse", "main"), repo.git("rev-parse", "refs/yoi/tickets")
        states.add((before[0] != after[0], before[1] != after[1], code))
        if work.state() != "closed":
            work.complete()
        require_closed_once(repo, work.ticket, number)
        assert repo.git("status", "--porcelain") == "", number
    # The target moved and the ticket did not: the state that the journal is for. Reftables know no such state.
    torn = (True, False, -signal.SIGKILL) in states
    assert torn or prefix is None or (repo.path / ".git/reftable").exists(), states
    repo.git("fsck", "--strict")
