"""A worktree that has only a part of the files: patterns as `git sparse-checkout` takes them, told to it and obeyed.

Git is asked for each step, so that what it writes is its own version's. The index comes last, as in any checkout: a
worktree that a kill left without one is half made, whatever else of it is there.
"""

from __future__ import annotations

from collections.abc import Sequence

from git_yoi.git.process import Completed, Git
from git_yoi.git.repository import Repository
from git_yoi.git.worktree_config import enable_worktree_config

# One of these anywhere, and the patterns are read as those of .gitignore are; without, they are directories.
_GLOBS = frozenset("*?[]\\")


def is_cone(patterns: Sequence[str]) -> bool:
    """Whether all of them name directories: git's "cone" mode, with the files at the root always there."""
    return not any(pattern.startswith("!") or _GLOBS & set(pattern) for pattern in patterns)


def pattern_problem(pattern: str, *, cone: bool) -> str | None:
    """Why a pattern of one line is refused, or None; `cone`: all of its list name directories."""
    if pattern.startswith(("-", "#", '"')):
        return f"it begins with {pattern[0]}, which git takes for something else"
    if cone and pattern.startswith("/"):
        return "it is absolute; a directory is named from the root of the repository, without a slash before it"
    parts = pattern.removeprefix("!").strip("/").split("/")
    if any(part in (".", "..") for part in parts):
        return "it leaves the repository, or has a dotted part"
    if "" in parts:
        return "it has an empty part"
    return None


def check_out_sparse(repository: Repository, worktree: Git, patterns: Sequence[str], *, held: int) -> Completed:
    """Check a new worktree's commit out, the patterns' part of it; how the last git ended, nonzero when one failed.

    `worktree` was made without a checkout. The user's post-checkout hook runs as after `git worktree add`; the
    children keep the descriptor `held` open. YoiError `io`.
    """
    enable_worktree_config(repository)
    mode = "--cone" if is_cone(patterns) else "--no-cone"
    told = "".join(f"{pattern}\n" for pattern in patterns).encode()
    done = worktree.run("sparse-checkout", "set", mode, "--stdin", data=told, ok=None)
    if done.code == 0:
        # Not `checkout`, which writes the index even where a file could not be written.
        done = worktree.run_with_hooks("reset", "-q", "--hard", "--no-recurse-submodules", held=(held,))
    if done.code != 0:
        return done
    head = worktree.text("rev-parse", "HEAD")
    arguments = ("--ignore-missing", "post-checkout", "--", repository.zero, head, "1")
    return worktree.run_with_hooks("hook", "run", *arguments, held=(held,))
