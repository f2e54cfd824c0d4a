"""Putting the guard into a repository and taking it out again, byte for byte.

Three forms, one text: git's configuration names it (git 2.54 and newer), it is a file of ours where there is no hook,
or it is a block at the top of the hook that somebody has. The form that is there is kept, whatever git is asked next.
"""

from __future__ import annotations

import os
import re
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from git_yoi.git.refs import TICKETS
from git_yoi.git.repository import Repository
from git_yoi.git.version import CONFIGURED_HOOKS, version
from git_yoi.hooks import shim
from git_yoi.hooks.place import HOOK, hook_file, require_own_folder, require_shell_script

_SECTION = f"hook.git-yoi-{HOOK}"
# A repository that is moved takes the guard along.
_COMMAND = f'exec sh "$(git rev-parse --git-common-dir)/yoi/hooks/{HOOK}"'
_KEYS = {"command": _COMMAND, "event": HOOK}
_MODE = 0o755


@dataclass(frozen=True, slots=True)
class Guard:
    """The guard as it stands: `how` is config, file or block; `current` says that it is what we would write now."""

    how: str
    path: Path
    current: bool


def guards(repository: Repository, python: str) -> Iterator[Guard]:
    """Every form in which the guard is there."""
    script = _script(repository)
    if (keys := _keys(repository)) is not None:
        yield Guard("config", script, keys == _KEYS and _read(script) == _own(python, shim.FILE))
    for file in dict.fromkeys((hook_file(repository), repository.common_dir / "hooks" / HOOK)):
        data = _read(file)
        found = shim.find(data)
        if found is not None:
            current = data[found.start : found.end] == shim.block(python, TICKETS, found.made)
            yield Guard("block" if found.made == shim.BLOCK else "file", file, current)


def install(repository: Repository, python: str) -> Guard:
    """Put the guard in, or bring the one that is there up to date; YoiError `exists`, and nothing changed."""
    there = list(guards(repository, python))
    for guard in there:
        if guard.how == "config":
            _install_configured(repository, python)
        elif not guard.current:
            _refresh(guard.path, python)
    if there:
        return Guard(there[0].how, there[0].path, current=True)
    if version(repository.git) >= CONFIGURED_HOOKS and _leaves_no_trace(repository):
        return _install_configured(repository, python)
    return _install_file(hook_file(repository), repository, python)


def by_hand(python: str) -> str:
    """The command that a hook of somebody else's can run."""
    return f"{shim.quoted(python)} -P -m git_yoi hooks {HOOK}"


def uninstall(repository: Repository, python: str) -> tuple[Guard, ...]:
    """Take the guard out, in every form; what was there."""
    found = tuple(guards(repository, python))
    for guard in found:
        if guard.how == "config":
            repository.git.run("config", "--local", "--remove-section", _SECTION)
            _remove(guard.path, repository.private)
        else:
            _take_out(guard.path, _read(guard.path))
    return found


def _script(repository: Repository) -> Path:
    return repository.private / "hooks" / HOOK


def _keys(repository: Repository) -> dict[str, str] | None:
    """What the configuration has under our name, None for nothing."""
    done = repository.git.run("config", "--local", "-z", "--get-regexp", f"^{re.escape(_SECTION)}\\.", ok=(0, 1))
    rows = [item.partition("\n") for item in done.text.split("\0") if item]
    return {key.removeprefix(f"{_SECTION}."): value for key, _, value in rows} or None


def _leaves_no_trace(repository: Repository) -> bool:
    """Whether git can take a section out again: it takes along a last line that has no line feed."""
    return (repository.common_dir / "config").read_bytes().endswith(b"\n")


def _own(python: str, made: str) -> bytes:
    return shim.OWN_SHEBANG + shim.block(python, TICKETS, made)


def _install_configured(repository: Repository, python: str) -> Guard:
    """The script first, the event last: what is half done must not refuse every push."""
    script = _script(repository)
    script.parent.mkdir(parents=True, exist_ok=True)
    _write(script, _own(python, shim.FILE))
    for key, value in _KEYS.items():
        repository.git.run("config", "--local", f"{_SECTION}.{key}", value)
    return Guard("config", script, current=True)


def _install_file(file: Path, repository: Repository, python: str) -> Guard:
    require_own_folder(repository, file, by_hand(python))
    if os.path.lexists(file):
        data = require_shell_script(file, by_hand(python))
        _write(file, shim.with_block(data, shim.block(python, TICKETS, shim.BLOCK)), like=file)
        return Guard("block", file, current=True)
    made = shim.FILE if file.parent.is_dir() else shim.FOLDER
    file.parent.mkdir(parents=True, exist_ok=True)
    _write(file, _own(python, made))
    return Guard("file", file, current=True)


def _refresh(file: Path, python: str) -> None:
    data = _read(file)
    found = shim.find(data)
    if found is not None:
        _write(file, shim.with_block(data, shim.block(python, TICKETS, found.made)), like=file)


def _take_out(file: Path, data: bytes) -> None:
    found = shim.find(data)
    if found is None:
        return
    left = shim.without(data, found)
    if found.made != shim.BLOCK and left == shim.OWN_SHEBANG:
        file.unlink()
        if found.made == shim.FOLDER:
            _remove_empty(file.parent)
    else:
        _write(file, left, like=file)


def _remove(script: Path, private: Path) -> None:
    script.unlink(missing_ok=True)
    for folder in (script.parent, private):
        _remove_empty(folder)


def _remove_empty(folder: Path) -> None:
    # Somebody else's files in it: then it stays.
    with suppress(OSError):
        folder.rmdir()


def _read(file: Path) -> bytes:
    return file.read_bytes() if file.is_file() else b""


def _write(file: Path, data: bytes, *, like: Path | None = None) -> None:
    """Put a file in place at once, for a push may be reading the old one; with the mode and owner of `like`."""
    handle, name = tempfile.mkstemp(prefix=".git-yoi-", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            os.fchmod(out.fileno(), _MODE)
            if like is not None:
                _make_like(out.fileno(), like.stat())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _make_like(descriptor: int, wanted: os.stat_result) -> None:
    now = os.fstat(descriptor)
    if (now.st_uid, now.st_gid) != (wanted.st_uid, wanted.st_gid):
        os.fchown(descriptor, wanted.st_uid, wanted.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(wanted.st_mode))
