"""Which git runs this hook: between the two stand shells, and the programs of who manages hooks."""

from __future__ import annotations

import os
from pathlib import Path

from git_yoi.git.child import Child, identify
from git_yoi.git.programs import run_program

_PROC = Path("/proc/self/stat")
_HIGHEST = 16


def calling_git() -> Child | None:
    """The nearest process above this one that is a git, None where there is none, or none can be told."""
    pid = os.getppid()
    for _ in range(_HIGHEST):
        found = _facts(pid) if pid > 1 else None
        if found is None:
            return None
        name, above = found
        if name == "git" or name.startswith("git-"):
            return identify(pid)
        pid = above
    return None


def words_of(child: Child) -> tuple[str, ...]:
    """The command line of a process that runs, () where that cannot be told."""
    try:
        data = Path(f"/proc/{child.pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError, PermissionError, NotADirectoryError):
        return ()
    return tuple(os.fsdecode(word) for word in data.split(b"\0")[:-1])


def _facts(pid: int) -> tuple[str, int] | None:
    """A process's name, and the process above it; None when it is gone."""
    if not _PROC.exists():
        return _facts_by_ps(pid)
    try:
        before, _, after = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")
    except (FileNotFoundError, ProcessLookupError):
        return None
    return os.fsdecode(before.partition(b"(")[2]), int(after.split()[1])


def _facts_by_ps(pid: int) -> tuple[str, int] | None:
    words = ["ps", "-o", "ppid=", "-o", "comm=", "-p", str(pid)]
    try:
        done = run_program(words, Path("/"), {"LC_ALL": "C", "PATH": os.defpath}, timeout=10)
    except FileNotFoundError:
        return None
    above, _, name = done.output.strip().partition(" ")
    return (Path(name.strip()).name, int(above)) if above.isdigit() else None
