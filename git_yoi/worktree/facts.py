"""Gathering the facts of the judgement; what cannot be found out is said, and keeps what it is about."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from git_yoi.git import worktree_state as state
from git_yoi.git.branches import head_of
from git_yoi.git.process import Git
from git_yoi.git.refs import branch_ref
from git_yoi.git.repository import Repository
from git_yoi.git.worktrees import AdminEntry, Worktree, admin_of, is_inside, list_worktrees, same_path
from git_yoi.worktree.judge import Facts
from git_yoi.worktree.mounts import mounted_in
from git_yoi.worktree.owner import owner_of
from git_yoi.worktree.processes import working_in
from git_yoi.worktree.strayed import claimed_place, strayed
from git_yoi.worktree.surprises import SURPRISES, in_short


@dataclass(frozen=True, slots=True)
class Found:
    """The facts, and what they are about: the worktree, git's entry of it, the branch's tip."""

    facts: Facts
    worktree: Worktree | None
    entry: AdminEntry | None
    tip: str | None


def gather(
    repository: Repository,
    *,
    ticket_id: str,
    branch: str,
    merged_into: str,
    merged_head: str | None = None,
    by_ff: bool = False,
    targets: frozenset[str] | None,
    current_directory: Path,
    open_state: str | None = None,
) -> Found:
    """Look at a ticket's branch and its worktree; `merged_into` is the commit or branch that should have it all.

    `merged_head` is the commit whose work it is known to have, in whatever form; `by_ff`: it is on the target itself,
    so that a new branch of anybody's may begin there. `targets` is None where they could not be found out.
    """
    worktrees = list_worktrees(repository)
    users = state.users_of(repository, worktrees, branch)
    astray = None if users else strayed(repository, ticket_id, branch, worktrees)
    mine = _mine(repository, ticket_id, users)
    worktree = mine or (users[0] if users else astray)
    tip = head_of(repository, branch)
    facts = Facts(
        branch=tip is not None,
        protected=(targets is not None and branch in targets) or branch == merged_into,
        elsewhere=len(users) > 1,
        ambiguous=len(users) > 1 and mine is None,
        immovable=worktree is not None and not worktree.main and not _is_movable(worktree.path),
        open=open_state,
        unknown=() if targets is not None else ("nothing can be judged: the policy cannot be read",),
    )
    facts = _ask(facts, "the branch", lambda f: _of_branch(f, repository, branch, tip, merged_into, merged_head))
    if users or tip is not None:
        telling = tip is not None and tip == merged_head and not by_ff
        facts = _ask(facts, "the branch", lambda f: _of_owner(f, repository, ticket_id, branch, at_its_head=telling))
    if worktree is None:
        place = claimed_place(repository, ticket_id) if open_state is not None else None
        lost = place is not None and not os.path.lexists(place)
        return Found(replace(facts, missing=lost), None, None, tip)
    entry = None if worktree.main else admin_of(repository, worktree.path)
    facts = replace(facts, worktree=True, main=worktree.main, locked=worktree.locked, missing=worktree.missing)
    if astray is not None:
        facts = replace(facts, strayed=astray.branch or "")
    if not worktree.main:
        facts = _ask(facts, "the worktree", lambda f: _of_worktree(f, repository, worktree, entry, current_directory))
    return Found(facts, worktree, entry, tip)


def _mine(repository: Repository, ticket_id: str, users: list[Worktree]) -> Worktree | None:
    """The one of several worktrees with the branch that lies where this clone's claim has it, or the only one."""
    if len(users) < 2:
        return users[0] if users else None
    place = claimed_place(repository, ticket_id)
    return next((user for user in users if place is not None and same_path(user.path, place)), None)


def _is_movable(path: Path) -> bool:
    """Whether a directory, if it is there, can be taken out of its folder; its own `..` changes then, too."""
    return not path.exists() or all(os.access(folder, os.W_OK | os.X_OK) for folder in (path.parent, path))


def _ask(facts: Facts, what: str, question: Callable[[Facts], Facts]) -> Facts:
    """The facts with the answer, or with the note that there was none."""
    try:
        return question(facts)
    except SURPRISES as error:
        return replace(facts, unknown=(*facts.unknown, f"{what} cannot be judged: {in_short(error)}"))


def _of_branch(
    facts: Facts, repository: Repository, branch: str, tip: str | None, merged_into: str, merged_head: str | None
) -> Facts:
    if tip is None:
        return facts
    # Deleting a symbolic ref through `update-ref` would delete what it points to.
    if repository.git.run("symbolic-ref", "-q", branch_ref(branch), ok=(0, 1)).code == 0:
        return replace(facts, unknown=(*facts.unknown, "the branch is another name of a branch"))
    if tip == merged_head or (merged_head is not None and _has(repository, merged_head, tip)):
        return facts
    onto = head_of(repository, merged_into) or merged_into
    arguments = ("--no-replace-objects", "merge-base", "--is-ancestor", tip, onto)
    return replace(facts, unmerged=repository.git.run(*arguments, ok=(0, 1)).code != 0)


def _has(repository: Repository, merged_head: str, tip: str) -> bool:
    """Whether what was merged, if that is here, has the branch: a host may have brought it up to date before."""
    arguments = ("--no-replace-objects", "merge-base", "--is-ancestor", tip, merged_head)
    return repository.git.run(*arguments, ok=None).code == 0


def _of_owner(facts: Facts, repository: Repository, ticket_id: str, branch: str, *, at_its_head: bool) -> Facts:
    owner = owner_of(repository, ticket_id, branch, at_its_head=at_its_head)
    # An open ticket keeps its branch anyway, whoever made it.
    unowned = owner is None and facts.open is None
    return replace(facts, foreign=owner if owner != ticket_id else None, unowned=unowned)


def _of_worktree(
    facts: Facts, repository: Repository, worktree: Worktree, entry: AdminEntry | None, current_directory: Path
) -> Facts:
    path = worktree.path
    if entry is None:
        return replace(facts, unknown=(*facts.unknown, "git has no entry of the worktree"))
    facts = replace(facts, operation=state.operation_in(repository, entry.directory))
    facts = replace(facts, submodules=state.has_submodules(entry.directory))
    if not os.path.lexists(path):
        # Moved by plain `mv`, it is gone only in git's eyes, and what was staged in it is there still.
        return replace(facts, missing=True, staged=state.has_staged(repository, entry))
    current = is_inside(current_directory, path)
    facts = replace(facts, missing=False, current=current, in_use=() if current else working_in(path))
    if path.is_symlink() or not state.leads_back(path, entry):
        return replace(facts, unknown=(*facts.unknown, "the worktree's .git does not lead back to this repository"))
    return _of_contents(facts, repository, path, entry)


def _of_contents(facts: Facts, repository: Repository, path: Path, entry: AdminEntry) -> Facts:
    git = Git(path, repository.environment, entry.directory)
    seen = state.contents(git)
    return replace(
        facts,
        dirty=seen.dirty,
        untracked=seen.untracked,
        ignored=seen.ignored,
        hidden=seen.hidden,
        private_refs=state.has_private_refs(git),
        mounted=mounted_in(path),
        nested=state.has_nested_repository(path),
        other_device=path.stat().st_dev != repository.common_dir.stat().st_dev,
    )
