"""The worktrees of a repository as git lists them, and git's own entry (the admin directory) of each."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from git_yoi.git.refs import HEADS
from git_yoi.git.repository import Repository

# In our own folder: where the main worktree was seen, of a git directory that lies apart from it.
PLACE = "main-worktree"
_LINK = "gitdir: "


@dataclass(frozen=True, slots=True)
class Worktree:
    """One worktree: `head` is its commit, `branch` its branch (None: detached, or bare); `main` is the first one.

    `locked` is the reason of its lock, empty when none was given, None when it is not locked. `missing`: there is no
    such directory any more, or no `.git` in it that leads back. `unplaced`: it is the main one of a git directory that
    lies apart, and nothing here tells where; `path` is a guess then.
    """

    path: Path
    head: str | None
    branch: str | None
    main: bool = False
    bare: bool = False
    locked: str | None = None
    missing: bool = False
    unplaced: bool = False


@dataclass(frozen=True, slots=True)
class AdminEntry:
    """Git's directory for one linked worktree; `path` is where the worktree should be, None when it does not say."""

    directory: Path
    path: Path | None
    locked: str | None


def list_worktrees(repository: Repository) -> list[Worktree]:
    """Every worktree that git knows, the main one (or the bare repository) first."""
    done = repository.git.run("worktree", "list", "--porcelain", "-z")
    blocks = os.fsdecode(done.out).split("\0\0")
    found = [_read(block, first=not i) for i, block in enumerate(blocks) if block]
    return [_placed(repository, found[0]), *found[1:]]


def _placed(repository: Repository, main: Worktree) -> Worktree:
    """The main worktree where it really is: git guesses that from the git directory's place alone."""
    if main.bare:
        return main
    top = _main_top(repository, main.path)
    return replace(main, unplaced=True) if top is None else replace(main, path=top, missing=not top.exists())


def _main_top(repository: Repository, guess: Path) -> Path | None:
    """The root of the main worktree; None where nobody knows."""
    common = repository.common_dir
    configured = b"core.worktree\n" in repository.configuration or (common / "config.worktree").exists()
    guessed = same_path(guess / ".git", common)
    if repository.git_dir == common and repository.top is not None:
        if not configured and not guessed:
            _note_place(repository, repository.top)
        return repository.top
    if guessed and not configured:
        return guess
    # A submodule and `core.worktree` say it; --separate-git-dir does not, when seen from a linked worktree.
    said = repository.git.run("config", "--type=path", "core.worktree", ok=None)
    if said.out:
        return Path(os.path.normpath(common / said.text))
    return guess if guessed else _noted_place(repository)


def _note_place(repository: Repository, top: Path) -> None:
    """Write down where the main worktree was seen, for whoever looks from another one."""
    note = repository.private / PLACE
    if not repository.private.is_dir() or _content(note) == os.fsdecode(top):
        return
    draft = note.with_name(f"{PLACE}.{os.getpid()}")
    # Where nothing can be written, the next one asks again.
    with suppress(OSError):
        draft.write_bytes(os.fsencode(top) + b"\n")
        draft.replace(note)


def _noted_place(repository: Repository) -> Path | None:
    """Where the main worktree was seen last, if its `.git` still leads here."""
    said = _content(repository.private / PLACE)
    link = _content(Path(said) / ".git") if said else None
    if said is None or link is None or not link.startswith(_LINK):
        return None
    leads = Path(said) / link.removeprefix(_LINK)
    return Path(said) if same_path(leads, repository.common_dir) else None


def _read(block: str, *, first: bool) -> Worktree:
    pairs = (line.partition(" ") for line in block.split("\0") if line)
    values = {key: value for key, _, value in pairs}
    path, branch = Path(values["worktree"]), values.get("branch")
    return Worktree(
        path=path,
        head=values.get("HEAD"),
        branch=branch.removeprefix(HEADS) if branch is not None else None,
        main=first,
        bare="bare" in values,
        locked=values.get("locked"),
        missing="prunable" in values or not path.exists(),
    )


def admin_entries(repository: Repository) -> list[AdminEntry]:
    """Git's entry of every linked worktree, half-made ones too, which git does not list."""
    folder = repository.common_dir / "worktrees"
    if not folder.is_dir():
        return []
    return [_entry(directory) for directory in sorted(folder.iterdir()) if directory.is_dir()]


def _entry(directory: Path) -> AdminEntry:
    said = _content(directory / "gitdir")
    # Git 2.48 and later may write it relative to the entry (worktree.useRelativePaths).
    path = Path(os.path.normpath(directory / said)).parent if said else None
    return AdminEntry(directory, path, _content(directory / "locked"))


def _content(file: Path) -> str | None:
    try:
        return os.fsdecode(file.read_bytes()).removesuffix("\n")
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


def admin_of(repository: Repository, path: Path) -> AdminEntry | None:
    """Git's entry of the linked worktree at `path`, or None."""
    return next((e for e in admin_entries(repository) if e.path is not None and same_path(e.path, path)), None)


def same_path(one: Path, other: Path) -> bool:
    """Whether both name one place, links followed, there or not."""
    return os.path.realpath(one) == os.path.realpath(other)


def is_inside(path: Path, folder: Path) -> bool:
    """Whether `path` is `folder` or lies below it, links followed."""
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def main_root(repository: Repository) -> Path:
    """The root of the main worktree; of a bare repository its own directory."""
    return list_worktrees(repository)[0].path
