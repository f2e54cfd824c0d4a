"""The worktree that a ticket's claim was given, found by its place where its branch is not checked out there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from git_yoi.git.repository import Repository
from git_yoi.git.worktree_state import users_of
from git_yoi.git.worktrees import Worktree, same_path
from git_yoi.store.claims import read_claim


def claimed_place(repository: Repository, ticket_id: str) -> Path | None:
    """Where this clone's claim on a ticket has its worktree; None where there is no claim, or none was asked for."""
    claim = read_claim(repository.private, ticket_id)
    return claim.worktree if claim is not None else None


def strayed(
    repository: Repository, ticket_id: str, branch: str | None, worktrees: Sequence[Worktree]
) -> Worktree | None:
    """The claim's worktree where it is detached, or has another branch; None where all is as it should be, or gone.

    The main worktree is nobody's in particular: it may have anything checked out.
    """
    place = claimed_place(repository, ticket_id)
    if place is None:
        return None
    there = [w for w in worktrees if not w.main and not w.bare and not w.missing and same_path(w.path, place)]
    users = users_of(repository, there, branch) if branch is not None else []
    return next((w for w in there if w not in users), None)
