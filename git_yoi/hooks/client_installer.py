"""Putting the hooks of a clone in, all or none, and taking them out again, byte for byte.

Three forms: git's configuration names scripts of ours (git 2.54 and newer), a file of ours or a block at the top of the
user's own, and, where neither may be, a line that somebody has added by hand, which runs our script.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from git_yoi.errors import YoiError
from git_yoi.git.repository import Repository
from git_yoi.git.version import CONFIGURED_HOOKS, version
from git_yoi.hooks import client_config as config
from git_yoi.hooks import client_shim as shim
from git_yoi.hooks.client_files import (
    Change,
    ConfigChange,
    FileChange,
    NewFolder,
    alone,
    apply,
    new_above,
    remove_empty,
)
from git_yoi.hooks.client_place import Folder, Obstacle, hooks_folder, obstacle
from git_yoi.hooks.client_shim import HOOKS
from git_yoi.hooks.shim import BLOCK, FILE

# How pre-commit and lefthook rename a hook that stood there before theirs; the first still runs it.
_RENAMED = ("", ".legacy", ".old")


@dataclass(frozen=True, slots=True)
class Standing:
    """A hook of ours as it stands: `how` is config, file, block or by-hand, `path` the file that has its lines.

    `current` says that it is what we would write now, `edited` that somebody changed our lines.
    """

    hook: str
    how: str
    path: Path
    current: bool
    edited: bool = False
    made: str = ""

    @property
    def stays(self) -> bool:
        """Whether it is somebody else's by now, and not ours to take out."""
        return self.edited or self.how == "by-hand"


@dataclass(frozen=True)
class Clone:
    """One look at a clone's hooks; `python` is the interpreter that runs this program."""

    repository: Repository
    python: str

    @cached_property
    def folder(self) -> Folder:
        """Where git looks for hooks here."""
        return hooks_folder(self.repository)

    @cached_property
    def by_config(self) -> bool:
        """Whether this git takes hooks from its configuration."""
        return version(self.repository.git) >= CONFIGURED_HOOKS

    @cached_property
    def obstacles(self) -> dict[str, Obstacle]:
        """The hooks whose files are not ours to change."""
        found = ((hook, obstacle(self.repository, self.folder, hook)) for hook in HOOKS)
        return {hook: one for hook, one in found if one is not None}

    @cached_property
    def standing(self) -> tuple[Standing, ...]:
        """Every form in which each hook is there."""
        return tuple(_standing(self))

    def script(self, hook: str) -> Path:
        """Our own script, which the configuration or a line added by hand runs."""
        return self.repository.private / "hooks" / hook

    def is_by_hand(self, hook: str) -> bool:
        """Whether somebody has added our line to what we must not touch."""
        return hook in self.obstacles and self.obstacles[hook].added

    def in_file(self, hook: str) -> Standing | None:
        """Our lines in the file that git runs now, or that pre-commit runs for it."""
        runs = {self.folder.path / hook}
        if hook in self.obstacles and self.obstacles[hook].advice.manager == "pre-commit":
            runs.add(self.folder.path / f"{hook}.legacy")
        places = {path.resolve() for path in runs}
        return next((one for one in self.standing if one.hook == hook and one.path.resolve() in places), None)


def require_worktree(repository: Repository) -> None:
    """YoiError `usage` where nobody commits: there these hooks make no sense."""
    if repository.top is None:
        raise YoiError(
            "usage",
            "these hooks are for a clone that people work in, and this is no worktree",
            cause="nobody commits, merges or pushes from here",
            hint="git yoi hooks install --server guards a repository that everybody pushes to",
        )


def install(repository: Repository, python: str) -> tuple[Standing, ...]:
    """Put all hooks in, or bring them up to date; YoiError `exists` (its data: the obstacles), and nothing changed."""
    with alone(repository, _folders(repository)):
        clone = Clone(repository, python)
        rest = [hook for hook in HOOKS if not clone.is_by_hand(hook)]
        if clone.by_config and not all(clone.in_file(hook) for hook in rest):
            apply(_into_config(clone, rest))
        else:
            _require_no_obstacle(clone, rest)
            apply(_into_files(clone, rest))
        _tidy(repository)
        return Clone(repository, python).standing


def uninstall(repository: Repository, python: str) -> tuple[Standing, ...]:
    """Take the hooks out, in every form; what was there. What somebody changed or added by hand stays."""
    with alone(repository, _folders(repository)):
        clone = Clone(repository, python)
        out = ConfigChange(repository, config.without_sections)
        files = (*_taken_out(clone.standing), *_without_scripts(clone, HOOKS), *_without_notes(repository))
        apply([out, *files, _noted(clone, None)])
        _tidy(repository)
        return clone.standing


def _standing(clone: Clone) -> Iterator[Standing]:
    named = config.read_named(clone.repository)
    for hook in HOOKS:
        script = _read(clone.script(hook))
        is_ours = script == shim.script(hook, clone.python, FILE)
        if hook in named:
            current = clone.by_config and is_ours and config.is_current(hook, named[hook])
            yield Standing(hook, "config", clone.script(hook), current)
        yield from _in_files(clone, hook)
        # The line alone, in a file that everybody shares, does nothing.
        if script is not None and clone.is_by_hand(hook):
            yield Standing(hook, "by-hand", clone.obstacles[hook].advice.file, is_ours)


def _in_files(clone: Clone, hook: str) -> Iterator[Standing]:
    folders = [folder for folder in _folders(clone.repository) if folder != clone.repository.private / "hooks"]
    names = (folder / f"{hook}{suffix}" for folder in folders for suffix in _RENAMED)
    for path in dict.fromkeys(name.resolve() for name in names):
        data = _read(path) or b""
        found = shim.find(hook, data)
        if found is not None:
            current = data[found.start : found.end] == shim.block(hook, clone.python, found.made)
            how = "block" if found.made == BLOCK else "file"
            yield Standing(hook, how, path, current, found.edited, found.made)


def _folders(repository: Repository) -> list[Path]:
    """Every folder of the repository's own in which something of ours can be."""
    here = hooks_folder(repository)
    own = [here.path] if here.foreign is None else []
    common = repository.common_dir.resolve()
    noted = (_read(_note(repository)) or b"").decode(errors="surrogateescape")
    others = [repository.common_dir / "hooks", *([repository.common_dir / noted] if noted else [])]
    inside = [folder for folder in others if folder.resolve().is_relative_to(common)]
    return list(dict.fromkeys([*own, *inside, repository.private / "hooks"]))


def _note(repository: Repository) -> Path:
    """Where we put files, should core.hooksPath name another folder by the time they are to go."""
    return repository.private / "hooks-folder"


def _noted(clone: Clone, folder: Path | None) -> FileChange:
    common = clone.repository.common_dir.resolve()
    usual = folder is None or folder.resolve() == common / "hooks"
    data = None if folder is None or usual else os.fsencode(folder.resolve().relative_to(common))
    path = _note(clone.repository)
    return FileChange(path, _read(path), data)


def _require_no_obstacle(clone: Clone, hooks: Iterable[str]) -> None:
    refused = tuple(clone.obstacles[h] for h in hooks if h in clone.obstacles and clone.in_file(h) is None)
    if refused:
        names = ", ".join(one.hook for one in refused)
        raise YoiError(
            "exists",
            f"other hooks stand there ({names}), and nothing was changed",
            cause=clone.folder.foreign or f"{refused[0].file}: {refused[0].why}",
            hint="do by hand what is told of each, then once more: git yoi hooks install"
            if clone.folder.usable
            else "let core.hooksPath name a folder, or unset it; then once more: git yoi hooks install",
            data=refused,
        )


def _into_config(clone: Clone, hooks: list[str]) -> Iterator[Change]:
    """The scripts first: git must find what its configuration names."""
    yield from _with_scripts(clone, HOOKS)
    yield ConfigChange(clone.repository, lambda data: config.with_sections(data, tuple(hooks)))
    yield from _taken_out(clone.standing)
    yield _noted(clone, None)


def _into_files(clone: Clone, hooks: list[str]) -> Iterator[Change]:
    yield from _with_scripts(clone, [hook for hook in HOOKS if hook not in hooks])
    yield from _with_files(clone, hooks)
    yield ConfigChange(clone.repository, config.without_sections)
    kept = [clone.in_file(hook) for hook in hooks]
    yield from _taken_out(one for one in clone.standing if one not in kept)
    yield from _without_scripts(clone, hooks)
    yield _noted(clone, clone.folder.path if hooks else None)


def _with_files(clone: Clone, hooks: list[str]) -> Iterator[Change]:
    missing = []
    for hook in hooks:
        there = clone.in_file(hook)
        path = clone.folder.path / hook if there is None else there.path
        data = _read(path)
        if data is None:
            missing.append(hook)
        elif there is None:
            yield FileChange(path, data, shim.with_block(hook, clone.python, data))
        elif not there.edited:
            ours = there.made != BLOCK
            yield FileChange(path, data, shim.with_block(hook, clone.python, data), executable=ours)
    path = clone.folder.path
    if path.is_dir():
        yield from (FileChange(path / hook, None, shim.script(hook, clone.python, FILE)) for hook in missing)
    elif missing:
        made = shim.made_folders(len(new_above(path)))
        yield NewFolder(path, {hook: shim.script(hook, clone.python, made) for hook in missing})


def _taken_out(standing: Iterable[Standing]) -> Iterator[Change]:
    """What our lines leave behind; lines that somebody changed are not ours any more."""
    out = [one for one in standing if one.made and not one.edited]
    folders = {one.path.parent: shim.folders_of(one.made) for one in out if shim.folders_of(one.made)}
    for one in out:
        data = _read(one.path) or b""
        found = shim.find(one.hook, data)
        if found is not None:
            yield FileChange(one.path, data, shim.without(data, found), folders=folders.get(one.path.parent, 0))


def _with_scripts(clone: Clone, hooks: Iterable[str]) -> Iterator[Change]:
    for hook in hooks:
        path = clone.script(hook)
        yield FileChange(path, _read(path), shim.script(hook, clone.python, FILE), executable=True)


def _without_scripts(clone: Clone, hooks: Iterable[str]) -> Iterator[Change]:
    for hook in hooks:
        path = clone.script(hook)
        data = _read(path)
        if data is not None:
            yield FileChange(path, data, None)


def _without_notes(repository: Repository) -> Iterator[Change]:
    for folder in (repository.common_dir, *(repository.common_dir / "worktrees").glob("*")):
        for name in shim.NOTES:
            data = _read(folder / name)
            if data is not None:
                yield FileChange(folder / name, data, None)


def _tidy(repository: Repository) -> None:
    for folder in (repository.private / "hooks", repository.private):
        remove_empty(folder)


def _read(file: Path) -> bytes | None:
    return file.read_bytes() if file.is_file() else None
