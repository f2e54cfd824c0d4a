"""What may be the matter with a ticket's worktree and branch when they are to be cleaned up, one thing at a time."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import run
from tests.merge.scene import Work

Make = Callable[[Work], None]


def git(work: Work, *words: str | Path) -> str:
    """Run git in the ticket's worktree."""
    return work.repo.git(*words, cwd=work.worktree)


def ignore(work: Work, pattern: str) -> None:
    exclude = work.repo.path / ".git/info/exclude"
    exclude.parent.mkdir(exist_ok=True)
    exclude.write_text(f"{pattern}\n")


def nothing(_: Work) -> None:
    """Merged, clean, and nobody there."""


def ignored_file(work: Work) -> None:
    ignore(work, "*.env")
    (work.worktree / "secret.env").write_text("token\n")


def ignored_tree(work: Work) -> None:
    ignore(work, "node_modules/")
    for number in range(30):
        (work.worktree / f"node_modules/m{number}/lib").mkdir(parents=True)
        (work.worktree / f"node_modules/m{number}/lib/index.js").write_text(f"{number}\n")


def ignored_oddities(work: Work) -> None:
    ignore(work, "odd/")
    odd = work.worktree / "odd"
    odd.mkdir()
    (odd / "new\nline").write_text("x\n")
    Path(os.fsdecode(os.fsencode(odd) + b"/\xff")).write_text("y\n")
    (odd / "outside").symlink_to("/etc")
    os.link(odd / "new\nline", odd / "twin")
    os.mkfifo(odd / "pipe")
    (odd / "read only").write_text("z\n")
    (odd / "read only").chmod(0o400)


def dirty(work: Work) -> None:
    (work.worktree / "README").write_text("changed\n")


def staged(work: Work) -> None:
    dirty(work)
    git(work, "add", "README")


def staged_and_changed_back(work: Work) -> None:
    staged(work)
    (work.worktree / "README").write_text("hello\n")


def untracked(work: Work) -> None:
    (work.worktree / "notes").write_text("to keep\n")


def untracked_and_hidden(work: Work) -> None:
    git(work, "config", "status.showUntrackedFiles", "no")
    untracked(work)


def intent_to_add(work: Work) -> None:
    untracked(work)
    git(work, "add", "-N", "notes")


def removed_file(work: Work) -> None:
    (work.worktree / "README").unlink()


def staged_removal(work: Work) -> None:
    git(work, "rm", "-q", "README")


def mode_change(work: Work) -> None:
    (work.worktree / "README").chmod(0o755)


def assumed_unchanged(work: Work) -> None:
    git(work, "update-index", "--assume-unchanged", "README")
    dirty(work)


def skipped(work: Work) -> None:
    git(work, "update-index", "--skip-worktree", "README")
    dirty(work)


def conflict(work: Work) -> None:
    other = git(work, "commit-tree", "HEAD^{tree}", "-m", "unrelated")
    run("git", "merge", "--allow-unrelated-histories", "-s", "ours", "--no-commit", other, cwd=work.worktree)


def rebasing(work: Work) -> None:
    run("git", "-c", "sequence.editor=sed -i s/pick/edit/", "rebase", "-q", "-i", "--root", cwd=work.worktree)


def bisecting(work: Work) -> None:
    git(work, "bisect", "start", "-q")


def detached_there(work: Work) -> None:
    git(work, "checkout", "-q", "--detach")


def detached_ahead(work: Work) -> None:
    detached_there(work)
    git(work, "commit", "-q", "--allow-empty", "-m", "On nobody's branch")


def other_branch(work: Work) -> None:
    git(work, "checkout", "-q", "-b", "side")
    git(work, "commit", "-q", "--allow-empty", "-m", "On the side")


def renamed(work: Work) -> None:
    git(work, "branch", "-q", "-m", "another-name")


def one_more_commit(work: Work) -> None:
    work.commit("more", "more\n")


def amended(work: Work) -> None:
    work.commit("more", "first thoughts\n")
    git(work, "reset", "-q", "--hard", "HEAD^")


def stashed(work: Work) -> None:
    dirty(work)
    git(work, "stash", "-q")


def upstream(work: Work) -> None:
    git(work, "config", f"branch.{work.branch}.remote", "origin")
    git(work, "config", f"branch.{work.branch}.merge", f"refs/heads/{work.branch}")
    git(work, "config", f"branch.{work.branch}.description", "about it")


def locked(work: Work) -> None:
    git(work, "worktree", "lock", work.worktree)


def locked_with_reason(work: Work) -> None:
    git(work, "worktree", "lock", "--reason", "on a stick", work.worktree)


def gone(work: Work) -> None:
    shutil.rmtree(work.worktree)


def gone_and_locked(work: Work) -> None:
    locked(work)
    gone(work)


def gone_with_staged_work(work: Work) -> None:
    staged(work)
    gone(work)


def moved_by_hand(work: Work) -> None:
    work.worktree.rename(work.worktree.with_name("elsewhere"))


def moved_by_hand_with_staged_work(work: Work) -> None:
    staged(work)
    moved_by_hand(work)


def moved_by_git(work: Work) -> None:
    work.repo.git("worktree", "move", work.worktree, work.worktree.with_name("moved"))


def a_file_in_its_place(work: Work) -> None:
    gone(work)
    work.worktree.write_text("mine\n")


def a_link_in_its_place(work: Work) -> None:
    moved_by_hand(work)
    work.worktree.symlink_to(work.worktree.with_name("elsewhere"))


def another_repository_in_its_place(work: Work) -> None:
    gone(work)
    work.repo.git("clone", "-q", ".", work.worktree)
    (work.worktree / "theirs").write_text("x\n")


def no_git_file(work: Work) -> None:
    (work.worktree / ".git").unlink()


def torn_git_file(work: Work) -> None:
    (work.worktree / ".git").write_text("gitdir: ")


def stale_git_file(work: Work) -> None:
    (work.worktree / ".git").write_text("gitdir: /nowhere/.git/worktrees/x\n")


def git_file_of_another(work: Work) -> None:
    other = work.worktree.with_name("other")
    work.repo.git("worktree", "add", "-q", "--detach", other)
    (work.worktree / ".git").write_text((other / ".git").read_text())


def checked_out_twice(work: Work) -> None:
    work.repo.git("worktree", "add", "-q", "-f", work.worktree.with_name("twin"), work.branch)


def submodule(work: Work) -> None:
    source = work.worktree.with_name("source")
    work.repo.git("init", "-q", "-b", "main", source)
    work.repo.git("-C", source, "commit", "-q", "--allow-empty", "-m", "First")
    git(work, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", source, "sub")
    git(work, "reset", "-q", "--hard")
    git(work, "submodule", "--quiet", "absorbgitdirs")


def nested(work: Work) -> None:
    work.repo.git("init", "-q", work.worktree / "inner")
    (work.worktree / "inner/own").write_text("x\n")


def nested_and_ignored(work: Work) -> None:
    ignore(work, "inner/")
    nested(work)


def worktree_inside(work: Work) -> None:
    ignore(work, "deeper/")
    work.repo.git("worktree", "add", "-q", "-b", "deeper", work.worktree / "deeper")


def ref_of_its_own(work: Work) -> None:
    kept = git(work, "commit-tree", "HEAD^{tree}", "-m", "Kept by a ref of this worktree alone")
    git(work, "update-ref", "refs/worktree/kept", kept)


def settings_of_its_own(work: Work) -> None:
    git(work, "config", "extensions.worktreeConfig", "true")
    git(work, "config", "--worktree", "my.setting", "1")


def sparse(work: Work) -> None:
    git(work, "sparse-checkout", "set", "--no-cone", "/README")


def read_only_directory(work: Work) -> None:
    ignore(work, "cache/")
    cache = work.worktree / "cache"
    cache.mkdir()
    (cache / "entry").write_text("x\n")
    cache.chmod(0o500)


def note_on_the_head(work: Work) -> None:
    git(work, "notes", "add", "-m", "a note", "HEAD")


def symbolic_branch(work: Work) -> None:
    head = git(work, "rev-parse", "HEAD")
    work.repo.git("update-ref", "refs/heads/real", head)
    work.repo.git("symbolic-ref", f"refs/heads/{work.branch}", "refs/heads/real")


@dataclass(frozen=True)
class Cell:
    """What each caller must do: remove worktree and branch ("wb"), one, or none, with a word of each reason; or refuse.

    A refusal is the code of an error, and removes nothing.
    """

    make: Make
    complete: str
    prune: str
    said: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.make.__name__
