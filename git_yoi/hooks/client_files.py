"""Changing several files as one: all of them, or, when one cannot be changed, none.

Each file is put in place at once, for git may run the old one at that moment. Who is killed on the way leaves some
files new and some old, and at most a file under a name of ours, which the next one takes away.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, TypeAlias

from git_yoi.errors import YoiError
from git_yoi.git.config_file import edit_config, let_go_of_config, read_config
from git_yoi.git.repository import Repository

LOCK = "yoi-hooks.lock"
_PREFIX = ".git-yoi-client-"
_MODE = 0o755
# Who installs needs a tenth of a second.
_PATIENCE_SECONDS = 10.0


class FileChange(NamedTuple):
    """A file with its bytes before and after, None for no file; `executable` makes it so, else it keeps its mode.

    `folders` says how many folders above the file go with it, once they are empty.
    """

    path: Path
    before: bytes | None
    after: bytes | None
    executable: bool = False
    folders: int = 0


class NewFolder(NamedTuple):
    """A folder that is not there, with executable files by their names."""

    path: Path
    files: dict[str, bytes]


class ConfigChange(NamedTuple):
    """The repository's configuration, and what is to be made of it."""

    repository: Repository
    edit: Callable[[bytes], bytes]


Change: TypeAlias = FileChange | NewFolder | ConfigChange


@contextmanager
def alone(repository: Repository, folders: Iterable[Path]) -> Iterator[None]:
    """Be the only one that changes the hooks; what a killed one left in the folders is gone. YoiError `io`."""
    path = repository.common_dir / LOCK
    descriptor = _locked(path)
    try:
        let_go_of_config(repository)
        for folder in folders:
            _sweep(folder)
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)


def apply(changes: Iterable[Change]) -> None:
    """Carry the changes out in their order; OSError, YoiError: then none of them is left."""
    with ExitStack() as undo:
        for change in changes:
            match change:
                case ConfigChange():
                    _apply_config(change, undo)
                case NewFolder():
                    for folder in new_above(change.path):
                        undo.callback(remove_empty, folder)
                    _make_whole(change)
                    undo.callback(shutil.rmtree, change.path)
                case FileChange() if change.before != change.after or change.executable:
                    _apply_file(change)
                    undo.callback(_apply_file, change._replace(before=change.after, after=change.before))
        undo.pop_all()


def remove_empty(folder: Path) -> None:
    """Remove a folder, unless somebody has put something there."""
    with suppress(OSError):
        folder.rmdir()


def new_above(folder: Path) -> tuple[Path, ...]:
    """The folders above a new one that are new, too, the highest first."""
    return tuple(reversed([above for above in folder.parents if not above.exists()]))


def _locked(path: Path) -> int:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_still(path, descriptor):
                return descriptor
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(descriptor)
                raise _busy(path) from None
            time.sleep(0.02)
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _is_still(path: Path, descriptor: int) -> bool:
    """Whether the file that is open is the one that the next will look for: who ends takes it away."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _busy(path: Path) -> YoiError:
    return YoiError(
        "io",
        "another process changes the hooks, and nothing was changed here",
        cause=f"it has {path} locked",
        hint="let it end, then try again",
    )


def _sweep(folder: Path) -> None:
    for left in folder.parent.glob(f"{_PREFIX}{folder.name}-*"):
        shutil.rmtree(left)
    for left in folder.glob(f"{_PREFIX}*"):
        left.unlink()


def _apply_config(change: ConfigChange, undo: ExitStack) -> None:
    before = read_config(change.repository)
    if change.edit(before) == before:
        return
    edit_config(change.repository, change.edit)
    after = read_config(change.repository)
    # What somebody else has written meanwhile is not taken back.
    undo.callback(edit_config, change.repository, lambda now: before if now == after else now)


def _make_whole(change: NewFolder) -> None:
    """Let the folder appear with all its files, so that an empty one of ours is never taken for somebody else's."""
    change.path.parent.mkdir(parents=True, exist_ok=True)
    made = change.path.with_name(f"{_PREFIX}{change.path.name}-new")
    made.mkdir()
    try:
        for name, data in change.files.items():
            _write(FileChange(made / name, None, data))
        made.rename(change.path)
    except BaseException:
        shutil.rmtree(made)
        raise


def _apply_file(change: FileChange) -> None:
    if change.after is not None:
        change.path.parent.mkdir(parents=True, exist_ok=True)
        _write(change)
        return
    change.path.unlink(missing_ok=True)
    for folder in tuple(change.path.parents)[: change.folders]:
        remove_empty(folder)


def _write(change: FileChange) -> None:
    handle, name = tempfile.mkstemp(prefix=_PREFIX, dir=change.path.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(change.after or b"")
            os.fchmod(out.fileno(), _MODE)
            if change.path.exists():
                _make_like(out.fileno(), change.path.stat(), executable=change.executable)
        Path(name).replace(change.path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _make_like(descriptor: int, wanted: os.stat_result, *, executable: bool) -> None:
    now = os.fstat(descriptor)
    if (now.st_uid, now.st_gid) != (wanted.st_uid, wanted.st_gid):
        os.fchown(descriptor, wanted.st_uid, wanted.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(wanted.st_mode) | (0o111 if executable else 0))
