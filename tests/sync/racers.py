"""Processes that are ready to run, so that several can begin at the same moment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import Ran, Repo

# What takes a third of a second is done before the start: the interpreter, and the program's heavy imports. Each run is
# a process of its own, forked from there.
_RACER = """
import json, os, sys, tempfile
import pygit2
import git_yoi.actions.start, git_yoi.cli.start, git_yoi.store.append
from git_yoi.cli.main import main

print("ready", flush=True)
for line in sys.stdin:
    words, out, err = json.loads(line), tempfile.TemporaryFile(), tempfile.TemporaryFile()
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
        code = 1
        try:
            main(words)
        except SystemExit as left:
            code = left.code if isinstance(left.code, int) else 0
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    said = []
    for file in (out, err):
        file.seek(0)
        said.append(file.read().decode(errors="replace"))
    print(json.dumps([code, *said]), flush=True)
"""


@dataclass(frozen=True)
class Racer:
    """A process that waits in a repository for the words to run git-yoi with."""

    child: subprocess.Popen[str]

    def go(self, words: Sequence[str]) -> None:
        """Begin a run; it goes on by itself."""
        assert self.child.stdin is not None
        self.child.stdin.write(json.dumps([*words]) + "\n")
        self.child.stdin.flush()

    def end(self) -> Ran:
        """Wait for the end of the run that was begun."""
        assert self.child.stdout is not None
        code, out, err = json.loads(self.child.stdout.readline())
        assert "Traceback" not in err, err
        return Ran(code, out, err)


@contextmanager
def racers(repositories: Sequence[Repo]) -> Iterator[list[Racer]]:
    """One process for each repository, all of them ready."""
    with ExitStack() as stack:
        made = [stack.enter_context(_racer(repository.path)) for repository in repositories]
        for racer in made:
            assert racer.child.stdout is not None
            assert racer.child.stdout.readline() == "ready\n"
        yield made


@contextmanager
def _racer(where: Path) -> Iterator[Racer]:
    with subprocess.Popen(
        [sys.executable, "-c", _RACER],
        cwd=where,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ.copy(),
        text=True,
    ) as child:
        assert child.stdin is not None
        try:
            yield Racer(child)
        finally:
            child.stdin.close()


def together(ready: Sequence[Racer], words: Sequence[Sequence[str]]) -> list[Ran]:
    """Let each run its words, all at the same moment; what each left."""
    for racer, mine in zip(ready, words, strict=True):
        racer.go(mine)
    return [racer.end() for racer in ready]
