"""What one history has that another lacks: how many commits, and who wrote them."""

from __future__ import annotations

from git_yoi.git.branches import head_of
from git_yoi.git.repository import Repository


def missing_commits(repository: Repository, target: str | None, head: str) -> int:
    """How many commits of `head` the local branch `target` lacks: all of them where there is no such branch."""
    return int(repository.git.text("rev-list", "--count", head, *_without(repository, target)))


def writers(repository: Repository, target: str | None, head: str) -> frozenset[str]:
    """The case-folded mail addresses of who authored or committed what `head` has and branch `target` lacks."""
    # Not `git log`: the user's configuration adds to what that prints (log.showSignature).
    out = repository.git.run(
        "rev-list", "--no-commit-header", "--format=%ae%n%ce", head, *_without(repository, target)
    ).lines
    return frozenset(line.casefold() for line in out if line)


def _without(repository: Repository, target: str | None) -> tuple[str, ...]:
    tip = head_of(repository, target) if target is not None else None
    return ("--not", tip, "--") if tip is not None else ("--",)
