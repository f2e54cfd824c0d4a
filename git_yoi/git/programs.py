"""Running what the user, or the target's policy, has named: validation commands, the editor, this program itself."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from git_yoi.git.process import REPOSITORY_VARIABLES
from git_yoi.git.shared import childrens_umask

# How often a child that says nothing is asked whether it has ended.
_LOOK_SECONDS = 0.05
# What is in the pipe of a killed command is there at once; its end may be held open by a process that got away.
_LAST_WORDS_SECONDS = 0.5
# The exit code of what was killed at its time limit, as `timeout` of coreutils has it.
TIMED_OUT = 124


class CommandResult(NamedTuple):
    """How a user's own command ended: exit code (124: time limit), wall seconds, and its output's last part."""

    exit_code: int
    seconds: float
    output: str = ""


def run_command(
    command: str, directory: Path, environment: Mapping[str, str], *, timeout: float, keep: int = 8192
) -> CommandResult:
    """Run a shell command that the target's policy file names, killed at `timeout` seconds.

    What it left in the background ends with it; a child that went into a session of its own outlives that, but nobody
    waits for it.
    """
    return run_program(["/bin/sh", "-c", command], directory, environment, timeout=timeout, keep=keep, whole=True)


def run_program(
    arguments: Sequence[str],
    directory: Path,
    environment: Mapping[str, str],
    *,
    timeout: float,
    keep: int = 8192,
    spare: frozenset[str] = frozenset(),
    grace: float = 0,
    whole: bool = False,
) -> CommandResult:
    """Run a program as `run_command` does, without a shell; the variables `spare` are not scrubbed.

    For `grace` seconds after the time limit it may end by itself, as git does that has locks to take away. `whole`:
    the processes that it started and left are killed at its end.
    """
    clean = {k: v for k, v in environment.items() if k not in REPOSITORY_VARIABLES - spare}
    begun, output = time.monotonic(), bytearray()
    let_come = _hold_back()
    try:
        child = _begin(arguments, directory, clean)
    except BaseException:
        let_come()
        raise
    with child:
        try:
            let_come()
            _read_tail(child, output, keep, until=begun + timeout)
            code = child.wait(begun + timeout - time.monotonic())
            if whole:
                _kill(child)
        except subprocess.TimeoutExpired:
            _end(child, output, keep, grace)
            code = TIMED_OUT
        except BaseException:
            _kill(child)
            raise
    return CommandResult(code, round(time.monotonic() - begun, 3), output.decode(errors="replace"))


def _begin(arguments: Sequence[str], directory: Path, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, with nothing to read, and its output and errors in one pipe."""
    return subprocess.Popen(
        list(arguments),
        cwd=directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        umask=childrens_umask(),
    )


def _end(child: subprocess.Popen[bytes], output: bytearray, keep: int, grace: float) -> None:
    """End a child whose time is over, by its own hand where there is `grace` (seconds), and hear its last words."""
    if grace:
        _kill(child, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            _read_tail(child, output, keep, until=time.monotonic() + grace)
    _kill(child)
    with suppress(subprocess.TimeoutExpired):
        _read_tail(child, output, keep, until=time.monotonic() + _LAST_WORDS_SECONDS)


def _hold_back() -> Callable[[], None]:
    """Let interrupts wait, for nobody would end a child that runs before we know it; the result lets them come."""
    caught: list[int] = []
    before = {}
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            handler = signal.getsignal(number)
            if callable(handler):
                before[number] = signal.signal(number, lambda came, _frame: caught.append(came))

    def let_come() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)
        if caught:
            raise KeyboardInterrupt

    return let_come


def _kill(child: subprocess.Popen[bytes], how: signal.Signals = signal.SIGKILL) -> None:
    """Signal a child's whole process group; nothing where there is nobody left in it."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, how)


def _read_tail(child: subprocess.Popen[bytes], output: bytearray, keep: int, *, until: float) -> None:
    """Read what a child says into `output`, of which the last `keep` bytes stay; TimeoutExpired at `until`.

    To the end of the pipe, or until the child has ended and nothing more is in it: something that it left in the
    background may hold it open.
    """
    if child.stdout is None:
        raise RuntimeError("a child without a pipe")
    pipe = child.stdout.fileno()
    while time.monotonic() < until:
        ended = child.poll() is not None
        wait = 0 if ended else min(_LOOK_SECONDS, until - time.monotonic())
        if select.select([pipe], [], [], max(wait, 0))[0]:
            data = os.read(pipe, 65536)
            if not data:
                return
            output += data
            del output[: max(len(output) - keep, 0)]
        elif ended:
            return
    raise subprocess.TimeoutExpired("", 0)


def run_shown(
    arguments: Sequence[str],
    directory: Path,
    environment: Mapping[str, str],
    given: bytes,
    say: Callable[[str], None],
    *,
    keep: int,
) -> tuple[int, tuple[str, ...]]:
    """Run a program that the user is to hear, line by line by `say`; its exit code and last `keep` lines. OSError."""
    with tempfile.TemporaryFile() as stdin:
        stdin.write(given)
        stdin.seek(0)
        # In our own session: it may have to ask for a password at the terminal, and Ctrl-C is for it too.
        with subprocess.Popen(
            list(arguments),
            cwd=directory,
            env=dict(environment),
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            umask=childrens_umask(),
        ) as child:
            said = _listen(child, say, keep)
    return child.returncode, said


def _listen(child: subprocess.Popen[bytes], say: Callable[[str], None], keep: int) -> tuple[str, ...]:
    """Hand on what a child says until it has ended, though it may have left somebody who holds its output."""
    if child.stdout is None:
        raise RuntimeError("a child without a pipe")
    pipe, kept, rest = child.stdout.fileno(), list[str](), b""
    while True:
        ended = child.poll() is not None
        if select.select([pipe], [], [], 0 if ended else _LOOK_SECONDS)[0]:
            data = os.read(pipe, 65536)
            *lines, rest = (rest + data).split(b"\n")
            lines = [*lines, rest] if not data and rest else lines
            for line in lines:
                say(line.decode(errors="replace"))
                kept = [*kept, line.decode(errors="replace")][-keep:]
            if not data:
                break
        elif ended:
            break
    child.wait()
    return tuple(kept)


def run_editor(command: str, file: Path, directory: Path, environment: Mapping[str, str]) -> int:
    """Run the user's own editor, a shell command as git has it, on a file at this terminal; its exit code."""
    # While it runs, Ctrl-C is the editor's; a handler, not "ignore", which the child would inherit.
    before = signal.signal(signal.SIGINT, lambda _signal, _frame: None)
    try:
        with subprocess.Popen(
            ["/bin/sh", "-c", f'{command} "$@"', command, str(file)],
            cwd=directory,
            env=dict(environment),
            umask=childrens_umask(),
        ) as child:
            return child.wait()
    finally:
        signal.signal(signal.SIGINT, before)
