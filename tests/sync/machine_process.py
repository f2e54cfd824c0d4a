"""The program in a process of its own for each command, without the start-up: a process that has it all, and forks.

So a killed command leaves what a kill leaves (a `finally` does not run, a lock ends with its holder), and a step takes
some 30 ms. Random bytes come from the step's own seed, so that a history can be played again to the bit.
"""

from __future__ import annotations

import gc
import io
import json
import os
import random
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import git_yoi
from git_yoi.cli.main import main
from tests.conftest import Ran
from tests.sync.machine_faults import NO_FAULT, Fault, inject

ROOT = Path(__file__).parent.parent.parent


class Call(NamedTuple):
    """A command line of the program, and what is in its environment."""

    arguments: Sequence[str]
    environment: Mapping[str, str]


class Outcome(NamedTuple):
    """What the calls of one process left: those that ended, what ran in between, and whether it was killed."""

    ran: list[Ran]
    meanwhile: list[Ran]
    killed: bool


class Forge:
    """The process that has everything loaded."""

    def __init__(self) -> None:
        """Start it."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.sync.machine_process"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(
        self,
        calls: Sequence[Call],
        *,
        seed: str = "",
        fault: Fault = NO_FAULT,
        offline: bool = False,
        meanwhile: Sequence[Call] = (),
    ) -> Outcome:
        """Run commands one after the other in one fork; the fault strikes the first process that meets it."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps([calls, seed, fault, offline, meanwhile]) + "\n")
        stdin.flush()
        line = stdout.readline()
        assert line, "the forge is gone"
        lines, killed = json.loads(line)
        done: dict[str, list[Ran]] = {"main": [], "meanwhile": []}
        for whose, *ran in lines:
            done[whose].append(Ran(*ran))
        return Outcome(done["main"], done["meanwhile"], killed)

    def close(self) -> None:
        """End it."""
        self._process.communicate()
        assert self._process.returncode == 0


def _serve() -> None:
    """Read requests to the end of standard input; answer each with what its fork wrote, and how that ended."""
    _load()
    for line in sys.stdin:
        calls, seed, fault, offline, meanwhile = json.loads(line)
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read)
            inject(Fault(*fault), partial(_overtaken, write, meanwhile, seed), offline=offline)
            _all(write, "main", calls, seed)
        os.close(write)
        with os.fdopen(read, "rb") as pipe:
            said = [json.loads(one) for one in pipe.read().splitlines() if one.endswith(b"]")]
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status not in (0, -9):
            raise RuntimeError(f"a fork ended with {status}")
        sys.stdout.write(json.dumps([said, status != 0]) + "\n")
        sys.stdout.flush()


def _load() -> None:
    """Import what commands import, so that no fork has to."""
    package = Path(git_yoi.__file__).parent
    for path in sorted(package.rglob("*.py")):
        if path.name not in ("__main__.py", "__init__.py"):
            import_module(".".join(("git_yoi", *path.relative_to(package).with_suffix("").parts)))
    for name in ("pygit2", "dulwich.repo", "ruamel.yaml", "pydantic"):
        import_module(name)
    # A collection in a fork would copy every page that it looks at.
    gc.collect()
    gc.freeze()


def _overtaken(write: int, calls: list[list[Any]], seed: str) -> None:
    """Run what comes in between in a race, in a process of its own."""
    inner = os.fork()
    if inner == 0:
        # The faults are the other clone's.
        patch.stopall()
        _all(write, "meanwhile", calls, f"{seed} meanwhile")
    os.waitpid(inner, 0)


def _all(write: int, whose: str, calls: list[list[Any]], seed: str) -> None:
    """Run the calls and end this process."""
    code = 1
    try:
        os.urandom = random.Random(seed).randbytes
        for call in calls:
            ran = _one(Call(*call))
            os.write(write, json.dumps([whose, ran.code, ran.out, ran.err]).encode() + b"\n")
        code = 0
    finally:
        os._exit(code)


def _one(call: Call) -> Ran:
    out, err, ended = io.StringIO(), io.StringIO(), 0
    with patch.dict(os.environ, call.environment), redirect_stdout(out), redirect_stderr(err):
        try:
            main(list(call.arguments))
        except SystemExit as left:
            ended = left.code if isinstance(left.code, int) else 1
    return Ran(ended, out.getvalue(), err.getvalue())


if __name__ == "__main__":
    _serve()
