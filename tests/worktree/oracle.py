"""What of anybody's work there is before a cleaning up, and whether every byte of it can be had afterwards."""

from __future__ import annotations

import json
import os
import stat
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import run
from tests.merge.scene import Work


@dataclass(frozen=True)
class Possessions:
    """The commits that something led to, the contents that an index held, and the files below the worktrees' folder."""

    commits: frozenset[str]
    staged: frozenset[str]
    files: Counter[bytes]
    settings: frozenset[str]


def possessions(work: Work) -> Possessions:
    """Everything that somebody may miss."""
    repo, common = work.repo, work.repo.path / ".git"
    commits = set(repo.git("rev-list", "--all", "--reflog").split())
    staged: set[str] = set()
    for line in repo.git("worktree", "list", "--porcelain").splitlines():
        where = Path(line.removeprefix("worktree "))
        if line.startswith("worktree ") and where.is_dir():
            done = run("git", "rev-list", "HEAD", cwd=where)
            commits |= set(done.out.split()) if done.code == 0 else set()
    for index in (*common.glob("worktrees/*/index"), common / "index"):
        done = run("git", "ls-files", "-s", cwd=repo.path, env={"GIT_INDEX_FILE": str(index)})
        staged |= {row.split()[1] for row in done.out.splitlines() if not row.startswith(("160000", "0"))}
    # An intention to add has the id of nothing.
    staged = {oid for oid in staged if run("git", "cat-file", "-e", oid, cwd=repo.path).code == 0}
    settings = run("git", "config", "--local", "--get-regexp", r"^branch\..*$", cwd=repo.path).out
    return Possessions(
        frozenset(commits), frozenset(staged), files(work.worktree.parent), frozenset(settings.split("\n"))
    )


def files(*roots: Path) -> Counter[bytes]:
    """Each file's kind and content below the folders, wherever it lies, but for git's own links to a repository."""
    found: Counter[bytes] = Counter()
    for root in roots:
        for folder, folders, names in os.walk(root):
            if ".git" in folders:
                folders.remove(".git")
            links = [name for name in folders if Path(folder, name).is_symlink()]
            found.update(_content(Path(folder, name)) for name in (*names, *links) if name != ".git")
    return found


def _content(path: Path) -> bytes:
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        return b"link " + os.fsencode(path.readlink())
    return b"file " + path.read_bytes() if stat.S_ISREG(mode) else b"special %o" % stat.S_IFMT(mode)


def require_all_of_it(work: Work, before: Possessions, where: object, *, removed: bool) -> None:
    """Nothing has gone that was there; where something was `removed`, git throws away first what nothing leads to."""
    repo = work.repo
    never = ("gc.worktreePruneExpire", "gc.reflogExpire", "gc.reflogExpireUnreachable")
    words = [word for name in never for word in ("-c", f"{name}=never")]
    if removed:
        repo.git(*words, "gc", "--prune=now", "--quiet")
    asked = "".join(f"{oid}\n" for oid in before.commits | before.staged)
    told = run("git", "cat-file", "--batch-check", cwd=repo.path, data=asked).out
    assert [line for line in told.splitlines() if line.endswith("missing")] == [], where
    after = files(work.worktree.parent, repo.path / ".git/yoi/trash")
    assert before.files - after == Counter(), where
    assert before.settings <= _settings(work), where


def _settings(work: Work) -> frozenset[str]:
    """The settings of branches as they are, and as they would come back with theirs."""
    found = set(run("git", "config", "--local", "--get-regexp", r"^branch\..*$", cwd=work.repo.path).out.split("\n"))
    for file in work.repo.path.glob(".git/yoi/trash/*/branch.json"):
        kept = json.loads(file.read_bytes())
        found |= {f"branch.{kept['branch']}.{key} {value}" for key, value in kept["settings"]}
    return frozenset(found)
