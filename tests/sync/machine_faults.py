"""What goes wrong at the boundary where the program meets git: killed there, cut off from the hub, or overtaken.

A fault replaces the child that the program asked for: nothing in the program knows that it is being tested.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

NETWORK = ("push", "fetch", "ls-remote", "fetch-pack", "send-pack")
_UNREACHABLE = "echo 'fatal: Could not read from remote repository.' >&2; exit 128"
_HUNG_UP = "echo 'fatal: the remote end hung up unexpectedly' >&2; exit 128"
_KILL_AFTER = 'git "$@"; kill -9 $PPID'


class Fault(NamedTuple):
    """What happens at the `at`-th git call (from 1) of the kind `match` ("": any, "network": one to the hub).

    kinds: `none`; `kill-before`, `kill-after`; `drop` (it plainly never arrives), `dead` (nor does any later one);
    `lost` (nobody can tell, but it never arrived), `cut` (nobody can tell, and it did), `cut-dead`; `race` (something
    else comes first), `race-lost` (that, and then it is lost), `cut-race` (it is cut, and something else follows).
    """

    kind: str = "none"
    match: str = ""
    at: int = 1


NO_FAULT = Fault()


def subcommand(arguments: list[str]) -> str:
    """The git command in a child's arguments, "" where it is no git call."""
    if Path(arguments[0]).name != "git":
        return ""
    before = ""
    for argument in arguments[1:]:
        if not argument.startswith("-") and before not in ("-c", "-C", "--git-dir"):
            return argument
        before = argument
    return ""


@dataclass
class Injector:
    """One process's fault under way; `meanwhile` is what comes first in a race. `cut_off`: the hub is out of reach."""

    fault: Fault
    meanwhile: Callable[[], None]
    cut_off: bool
    seen: int = 0

    def arguments(self, given: list[str], perform: Callable[[], object]) -> list[str]:
        """The child that is started in place of `given`, which `perform` runs to its end; or this process ends here."""
        name = subcommand(given)
        if not name:
            return given
        if self.cut_off and name in NETWORK:
            return ["sh", "-c", _UNREACHABLE]
        if not self._is_matched(name):
            return given
        self.seen += 1
        return self._struck(given, perform) if self.seen == self.fault.at else given

    def _is_matched(self, name: str) -> bool:
        wanted = self.fault.match
        return self.fault.kind != "none" and (not wanted or name == wanted or (wanted == "network" and name in NETWORK))

    def _struck(self, given: list[str], perform: Callable[[], object]) -> list[str]:
        kind = self.fault.kind
        if kind == "kill-before":
            os.kill(os.getpid(), signal.SIGKILL)
        if kind == "kill-after":
            return ["sh", "-c", _KILL_AFTER, "sh", *given[1:]]
        if kind.startswith("cut"):
            perform()
        if "race" in kind:
            self.meanwhile()
        if kind == "race":
            return given
        self.cut_off = kind in ("dead", "cut-dead")
        return ["sh", "-c", _UNREACHABLE if kind in ("drop", "dead") else _HUNG_UP]


def _run_to_its_end(real: Any, arguments: list[str], **more: Any) -> None:
    with real(arguments, **more) as child:
        child.wait()


def inject(fault: Fault, meanwhile: Callable[[], None], *, offline: bool) -> None:
    """Put the fault in the way of every child that this process starts from now on."""
    injector = Injector(fault, meanwhile, offline)
    real = subprocess.Popen

    class Faulty(real):  # type: ignore[valid-type,misc]  # whatever class stands there
        def __init__(self, args: Any, **more: Any) -> None:
            place = {"cwd": more.get("cwd"), "env": more.get("env")}
            silent = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
            perform = partial(_run_to_its_end, real, list(args), **place, **silent)
            super().__init__(injector.arguments(list(args), perform), **more)

    patch.object(subprocess, "Popen", Faulty).start()
