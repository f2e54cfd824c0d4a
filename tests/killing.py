"""A `git` that kills its caller at a chosen call: what a power cut or an impatient user does, at every step."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import Ran, Repo, run

# The caller is $PPID; git's own children come from git's exec path, and do not pass here.
# The configuration is asked for beside another call, so it has no number; it only reads.
_WRAPPER = """#!/bin/sh
[ "$*" = "config -z --list" ] && exec {git} "$@"
case "$*" in *"$YOI_TEST_MATCH"*) ;; *) exec {git} "$@" ;; esac
echo "$@" >> "$YOI_TEST_CALLS"
here=$(wc -l < "$YOI_TEST_CALLS")
if [ "$here" = "$YOI_TEST_AT" ] && [ "$YOI_TEST_WHEN" = before ]; then kill -9 $PPID; exit 137; fi
{git} "$@"
code=$?
if [ "$here" = "$YOI_TEST_AT" ] && [ "$YOI_TEST_WHEN" = after ]; then kill -9 $PPID; exit 137; fi
exit $code
"""


@dataclass(frozen=True)
class Killer:
    """Runs git-yoi with the wrapper first on its PATH; `calls` is where the wrapper notes each call."""

    folder: Path

    @property
    def calls(self) -> Path:
        return self.folder / "calls"

    def yoi(self, repo: Repo, *arguments: str, at: int = 0, when: str = "before", match: str = "") -> Ran:
        """Run a verb that is killed before or after its git call number `at` (from 1; 0: never) of those that match."""
        self.calls.write_text("")
        env = {
            "PATH": f"{self.folder}{os.pathsep}{os.environ['PATH']}",
            "YOI_TEST_CALLS": str(self.calls),
            "YOI_TEST_AT": str(at),
            "YOI_TEST_WHEN": when,
            "YOI_TEST_MATCH": match,
        }
        return run(sys.executable, "-m", "git_yoi", *arguments, cwd=repo.path, env=env)

    def seen(self) -> list[str]:
        """The git calls of the last run."""
        return self.calls.read_text().splitlines()


def make_killer(folder: Path) -> Killer:
    """Write the wrapper around the git that is under test."""
    git = shutil.which("git")
    assert git is not None
    folder.mkdir()
    (folder / "git").write_text(_WRAPPER.replace("{git}", f"'{git}'"))
    (folder / "git").chmod(0o755)
    return Killer(folder)


def points(calls: Sequence[str], writing: Sequence[str]) -> list[tuple[int, str]]:
    """Where to kill: before and after each call that begins with a word of `writing`, and before its neighbours.

    Between two calls that only read nothing changes, so of the others every fifth will do.
    """
    writes = {number for number, call in enumerate(calls, 1) if call.split()[0] in writing}
    near = {number + step for number in writes for step in (-1, 0, 1) if 0 < number + step <= len(calls)}
    before = near | set(range(1, len(calls) + 1, 5)) | {len(calls)}
    return sorted([(number, "before") for number in before] + [(number, "after") for number in writes])
