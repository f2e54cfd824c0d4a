"""Erasing a folder for good, however deep it is: what is in it may be anything that a build or a program put there."""

from __future__ import annotations

import errno
import os
import stat
from itertools import count
from pathlib import Path

from git_yoi.worktree.mounts import listed_in

# Longer than any one name, and together with where a repository lies far below what a system takes of a path.
_LONGEST = 400


def erase(folder: Path) -> None:
    """Remove a folder and everything in it, no link followed, no mount entered; OSError, with what is left of it."""
    refuse_mounted(folder)
    device, folders = folder.lstat().st_dev, [folder]
    while folders:
        # One whose folders have gone since is looked at again, and has none left.
        below = _emptied(folders[-1], folder, device)
        folders += below
        if not below:
            folders.pop().rmdir()


def refuse_mounted(folder: Path) -> None:
    """OSError where something is mounted in the folder, which is not to be erased with it."""
    if (place := listed_in(folder)) is not None:
        raise _mounted(place)


def _emptied(folder: Path, top: Path, device: int) -> list[Path]:
    """Remove the files of a folder; its folders, each brought to where its path is not too long."""
    _make_writable(folder)
    found = []
    with os.scandir(folder) as entries:
        for entry in list(entries):
            path = Path(entry.path)
            if not entry.is_dir(follow_symlinks=False):
                path.unlink()
            elif entry.stat(follow_symlinks=False).st_dev != device:
                raise _mounted(path)
            else:
                found.append(_hoisted(path, top) if len(bytes(path)) - len(bytes(top)) > _LONGEST else path)
    return found


def _hoisted(path: Path, top: Path) -> Path:
    """The new place of a folder, right below the top."""
    # A folder that goes to another one has its own `..` rewritten.
    _make_writable(path)
    place = next(name for n in count() if not os.path.lexists(name := top / f"deep-{n}"))
    return path.rename(place)


def _make_writable(folder: Path) -> None:
    """Nothing can be removed from a folder that is read-only (as a cache of modules is), even by its owner."""
    mode = stat.S_IMODE(folder.lstat().st_mode)
    if mode & stat.S_IRWXU != stat.S_IRWXU:
        folder.chmod(mode | stat.S_IRWXU)


def _mounted(place: Path) -> OSError:
    return OSError(errno.EBUSY, "something is mounted there", str(place))
