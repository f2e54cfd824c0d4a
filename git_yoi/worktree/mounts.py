"""Where something is mounted inside a directory, and would be moved, and in the end erased, along with it."""

from __future__ import annotations

import os
import re
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")
# A blank, a tab, a line feed and a backslash stand as octal numbers there.
_OCTAL = re.compile(rb"\\([0-7]{3})")


def mounted_in(folder: Path) -> Path | None:
    """A place at or below the folder where something is mounted, or None; OSError."""
    return listed_in(folder) if _MOUNTS.exists() else _other_device(folder)


def listed_in(folder: Path) -> Path | None:
    """The same as far as the system has a list, which tells of folders of the same file system, too; else None."""
    top = Path(os.path.realpath(folder))
    try:
        lines = _MOUNTS.read_bytes().splitlines()
    except FileNotFoundError:
        return None
    return next((place for line in lines if (place := _place(line)).is_relative_to(top)), None)


def _place(line: bytes) -> Path:
    return Path(os.fsdecode(_OCTAL.sub(lambda found: bytes([int(found[1], 8)]), line.split(b" ")[4])))


def _other_device(folder: Path) -> Path | None:
    if folder.is_mount():
        return folder
    device, folders = folder.stat().st_dev, [folder]
    while folders:
        with os.scandir(folders.pop()) as found:
            for entry in found:
                if entry.is_dir(follow_symlinks=False):
                    if entry.stat(follow_symlinks=False).st_dev != device:
                        return Path(entry.path)
                    folders.append(Path(entry.path))
    return None
