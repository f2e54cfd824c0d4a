"""What one worktree is in the middle of, and what is in it, told from git's own files and by `git status`."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from git_yoi.git.process import Git
from git_yoi.git.refs import HEADS
from git_yoi.git.repository import Repository
from git_yoi.git.worktrees import AdminEntry, Worktree, admin_of

_OPERATIONS = (
    ("rebase-merge", "rebase"),
    ("rebase-apply", "rebase"),
    ("MERGE_HEAD", "merge"),
    ("CHERRY_PICK_HEAD", "cherry-pick"),
    ("REVERT_HEAD", "revert"),
    ("BISECT_LOG", "bisect"),
    ("sequencer", "sequence of picks"),
    ("index.lock", "git command"),
)
# Those of them that are refs, and no files of their own where refs are kept as reftables.
_REFS = frozenset({"CHERRY_PICK_HEAD", "REVERT_HEAD"})
# The branch that an operation detached HEAD from, and goes back to at its end.
_WANTED = ("rebase-merge/head-name", "rebase-apply/head-name", "BISECT_START")


@dataclass(frozen=True, slots=True)
class Contents:
    """What `git status` finds beside the commit; `hidden`: files there that git was told not to compare."""

    dirty: bool
    untracked: bool
    ignored: bool
    hidden: bool


def git_dir_of(repository: Repository, worktree: Worktree) -> Path | None:
    """Git's own directory of a worktree, None when it has none."""
    if worktree.main:
        return repository.common_dir
    entry = admin_of(repository, worktree.path)
    return entry.directory if entry else None


def operation_in(repository: Repository, git_dir: Path) -> str | None:
    """The rebase, merge, bisect, ... that is not finished there, or None."""
    found = next((name for file, name in _OPERATIONS if os.path.lexists(git_dir / file)), None)
    return found or next(
        (n for file, n in _OPERATIONS if file in _REFS and pseudo_ref(repository, git_dir, file)), None
    )


def pseudo_ref(repository: Repository, git_dir: Path, name: str) -> str | None:
    """What ORIG_HEAD, CHERRY_PICK_HEAD, ... of a worktree names where refs are kept as reftables; None elsewhere."""
    if not (git_dir / "reftable").is_dir():
        return None
    asked = repository.git.run("rev-parse", "-q", "--verify", name, ok=None, extra={"GIT_DIR": str(git_dir)})
    return asked.text if asked.code == 0 else None


def branch_wanted(git_dir: Path) -> str | None:
    """The branch that a rebase or bisect there began on, or None: git lists the worktree as detached meanwhile."""
    for name in _WANTED:
        try:
            said = os.fsdecode((git_dir / name).read_bytes()).strip()
        except (FileNotFoundError, NotADirectoryError):
            continue
        return said.removeprefix(HEADS)
    return None


def users_of(repository: Repository, worktrees: list[Worktree], branch: str) -> list[Worktree]:
    """The worktrees that have the branch checked out, or will have it after a rebase or bisect."""
    found = []
    for worktree in worktrees:
        git_dir = None if worktree.branch is not None else git_dir_of(repository, worktree)
        if worktree.branch == branch or (git_dir is not None and branch_wanted(git_dir) == branch):
            found.append(worktree)
    return found


def leads_back(path: Path, entry: AdminEntry) -> bool:
    """Whether the `.git` file in a worktree's directory names this entry of git's."""
    target = _link(path)
    return target is not None and os.path.realpath(target) == os.path.realpath(entry.directory)


def is_abandoned(repository: Repository, path: Path) -> bool:
    """Whether the directory has no `.git`, or one that names an entry of this repository that is gone, or half gone."""
    if not os.path.lexists(path / ".git"):
        return True
    target = _link(path)
    if target is None or (target / "gitdir").exists():
        return False
    return os.path.realpath(target.parent) == os.path.realpath(repository.common_dir / "worktrees")


def _link(path: Path) -> Path | None:
    """The git directory that the `.git` file of a worktree names, or None."""
    try:
        said = os.fsdecode((path / ".git").read_bytes()).removesuffix("\n")
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return None
    target = said.removeprefix("gitdir: ")
    return path / target if target != said else None


def contents(git: Git) -> Contents:
    """Compare a worktree with its commit; GitError when that cannot be done."""
    # The user's own settings must not hide anything: untracked files, submodules, a monitor that fell behind.
    plain = ("-c", "core.fsmonitor=false", "-c", "core.untrackedCache=false", "-c", "core.ignoreStat=false")
    done = git.run(
        *plain,
        "status",
        "--porcelain=v2",
        "-z",
        "--no-renames",
        "--untracked-files=normal",
        "--ignored=traditional",
        "--ignore-submodules=none",
    )
    kinds = {item[:1] for item in done.out.split(b"\0") if item}
    return Contents(
        dirty=bool(kinds & {b"1", b"2", b"u"}),
        untracked=b"?" in kinds,
        ignored=b"!" in kinds,
        hidden=_has_hidden(git),
    )


def _has_hidden(git: Git) -> bool:
    """Whether a file is there that is marked assume-unchanged or skip-worktree; a sparse worktree has none such."""
    for item in git.run("ls-files", "-v", "-z").out.split(b"\0"):
        tag, _, name = item.partition(b" ")
        if (tag.islower() or tag == b"S") and os.path.lexists(git.directory / os.fsdecode(name)):
            return True
    return False


def has_private_refs(git: Git) -> bool:
    """Whether a worktree has refs that only it sees."""
    return bool(git.run("for-each-ref", "--count=1", "refs/worktree", "refs/bisect", "refs/rewritten").out)


def has_staged(repository: Repository, entry: AdminEntry) -> bool:
    """Whether git's index of a linked worktree is not that of its commit, be its directory there or not; GitError."""
    if not (entry.directory / "index").exists():
        return False
    git = Git(repository.common_dir, repository.environment, entry.directory)
    arguments = ("diff-index", "--cached", "--quiet", "--ignore-submodules=none", "HEAD", "--")
    return git.run(*arguments, ok=(0, 1)).code == 1


def has_submodules(git_dir: Path) -> bool:
    """Whether submodules of a worktree have their repositories below its own git directory."""
    modules = git_dir / "modules"
    return modules.is_dir() and any(modules.iterdir())


def has_nested_repository(path: Path) -> bool:
    """Whether another repository lies below a worktree's directory, however deep; OSError when it cannot be read."""
    folders = [path]
    while folders:
        folder = folders.pop()
        with os.scandir(folder) as found:
            for entry in found:
                if entry.name == ".git" and folder != path:
                    return True
                if entry.is_dir(follow_symlinks=False):
                    folders.append(Path(entry.path))
    return False
