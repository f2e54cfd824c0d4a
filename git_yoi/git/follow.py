"""Bringing a worktree along after its branch has moved, with everything that the move does not touch left alone.

`git read-tree -m -u OLD NEW` does that, but not twice: killed in the middle it leaves some files new and the index old,
and then calls the new files changes. So whatever is new already, or a beginning of it, is told to the index first.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from git_yoi.git.merging import ChangedPath, changed_paths
from git_yoi.git.process import Completed, Git
from git_yoi.git.repository import Repository

_QUOTED = re.compile(r"'(.+)'")
_LINK = "120000"
_EXECUTABLE = "100755"
# A post-index-change hook would see an index that is not the worktree's own.
_NO_HOOKS = ("-c", f"core.hooksPath={os.devnull}")
Started = Callable[[int], None]


def obstacles(repository: Repository, worktree: Path, old: str, new: str, *, scratch: Path) -> tuple[str, ...]:
    """What in a worktree at commit `old` is in the way of following to `new`; nothing but `scratch` is written to."""
    git = repository.at(worktree)
    with _copied_index(git, scratch) as index:
        extra = {"GIT_INDEX_FILE": str(index)}
        git.run(*_NO_HOOKS, "update-index", "-q", "--refresh", ok=None, extra=extra)
        done = _read_tree(git, old, new, "-n", extra=extra)
    if done.code != 0:
        return (_said(done),)
    return tuple(_overwritten(worktree, changed_paths(repository, old, new)))


def follow(repository: Repository, worktree: Path, old: str, new: str, *, started: Started | None = None) -> str | None:
    """Bring files and index from commit `old` to `new`, also when that was begun before; why not, or None.

    `started` gets the pid of the child that writes.
    """
    if old == new:
        return None
    git = repository.at(worktree)
    git.run(*_NO_HOOKS, "update-index", "-q", "--refresh", ok=None, started=started)
    if _read_tree(git, old, new, started=started).code == 0:
        return None
    _mend(git, worktree, changed_paths(repository, old, new), started)
    git.run(*_NO_HOOKS, "update-index", "-q", "--refresh", ok=None, started=started)
    done = _read_tree(git, old, new, started=started)
    return None if done.code == 0 else _said(done)


def _read_tree(
    git: Git, old: str, new: str, *how: str, extra: dict[str, str] | None = None, started: Started | None = None
) -> Completed:
    arguments = ("read-tree", *how, "-m", "-u", "--no-recurse-submodules", old, new)
    return git.run(*_NO_HOOKS, *arguments, ok=None, extra=extra, started=started)


def _said(done: Completed) -> str:
    """The file that git names, else its last words."""
    found = _QUOTED.search(done.err)
    lines = done.err.strip().splitlines()
    return found[1] if found else (lines[-1] if lines else f"git read-tree ended with {done.code}")


@contextmanager
def _copied_index(git: Git, scratch: Path) -> Iterator[Path]:
    """A copy of the worktree's index: refreshing it tells touched files from changed ones, and changes nothing."""
    scratch.mkdir(parents=True, exist_ok=True)
    copy = scratch / f"index.{os.getpid()}"
    own = Path(git.text("rev-parse", "--path-format=absolute", "--git-path", "index"))
    try:
        if own.exists():
            shutil.copy2(own, copy)
        yield copy
    finally:
        copy.unlink(missing_ok=True)
        copy.with_name(f"{copy.name}.lock").unlink(missing_ok=True)


def _overwritten(worktree: Path, changes: Iterable[ChangedPath]) -> Iterator[str]:
    """Files that git does not track and ignores: `read-tree` would write over them without a word."""
    listed = list(changes)
    removed = {change.path for change in listed if change.removed}
    for change in listed:
        if change.added and not change.submodule:
            yield from _in_the_way(worktree, change.path, removed)


def _in_the_way(root: Path, path: str, removed: set[str]) -> Iterator[str]:
    parts = path.split("/")
    for count in range(1, len(parts)):
        above = "/".join(parts[:count])
        full = root / above
        if os.path.lexists(full) and (full.is_symlink() or not full.is_dir()):
            if above not in removed:
                yield above
            return
    full = root / path
    if full.is_dir() and not full.is_symlink():
        files = (str((Path(at) / name).relative_to(root)) for at, _, names in os.walk(full) for name in names)
        yield from (file for file in files if file not in removed)
    elif os.path.lexists(full):
        yield path


def _mend(git: Git, worktree: Path, changes: Iterable[ChangedPath], started: Started | None) -> None:
    """Tell the index of the files that are new already; take away those of which only a beginning was written."""
    index = _index_of(git)
    lines: list[str] = []
    for change in changes:
        if change.submodule or index.get(change.path) != _before(change):
            continue
        full = worktree / change.path
        if change.removed:
            if not os.path.lexists(full):
                lines.append(f"0 {change.old} 0\t{change.path}\0")
        elif _is_new(git, full, change):
            lines.append(f"{change.new_mode} {change.new} 0\t{change.path}\0")
    if lines:
        data = os.fsencode("".join(lines))
        git.run(*_NO_HOOKS, "update-index", "-z", "--index-info", data=data, started=started)


def _index_of(git: Git) -> dict[str, tuple[str, str]]:
    """Mode and object id of every path in the index; an unmerged one is not there."""
    found: dict[str, tuple[str, str]] = {}
    for item in os.fsdecode(git.run("ls-files", "-s", "-z").out).split("\0"):
        facts, _, path = item.partition("\t")
        words = facts.split(" ")
        if len(words) == 3 and words[2] == "0":
            found[path] = (words[0], words[1])
    return found


def _before(change: ChangedPath) -> tuple[str, str] | None:
    return None if change.added else (change.old_mode, change.old)


def _is_new(git: Git, full: Path, change: ChangedPath) -> bool:
    """Whether the file is as the newer commit has it; a mere beginning of that is removed: nothing is lost in it."""
    try:
        mode = full.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return False
    wanted = _content(git, change)
    if stat.S_ISLNK(mode) or change.new_mode == _LINK:
        return stat.S_ISLNK(mode) and change.new_mode == _LINK and os.fsencode(full.readlink()) == wanted
    if not stat.S_ISREG(mode):
        return False
    have = full.read_bytes()
    if have == wanted:
        return change.old != change.new or bool(mode & 0o100) == (change.new_mode == _EXECUTABLE)
    if wanted.startswith(have):
        full.unlink()
    return False


def _content(git: Git, change: ChangedPath) -> bytes:
    """The newer version as a checkout writes it."""
    if change.new_mode == _LINK:
        return git.run("cat-file", "blob", change.new).out
    return git.run("cat-file", "--filters", f"--path={change.path}", change.new).out
