"""Which processes work in a directory, as far as this system tells."""

from __future__ import annotations

import os
from pathlib import Path

_PROC = Path("/proc")


def working_in(folder: Path) -> tuple[int, ...]:
    """The ids of processes whose current directory is `folder` or below; none where /proc does not tell."""
    wanted = Path(os.path.realpath(folder))
    if not (_PROC / "self").exists():
        return ()
    return tuple(sorted(pid for pid, place in _directories() if place.is_relative_to(wanted)))


def _directories() -> list[tuple[int, Path]]:
    found = []
    for folder in _PROC.iterdir():
        if not folder.name.isdigit():
            continue
        try:
            found.append((int(folder.name), (folder / "cwd").readlink()))
        except OSError:
            # Ended meanwhile, or of another user: whose process it is not ours to know cannot be asked.
            continue
    return found


def git_working_in(folder: Path) -> tuple[int, ...]:
    """Those of them that are git itself."""
    return tuple(pid for pid in working_in(folder) if _name(pid).partition("-")[0] == "git")


def _name(pid: int) -> str:
    try:
        return os.fsdecode((_PROC / str(pid) / "comm").read_bytes()).strip()
    except OSError:
        # Ended meanwhile.
        return ""
