"""Settings that hold for one worktree only: the switch for them, thrown at once and with nothing lost.

Git throws it itself where it must, and then moves `core.bare` and `core.worktree` to the main worktree's own file, one
write after the other: killed in between, every linked worktree of a bare repository would be taken for bare.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from git_yoi.errors import YoiError
from git_yoi.git.process import Git
from git_yoi.git.repository import Repository

_SWITCH = "extensions.worktreeConfig"
# They are about the main worktree, and would be believed of every other one too.
_MOVED = (("core.bare", ("--type=bool",)), ("core.worktree", ()))
# Git holds this lock for milliseconds.
_PATIENCE_SECONDS = 2.0


def enable_worktree_config(repository: Repository) -> None:
    """Let `config.worktree` count, as `git sparse-checkout` does it; YoiError `io` where the lock stays held."""
    git, config = repository.git, Path(os.path.realpath(repository.common_dir / "config"))
    if _value(git, config, _SWITCH, "--type=bool") == "true":
        return
    with _locked(config):
        new = Path(shutil.copy(config, config.with_name("config.yoi")))
        for key, how in _MOVED:
            value = _value(git, new, key, *how)
            if value not in (None, "false"):
                # Nobody reads it there before the switch is thrown.
                git.run("config", "--file", str(repository.common_dir / "config.worktree"), key, str(value))
                git.run("config", "--file", str(new), "--unset-all", key)
        git.run("config", "--file", str(new), _SWITCH, "true")
        new.replace(config)


def _value(git: Git, config: Path, key: str, *how: str) -> str | None:
    done = git.run("config", "--file", str(config), *how, "--get", key, ok=None)
    return done.text if done.code == 0 else None


@contextmanager
def _locked(config: Path) -> Iterator[None]:
    """Hold git's own lock of a configuration file."""
    lock = config.with_name("config.lock")
    _take(lock)
    try:
        yield
    finally:
        lock.unlink()


def _take(lock: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o666))
        except FileExistsError:
            if time.monotonic() > deadline:
                raise YoiError(
                    "io",
                    "the repository's configuration is locked",
                    cause=f"{lock} is there: another git command holds it, or left it when it was killed",
                    hint="let that command end, then run the same command again",
                ) from None
            time.sleep(0.02)
        else:
            return
