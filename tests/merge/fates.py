"""Runs of the program in which something happens just before a chosen step: a kill, a full disk, a remote that moves.

A step is a child that is started or a file that is written, moved or removed, as Python's own audit events tell;
between two of them a run changes nothing on disk but loose objects and the index, which nobody is hurt by.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TypeVar

from tests.conftest import Ran

Cell = TypeVar("Cell")
KILL, FULL = "kill", "full"
# Where a step goes over the network: only there can a run notice that its remote has changed.
NETWORK = ("fetch", "push", "ls-remote")

# Each run is forked from a process that has imported everything; it has no other threads, so forking is safe there.
_SERVER = r"""
import errno, json, os, signal, subprocess, sys, tempfile
import pygit2
import git_yoi.actions.complete, git_yoi.cli.complete, git_yoi.store.append
import git_yoi.merge.land_shared, git_yoi.sync.confirm
from git_yoi.cli.main import main

WRITES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.utime"}


def words_of(arguments):
    words = [os.fsdecode(word) for word in arguments][1:]
    while words and words[0].startswith("-"):
        del words[: 2 if words[0] in ("-c", "-C") else 1]
    return " ".join(words)


def step_of(event, arguments, root):
    if event == "subprocess.Popen":
        return "git " + words_of(arguments[1])
    if event in WRITES or (event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)):
        if isinstance(arguments[0], (str, bytes, os.PathLike)):
            path = os.path.join(os.getcwd(), os.fsdecode(arguments[0]))
            if path.startswith(root):
                return event.removeprefix("os.") + " " + os.path.relpath(path, root)
    return None


def watch(order, log):
    state = {"busy": False, "seen": 0}

    def hook(event, arguments):
        if state["busy"]:
            return
        state["busy"] = True
        try:
            step = step_of(event, arguments, order["root"])
            if step is None:
                return
            state["seen"] += 1
            os.write(log, (step.replace("\n", " ") + "\n").encode())
            if state["seen"] != order["at"]:
                return
            if order["act"] == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            elif order["act"] == "full":
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            else:
                subprocess.run(["sh", "-ec", order["act"]], check=True, stdin=subprocess.DEVNULL)
        finally:
            state["busy"] = False

    sys.addaudithook(hook)


print("ready", flush=True)
for line in sys.stdin:
    order = json.loads(line)
    files = [tempfile.TemporaryFile() for _ in range(3)]
    child = os.fork()
    if child == 0:
        os.environ.clear()
        os.environ.update(order["env"])
        os.chdir(order["cwd"])
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(files[0].fileno(), 1)
        os.dup2(files[1].fileno(), 2)
        code = 1
        watch(order, files[2].fileno())
        try:
            main(order["words"])
        except SystemExit as left:
            code = left.code if isinstance(left.code, int) else 0
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    said = []
    for file in files:
        file.seek(0)
        said.append(file.read().decode(errors="replace"))
        file.close()
    print(json.dumps([code, *said]), flush=True)
"""


class Fated(NamedTuple):
    """What a run left, and the steps that it came to."""

    ran: Ran
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Fates:
    """A process that forks the runs; `env` is added to the environment of the test."""

    child: subprocess.Popen[str]
    root: Path
    env: dict[str, str] = field(default_factory=dict)

    def run(self, where: Path, *words: str, at: int = 0, act: str = KILL) -> Fated:
        """Run a verb; just before step number `at` (from 1; 0: never) `act` happens: KILL, FULL, or a shell script."""
        assert self.child.stdin is not None
        assert self.child.stdout is not None
        order = {"words": words, "cwd": str(where), "env": {**os.environ, **self.env}, "at": at, "act": act}
        self.child.stdin.write(json.dumps({**order, "root": str(self.root)}) + "\n")
        self.child.stdin.flush()
        code, out, err, log = json.loads(self.child.stdout.readline())
        assert "Traceback" not in err, (words, at, act, err)
        return Fated(Ran(code, out, err), tuple(log.splitlines()))


@contextmanager
def fates(root: Path) -> Iterator[Fates]:
    """A process for runs below a folder, which ends with the context."""
    with subprocess.Popen(
        [sys.executable, "-c", _SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root, text=True
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            assert child.stdout.readline() == "ready\n"
            yield Fates(child, root)
        finally:
            child.stdin.close()


def at_network(steps: tuple[str, ...]) -> list[int]:
    """The numbers of the steps that ask or tell a remote something."""
    return [number for number, step in enumerate(steps, 1) if step.startswith(tuple(f"git {w}" for w in NETWORK))]


def after_writes(steps: tuple[str, ...]) -> list[int]:
    """The steps before which a kill finds something new: whatever came since the last one has only read."""
    writing = tuple(f"git {word}" for word in ("update-ref", "push", "fetch", "read-tree", "update-index", "config"))
    wrote = [not step.startswith("git ") or step.startswith(writing) for step in steps]
    return [number for number in range(2, len(steps) + 1) if wrote[number - 2]]


def play_all(cells: Iterable[Cell], play: Callable[[Cell], None]) -> None:
    """Play every cell, and name all that fail."""
    failed = []
    for cell in cells:
        try:
            play(cell)
        except AssertionError as error:
            at = traceback.extract_tb(error.__traceback__)[-1]
            failed.append(f"{cell}, line {at.lineno} of {Path(at.filename).name}: {error}")
    assert not failed, "\n\n".join(failed)
