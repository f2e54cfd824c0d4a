"""Where git looks for a hook, and whether we may put something there."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from git_yoi.errors import YoiError
from git_yoi.git.repository import Repository
from git_yoi.hooks.shell_script import why_not_shell

HOOK = "pre-receive"


def hook_file(repository: Repository) -> Path:
    """Where `receive-pack` looks for the hook: a relative `core.hooksPath` begins at the git directory there."""
    done = repository.git.run("rev-parse", "--path-format=absolute", "--git-path", "hooks", ok=None)
    # What names no folder that could be (an empty core.hooksPath) holds no hook either.
    return Path(done.text.removesuffix("\n") if done.code == 0 else os.devnull) / HOOK


def require_own_folder(repository: Repository, file: Path, by_hand: str) -> None:
    """YoiError `exists` where the hooks are kept outside the repository: they are other repositories' too."""
    real, own = file.parent.resolve(), repository.common_dir.resolve()
    if real.is_relative_to(own):
        return
    told = repository.git.run("config", "--show-origin", "--get", "core.hooksPath", ok=None).text
    origin, _, path = told.partition("\t")
    why = f"core.hooksPath is {path.strip() or 'empty'}, set in {origin}" if told else f"{file.parent} leads to {real}"
    raise _by_hand("the hooks of this repository lie outside of it", why, file, by_hand)


def require_shell_script(file: Path, by_hand: str) -> bytes:
    """The bytes of somebody's hook; YoiError `exists` where lines of POSIX sh cannot stand at its top."""
    facts = file.lstat()
    if stat.S_ISLNK(facts.st_mode):
        why = f"it is a link to {os.fspath(file.readlink())}"
    elif not stat.S_ISREG(facts.st_mode):
        why = "it is no file"
    elif facts.st_nlink > 1:
        why = "it has another name elsewhere (a hard link)"
    elif not facts.st_mode & stat.S_IXUSR:
        why = "it is not executable, so git passes it over"
    else:
        data = file.read_bytes()
        problem = why_not_shell(data)
        if problem is None:
            return data
        why = problem
    raise _by_hand(f"there is another {HOOK} hook", f"{file}: {why}", file, by_hand)


def _by_hand(message: str, cause: str, file: Path, command: str) -> YoiError:
    return YoiError(
        "exists",
        f"{message}, and nothing was changed",
        cause=cause,
        hint=f"let that hook run this on its own standard input, and fail when it fails: {command}",
        data={"path": os.fspath(file), "add": command},
    )
