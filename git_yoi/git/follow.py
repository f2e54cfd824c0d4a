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
from dataclasses import replace
from functools import cache
from pathlib import Path

from git_yoi.git.index_along import changed_files, write_what_can_be
from git_yoi.git.index_lock import held_index
from git_yoi.git.merging import ChangedPath, changed_paths
from git_yoi.git.no_hooks import without_hooks
from git_yoi.git.process import Completed, Git
from git_yoi.git.repository import Repository

# Other words of git's may quote something else, a filter's command say.
_NAMED = re.compile(r"^error: (?:Entry|Untracked working tree file|Updating|Removing)\b.*?'(.+)'", re.MULTILINE)
_LINK = "120000"
_EXECUTABLE = "100755"
# A monitor may not know of a change.
_SURE = ("-c", "core.fsmonitor=false", "-c", "core.ignoreStat=false")
_SUBMODULE = "160000"
Started = Callable[[int], None]
Index = dict[str, tuple[str, str]]


class NotFollowedError(Exception):
    """Not even the index could be brought along."""


def obstacles(repository: Repository, worktree: Path, old: str, new: str, *, scratch: Path) -> tuple[str, ...]:
    """What in a worktree at commit `old` is in the way of following to `new`; nothing but `scratch` is written to."""
    git = _git(repository, worktree)
    with _copied_index(git, scratch) as index:
        extra = {"GIT_INDEX_FILE": str(index)}
        git.run("update-index", "-q", "--refresh", ok=None, extra=extra)
        done = _read_tree(git, old, new, "-n", extra=extra)
        if done.code != 0:
            return (_said(done),)
        return tuple(_overwritten(worktree, changed_paths(repository, old, new), lambda: _index_of(git, extra)))


def is_behind(repository: Repository, worktree: Path, old: str, new: str) -> bool:
    """Whether a worktree's index is still at commit `old` where that differs from `new`: its branch moved under it."""
    index = _index_of(_git(repository, worktree), {})
    changes = changed_paths(repository, old, new)
    at_old = sum(index.get(change.path) == _before(change) for change in changes)
    return at_old > sum(index.get(change.path) == _after(change) for change in changes)


def follow(repository: Repository, worktree: Path, old: str, new: str, *, started: Started | None = None) -> str | None:
    """Bring files and index from commit `old` to `new`, also when that was begun before; None.

    Else why some files stayed as they were, with the index there all the same; NotFollowedError where not even that
    could be. `started` gets the pid of the child that writes. IndexHeldError while another git is at work there.
    """
    if old == new:
        return None
    git, changes = _git(repository, worktree), changed_paths(repository, old, new)
    with held_index(git) as index:
        extra = {"GIT_INDEX_FILE": str(index)}
        git.run("update-index", "-q", "--refresh", ok=None, extra=extra, started=started)
        why = _try(git, changes, old, new, extra, started)
        if why is None:
            return None
        _mend(git, changes, extra, started)
        git.run("update-index", "-q", "--refresh", ok=None, extra=extra, started=started)
        why = _try(git, changes, old, new, extra, started)
        return None if why is None else _in_part(git, changes, old, new, extra, why)


def _git(repository: Repository, worktree: Path) -> Git:
    """Git in a worktree, sure of what it says; a post-index-change hook would see an index that is not its own."""
    git = without_hooks(repository, repository.at(worktree))
    return replace(git, words=(*git.words, *_SURE))


def _in_part(git: Git, changes: list[ChangedPath], old: str, new: str, extra: dict[str, str], why: str) -> str:
    """Why not all of it, after the index and what can be written; NotFollowedError."""
    index = _index_of(git, extra)
    kept = frozenset(change.path for change in changes if not change.added and change.path not in index)
    dirty = changed_files(git, extra) | kept
    if _read_tree(git, old, new, files=False, extra=extra).code != 0:
        raise NotFollowedError(why)
    write_what_can_be(git, changes, dirty, extra)
    return why


def _try(
    git: Git, changes: list[ChangedPath], old: str, new: str, extra: dict[str, str], started: Started | None
) -> str | None:
    """Why not, or None; a file may have come since anybody looked, so this looks as late as can be."""
    lost = _lost(git, changes, extra)
    if lost is not None:
        return f"{lost} is in the way"
    done = _read_tree(git, old, new, extra=extra, started=started)
    if done.code == 0:
        return None
    named = _NAMED.search(done.err)
    return f"{named[1]} is in the way" if named else f"git says: {_said(done)}"


def _lost(git: Git, changes: list[ChangedPath], extra: dict[str, str]) -> str | None:
    """A file that git does not track and would write over, but for what an interrupted attempt has written itself."""
    index = cache(lambda: _index_of(git, extra))
    added = {change.path: change for change in changes if change.added}
    for path in _overwritten(git.directory, changes, index):
        tracked = index().get(path)
        begun = tracked is not None or (path in added and _is_begun(git, added[path]))
        if not begun or (tracked is not None and tracked[0] == _SUBMODULE):
            return path
    return None


def _is_begun(git: Git, change: ChangedPath) -> bool:
    """Whether what lies there is the newer version, or a beginning of it."""
    full, wanted = git.directory / change.path, _content(git, change)
    if wanted is None or full.is_symlink() or change.new_mode == _LINK:
        return full.is_symlink() and change.new_mode == _LINK and os.fsencode(full.readlink()) == wanted
    return full.is_file() and wanted.startswith(full.read_bytes())


def _read_tree(
    git: Git,
    old: str,
    new: str,
    *how: str,
    files: bool = True,
    extra: dict[str, str] | None = None,
    started: Started | None = None,
) -> Completed:
    arguments = ("read-tree", *how, "-m", "-u" if files else "-i", "--no-recurse-submodules", old, new)
    return git.run(*arguments, ok=None, extra=extra, started=started)


def _said(done: Completed) -> str:
    """The file that git names, else its last words."""
    found = _NAMED.search(done.err)
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


def _overwritten(worktree: Path, changes: Iterable[ChangedPath], tracked: Callable[[], Index]) -> Iterator[str]:
    """Files that git does not track, ignored ones above all: `read-tree` would write over them without a word."""
    listed = list(changes)
    removed = {change.path for change in listed if change.removed}

    @cache
    def goes() -> set[str]:
        # What somebody has taken out of the index and kept is not the commit's any more.
        return removed & tracked().keys() if removed else removed

    for change in listed:
        if change.removed or (change.submodule and change.added):
            continue
        above = _above(worktree, change.path)
        if above is not None:
            yield from [above] if above not in goes() else ()
        elif change.added:
            yield from _in_place_of(worktree, change.path, goes)
        elif change.was_submodule and _has_files(worktree / change.path):
            # Git would remove it, with its repository and all that lies there.
            yield change.path


def _above(root: Path, path: str) -> str | None:
    """A file or a link where a folder of the path should be; None where there is none."""
    parts = path.split("/")
    for count in range(1, len(parts)):
        above = "/".join(parts[:count])
        full = root / above
        if os.path.lexists(full) and (full.is_symlink() or not full.is_dir()):
            return above
    return None


def _in_place_of(root: Path, path: str, goes: Callable[[], set[str]]) -> Iterator[str]:
    """Whatever lies where a file is to be."""
    full = root / path
    if full.is_dir() and not full.is_symlink():
        files = (str((Path(at) / name).relative_to(root)) for at, _, names in os.walk(full) for name in names)
        yield from (file for file in files if file not in goes())
    elif os.path.lexists(full):
        yield path


def _has_files(full: Path) -> bool:
    return full.is_dir() and not full.is_symlink() and any(full.iterdir())


def _mend(git: Git, changes: Iterable[ChangedPath], extra: dict[str, str], started: Started | None) -> None:
    """Tell the index of the files that are new already; take away those of which only a beginning was written."""
    index = _index_of(git, extra)
    lines: list[str] = []
    for change in changes:
        if change.submodule or index.get(change.path) != _before(change):
            continue
        full = git.directory / change.path
        if change.removed:
            if not os.path.lexists(full):
                lines.append(f"0 {change.old} 0\t{change.path}\0")
        elif _is_new(git, full, change):
            lines.append(f"{change.new_mode} {change.new} 0\t{change.path}\0")
    if lines:
        data = os.fsencode("".join(lines))
        git.run("update-index", "-z", "--index-info", data=data, extra=extra, started=started)


def _index_of(git: Git, extra: dict[str, str]) -> Index:
    """Mode and object id of every path in the index; an unmerged one is not there."""
    found: Index = {}
    for item in os.fsdecode(git.run("ls-files", "-s", "-z", extra=extra).out).split("\0"):
        facts, _, path = item.partition("\t")
        words = facts.split(" ")
        if len(words) == 3 and words[2] == "0":
            found[path] = (words[0], words[1])
    return found


def _before(change: ChangedPath) -> tuple[str, str] | None:
    return None if change.added else (change.old_mode, change.old)


def _after(change: ChangedPath) -> tuple[str, str] | None:
    return None if change.removed else (change.new_mode, change.new)


def _is_new(git: Git, full: Path, change: ChangedPath) -> bool:
    """Whether the file is as the newer commit has it; a mere beginning of that is removed: nothing is lost in it."""
    try:
        mode = full.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return False
    wanted = _content(git, change)
    if wanted is None:
        return False
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


def _content(git: Git, change: ChangedPath) -> bytes | None:
    """The newer version as a checkout writes it; None where a filter that it needs fails."""
    if change.new_mode == _LINK:
        return git.run("cat-file", "blob", change.new).out
    done = git.run("cat-file", "--filters", f"--path={change.path}", change.new, ok=None)
    return done.out if done.code == 0 else None
