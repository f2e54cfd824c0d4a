"""Where git looks for the hooks of a clone, and whether something of ours may stand there."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from git_yoi.git.repository import Repository
from git_yoi.hooks.managers import Advice, advice, has_lines, manager_of
from git_yoi.hooks.shell_script import why_not_shell


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A hook that we must not touch: the file, why, and what people can add to whose file by hand.

    `added` says that they have done so.
    """

    hook: str
    file: Path
    why: str
    advice: Advice
    added: bool


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder in which git looks for hooks; `foreign` is why it is not ours to write to, None when it is.

    `usable` is whether there can be a folder at all: where there cannot, git runs no hook.
    """

    path: Path
    foreign: str | None
    usable: bool = True


def hooks_folder(repository: Repository) -> Folder:
    """Where git looks for the hooks of this worktree: a relative `core.hooksPath` begins at its root."""
    done = repository.root.run("rev-parse", "--path-format=absolute", "--git-path", "hooks", ok=None)
    set_by = _set_by(repository)
    if done.code != 0:
        return Folder(Path(os.devnull), f"{set_by or done.err.strip()}; no folder can be there", usable=False)
    path = Path(done.text.removesuffix("\n"))
    if path.resolve().is_relative_to(repository.common_dir.resolve()) and not _is_in_private(path, repository):
        if path.exists() and not path.is_dir():
            return Folder(path, f"{path} is no folder")
        return Folder(path, None)
    return Folder(path, set_by or f"{path} leads to {path.resolve()}")


def _set_by(repository: Repository) -> str | None:
    told = repository.root.run("config", "--show-scope", "--show-origin", "--get", "core.hooksPath", ok=None)
    if told.code != 0:
        return None
    scope, _, rest = told.text.removesuffix("\n").partition("\t")
    origin, _, value = rest.partition("\t")
    return f"core.hooksPath is {value or 'empty'}, set in {origin} ({scope})"


def obstacle(repository: Repository, folder: Folder, hook: str) -> Obstacle | None:
    """What stands in the way of our lines in a hook's file, None for nothing."""
    file = folder.path / hook
    if not folder.usable:
        return Obstacle(
            hook, file, str(folder.foreign), Advice(file, (), act="let it name a folder, or unset it"), False
        )
    data = file.read_bytes() if file.is_file() else b""
    manager = manager_of(file, data)
    why = folder.foreign or _why_not(file, data, manager)
    if why is None:
        return None
    wanted = advice(hook, file, manager, repository.top or repository.common_dir)
    return Obstacle(hook, file, why, wanted, has_lines(hook, wanted))


def _is_in_private(path: Path, repository: Repository) -> bool:
    return path.resolve().is_relative_to(repository.private.resolve())


def _why_not(file: Path, data: bytes, manager: str | None) -> str | None:
    if not os.path.lexists(file):
        return None
    facts = file.lstat()
    if stat.S_ISLNK(facts.st_mode):
        return f"it is a link to {os.fspath(file.readlink())}"
    if not stat.S_ISREG(facts.st_mode):
        return "it is no file"
    if facts.st_nlink > 1:
        return "it has another name elsewhere (a hard link)"
    if manager is not None:
        return f"{manager} writes it, and would write it again"
    if not facts.st_mode & stat.S_IXUSR:
        return "it is not executable, so git passes it over"
    return why_not_shell(data)
