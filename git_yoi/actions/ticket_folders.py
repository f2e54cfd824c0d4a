"""Reading a stranger's ticket folders: no link is followed, no size trusted, nothing left out in silence."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from git_yoi.codec.yoi_backend.source import Folder, Problem
from git_yoi.errors import YoiError

MAX_FILE = 50 * 1024 * 1024
MAX_FILES = 5000
MAX_DEPTH = 12
_MARKS = ("item.md", "thread.md", "resolution.md", "artifacts")
# Where the tracker kept them, newest first; a folder above may be named too.
_HOMES = (".yoi/tickets", "tickets", "work-items")
_EMPTY = ".gitkeep"


@dataclass(frozen=True, slots=True)
class Found:
    """A ticket's folder, its name as text, and the folder above where that is not the backend's own."""

    path: Path
    name: str
    group: str = ""


def find_folders(path: Path) -> tuple[list[Found], list[Problem]]:
    """Every ticket folder below `path`, sorted, and what else lies there; YoiError `not-found`, `usage`."""
    if not path.is_dir():
        code = "usage" if path.exists() else "not-found"
        raise YoiError(code, f"{path} is no folder", hint="name the folder that holds the tickets, or one ticket's own")
    if _is_ticket(path):
        return [Found(path, _shown(path.resolve().name), _group(path.resolve().parent.name))], []
    home = next((path / name for name in _HOMES if _is_real_folder(path / name)), path)
    found: list[Found] = []
    problems: list[Problem] = []
    for child in _children(home):
        _sort_in(child, found, problems)
    return found, problems


def _sort_in(child: os.DirEntry[str], found: list[Found], problems: list[Problem]) -> None:
    name = _shown(child.name)
    if child.is_symlink() or not child.is_dir(follow_symlinks=False):
        if not name.startswith("."):
            problems.append(
                Problem("", name, 0, "a link, not followed" if child.is_symlink() else "no ticket's folder")
            )
        return
    path = Path(child.path)
    if _is_ticket(path):
        found.append(Found(path, name))
        return
    try:
        below = [entry for entry in _children(path) if entry.name != _EMPTY]
    except OSError as error:
        problems.append(Problem("", name, 0, f"it cannot be read: {error.strerror or error}"))
        return
    tickets = [entry for entry in below if not entry.is_symlink() and _is_ticket(Path(entry.path))]
    found += [Found(Path(entry.path), _shown(entry.name), name) for entry in tickets]
    if not tickets and name.startswith("."):
        return
    others = [entry for entry in below if entry not in tickets]
    problems += [Problem("", f"{name}/{_shown(entry.name)}", 0, "no ticket's folder") for entry in others]


def _group(name: str) -> str:
    """Only the three folders of the oldest layout say something of a single ticket below them."""
    return name if name in ("open", "pending", "closed") else ""


def _is_ticket(path: Path) -> bool:
    return _is_real_folder(path) and any(os.path.lexists(path / mark) for mark in _MARKS)


def _is_real_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False


def _children(path: Path) -> list[os.DirEntry[str]]:
    with os.scandir(path) as entries:
        return sorted(entries, key=lambda entry: os.fsencode(entry.name))


def _shown(name: str) -> str:
    """A file's name as text, whatever its bytes."""
    return os.fsencode(name).decode(errors="backslashreplace")


def read_folder(found: Found) -> Folder:
    """Every file of a ticket's folder; what cannot be read is a problem of the folder."""
    files: dict[str, bytes] = {}
    problems: list[Problem] = []
    for name, path in _walk(found, found.path, "", 0, problems):
        if len(files) >= MAX_FILES:
            problems.append(Problem(found.name, name, 0, f"it has more than {MAX_FILES} files; this one was left out"))
            continue
        try:
            data = _read(path)
        except OSError as error:
            problems.append(Problem(found.name, name, 0, f"it cannot be read: {error.strerror or error}"))
            continue
        if data or not name.endswith(_EMPTY):
            files[name] = data
    return Folder(found.name, files, found.group, tuple(problems))


def _walk(found: Found, folder: Path, prefix: str, depth: int, problems: list[Problem]) -> Iterator[tuple[str, Path]]:
    try:
        children = _children(folder)
    except OSError as error:
        problems.append(Problem(found.name, prefix or ".", 0, f"it cannot be read: {error.strerror or error}"))
        return
    for entry in children:
        name = prefix + _shown(entry.name)
        if entry.is_symlink():
            problems.append(Problem(found.name, name, 0, "a link, not followed"))
        elif not entry.is_dir(follow_symlinks=False):
            yield name, Path(entry.path)
        elif depth < MAX_DEPTH:
            yield from _walk(found, Path(entry.path), name + "/", depth + 1, problems)
        else:
            problems.append(Problem(found.name, name, 0, f"it lies deeper than {MAX_DEPTH} folders"))


def _read(path: Path) -> bytes:
    """A regular file's bytes; OSError for a link, a pipe, or one that is too large."""
    # Not blocking: opening a pipe would wait for a writer for ever.
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError("it is no regular file")
        data = file.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise OSError(f"it is larger than {MAX_FILE // 1024**2} MiB")
    return data
