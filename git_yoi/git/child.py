"""Telling whether one certain process still runs: its id alone is given out again to others."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

from git_yoi.git.programs import run_program

_PROC = Path("/proc/self/stat")


@dataclass(frozen=True, slots=True)
class Child:
    """A process: its id, and when it started in the system's own words ("" where that cannot be told)."""

    pid: int
    started: str


def identify(pid: int) -> Child:
    """Name a process that runs now."""
    return Child(pid, _start_of(pid) or "")


def is_running(child: Child) -> bool:
    """Whether that very process still runs; a zombie, or another one with its id, does not count."""
    try:
        os.kill(child.pid, 0)
    except (ProcessLookupError, PermissionError):
        return False  # our own children run as we do: one that may not be asked is another
    now = _start_of(child.pid)
    return now is not None and ("" in (now, child.started) or now == child.started)


def wait_until_gone(child: Child, *, seconds: float) -> bool:
    """Wait for a process that is not ours to reap; whether it is gone."""
    deadline = time.monotonic() + seconds
    while is_running(child):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def _start_of(pid: int) -> str | None:
    """When a process started, "" where that cannot be told, None when it is gone or only waits to be reaped."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    except (FileNotFoundError, ProcessLookupError, NotADirectoryError):
        return _start_by_ps(pid) if not _PROC.exists() else None
    # After the name in parentheses: the state first, the start time (in clock ticks) as the 20th.
    return None if fields[0] in (b"Z", b"X") else fields[19].decode("ascii")


def _start_by_ps(pid: int) -> str | None:
    words = ["ps", "-o", "stat=", "-o", "lstart=", "-p", str(pid)]
    try:
        done = run_program(words, Path("/"), {"LC_ALL": "C", "PATH": os.defpath}, timeout=10)
    except FileNotFoundError:
        return ""
    state, _, started = done.output.strip().partition(" ")
    return None if not state or state.startswith("Z") else started.strip()
