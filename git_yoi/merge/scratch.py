"""A worktree to try a merge in: detached, out of the way, always removed; what a kill leaves is swept up later.

Each has a lock beside it, held while it is in use, so that a sweep tells a killed owner from a busy one.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from git_yoi.git.lock_files import is_held
from git_yoi.git.no_hooks import without_hooks
from git_yoi.git.quarantine import passing_folder
from git_yoi.git.repository import Repository
from git_yoi.git.worktrees import admin_entries, is_inside
from git_yoi.merge.leftovers import SCRATCH

_NAME = "yoi-scratch-"
_INDEX = "index."
# Git gives a new worktree the sparse patterns of the main one; what is validated is everything.
_WHOLE = ("-c", "core.sparseCheckout=false")


def scratch_folder(repository: Repository) -> Path:
    """Where everything lies that is only tried out."""
    return passing_folder(repository) or repository.private / SCRATCH


@contextmanager
def scratch_worktree(repository: Repository, commit: str, name: str) -> Iterator[Path]:
    """Check all of `commit` out in a worktree of its own, for as long as the context lasts; GitError, OSError."""
    folder = scratch_folder(repository)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{_NAME}{name}"
    descriptor = _lock(path.with_suffix(".lock"), create=True)
    if descriptor is None:
        raise OSError(f"{path} is in use")
    try:
        # The user's post-checkout hook is for the worktrees that people see.
        git = without_hooks(repository, repository.git)
        quiet = ("--no-replace-objects", "-c", "advice.detachedHead=false", *_WHOLE)
        git.run(*quiet, "worktree", "add", "-q", "--detach", str(path), commit)
        yield path
    finally:
        _remove(repository, path)
        os.close(descriptor)


def sweep(repository: Repository) -> None:
    """Remove what killed commands left behind; never what a living one uses."""
    folder = scratch_folder(repository)
    if not folder.is_dir():
        return
    for item in sorted(folder.iterdir()):
        if item.name.startswith(_INDEX):
            _remove_index(item)
        elif item.suffix == ".lock" and item.name.startswith(_NAME):
            descriptor = _lock(item, create=False)
            if descriptor is not None:
                _remove(repository, item.with_suffix(""))
                os.close(descriptor)


def left_over(repository: Repository) -> tuple[Path, ...]:
    """What a sweep would remove."""
    folder = scratch_folder(repository)
    if not folder.is_dir():
        return ()
    return tuple(item for item in sorted(folder.iterdir()) if _is_left_over(item))


def _is_left_over(item: Path) -> bool:
    if item.name.startswith(_INDEX):
        return _is_ownerless(item)
    return item.suffix == ".lock" and item.name.startswith(_NAME) and not is_held(item)


def _lock(path: Path, *, create: bool) -> int | None:
    """A descriptor of the locked file; None while somebody holds it, or has removed it."""
    flags = os.O_RDWR | os.O_CLOEXEC | (os.O_CREAT if create else 0)
    try:
        descriptor = os.open(path, flags, 0o666)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(path.stat(), os.fstat(descriptor)):
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def _remove(repository: Repository, path: Path) -> None:
    """Remove the directory, git's entry of it, and last its lock: until then the next sweep tries again."""
    _remove_tree(path)
    for entry in admin_entries(repository):
        # A half-made entry does not say where its worktree is; its name does.
        ours = is_inside(entry.path, path) if entry.path is not None else entry.directory.name == path.name
        if ours and not path.exists():
            _remove_tree(entry.directory)
    with suppress(OSError):
        (repository.common_dir / "worktrees").rmdir()
    if not path.exists():
        path.with_suffix(".lock").unlink(missing_ok=True)


def _remove_tree(path: Path) -> None:
    shutil.rmtree(path, ignore_errors=True)
    if not path.exists():
        return
    # Tools make caches read-only; a folder that may not be written keeps what is in it.
    for folder, _, _ in os.walk(path):
        with suppress(OSError):
            Path(folder).chmod(stat.S_IRWXU)
    shutil.rmtree(path, ignore_errors=True)


def _remove_index(item: Path) -> None:
    if _is_ownerless(item):
        item.unlink(missing_ok=True)


def _is_ownerless(item: Path) -> bool:
    """Whether the process that an index is named after is gone."""
    pid = item.name.removeprefix(_INDEX).partition(".")[0]
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return True
    except PermissionError:
        return False
    return False
