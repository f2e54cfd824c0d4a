"""Changing several lines of the repository's configuration at once, and byte for byte.

`git config` writes one key at a time, and rewrites what it takes out: a hook of which only the event is there makes git
fail. So the file is replaced whole, under git's own lock. That lock is a hard link to a mark beside it, as with the
index: after a kill it can be told that it was ours.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

from git_yoi.errors import YoiError
from git_yoi.git import marked_lock
from git_yoi.git.repository import Repository

_MARK = "yoi-config.mark"
# Git holds the lock for milliseconds, and does not wait for it itself.
_PATIENCE_SECONDS = 1.0


def config_file(repository: Repository) -> Path:
    """The configuration that all worktrees share, where it really lies: git locks it there too."""
    return (repository.common_dir / "config").resolve()


def read_config(repository: Repository) -> bytes:
    """The configuration's bytes."""
    return config_file(repository).read_bytes()


def edit_config(repository: Repository, edit: Callable[[bytes], bytes]) -> None:
    """Let the configuration be what `edit` makes of it; YoiError `io` while another process has it locked, OSError.

    The caller is the only one of this program that does so.
    """
    file = config_file(repository)
    mark, lock = file.with_name(_MARK), file.with_name(f"{file.name}.lock")
    let_go_of_config(repository)
    mark.touch(mode=0o600)
    try:
        if not marked_lock.take(mark, lock, seconds=_PATIENCE_SECONDS, mode=0o600):
            raise _locked(lock)
        try:
            _replace(file, lock, edit(file.read_bytes()))
        finally:
            lock.unlink(missing_ok=True)
    finally:
        mark.unlink(missing_ok=True)


def let_go_of_config(repository: Repository) -> None:
    """Remove what a process of ours that was killed left beside the configuration, and nothing of anybody else's."""
    file = config_file(repository)
    marked_lock.let_go(file.with_name(_MARK), file.with_name(f"{file.name}.lock"))


def _replace(file: Path, lock: Path, data: bytes) -> None:
    """Put the bytes in place, with mode and owner of the file."""
    facts = file.stat()
    with lock.open("wb") as out:
        out.write(data)
        now = os.fstat(out.fileno())
        if (now.st_uid, now.st_gid) != (facts.st_uid, facts.st_gid):
            os.fchown(out.fileno(), facts.st_uid, facts.st_gid)
        os.fchmod(out.fileno(), stat.S_IMODE(facts.st_mode))
        out.flush()
        os.fsync(out.fileno())
    lock.replace(file)


def _locked(lock: Path) -> YoiError:
    return YoiError(
        "io",
        "the repository's configuration is locked, and nothing was changed",
        cause=f"there is {lock}",
        hint="let the other git end, and try again; a git that was killed has left the file behind",
    )
