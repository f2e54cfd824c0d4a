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
class TicketBranch:
    """A ticket's branch by its name, and the commit or branch `merged_into` that should have all of it.

    `merged_head` is the branch's commit whose work it is known to have, in whatever form (a squash, a rebase); `by_ff`:
    that very commit is on the target, so that a new branch of anybody's may begin there.
    """

    ticket: str
    name: str
    merged_into: str
    merged_head: str | None = None
    by_ff: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """The facts, and what they are about: the worktree, git's entry of it, the branch's tip."""

    facts: Facts
    worktree: Worktree | None
    entry: AdminEntry | None
    tip: str | None


def gather(
    repository: Repository,
    branch: TicketBranch,
    *,
    targets: frozenset[str] | None,
    current_directory: Path,
    open_state: str | None = None,
) -> Found:
    """Look at a ticket's branch and its worktree.

    `targets` is None where they could not be found out; `open_state` is the state of a ticket that is not finished.
    """
    worktrees, tip = list_worktrees(repository), head_of(repository, branch.name)
    users = state.users_of(repository, worktrees, branch.name)
    astray = None if users else strayed(repository, branch.ticket, branch.name, worktrees)
    mine = _mine(repository, branch.ticket, users)
    worktree = mine or (users[0] if users else astray)
    facts = Facts(
        branch=tip is not None,
        protected=(targets is not None and branch.name in targets) or branch.name == branch.merged_into,
        elsewhere=len(users) > 1,
        ambiguous=len(users) > 1 and mine is None,
        immovable=worktree is not None and not worktree.main and not _is_movable(worktree.path),
        open=open_state,
        unknown=() if targets is not None else ("nothing can be judged: the policy cannot be read",),
    )
    facts = _ask(facts, "the branch", lambda f: _of_branch(f, repository, branch, tip))
    if users or tip is not None:
        facts = _ask(facts, "the branch", lambda f: _of_owner(f, repository, branch, tip))
    if worktree is None:
        place = claimed_place(repository, branch.ticket) if open_state is not None else None
        lost = place is not None and not os.path.lexists(place)
        return Found(replace(facts, missing=lost), None, None, tip)
    if astray is not None:
        facts = replace(facts, strayed=astray.branch or "")
    return _with_worktree(facts, repository, worktree, tip, current_directory)


def _with_worktree(
    facts: Facts, repository: Repository, worktree: Worktree, tip: str | None, current_directory: Path
) -> Found:
    entry = None if worktree.main else admin_of(repository, worktree.path)
    facts = replace(facts, worktree=True, main=worktree.main, locked=worktree.locked, missing=worktree.missing)
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


def _of_branch(facts: Facts, repository: Repository, branch: TicketBranch, tip: str | None) -> Facts:
    if tip is None:
        return facts
    # Deleting a symbolic ref through `update-ref` would delete what it points to.
    if repository.git.run("symbolic-ref", "-q", branch_ref(branch.name), ok=(0, 1)).code == 0:
        return replace(facts, unknown=(*facts.unknown, "the branch is another name of a branch"))
    if tip == branch.merged_head or (branch.merged_head is not None and _has(repository, branch.merged_head, tip)):
        return facts
    onto = head_of(repository, branch.merged_into) or branch.merged_into
    arguments = ("--no-replace-objects", "merge-base", "--is-ancestor", tip, onto)
    return replace(facts, unmerged=repository.git.run(*arguments, ok=(0, 1)).code != 0)


def _has(repository: Repository, merged_head: str, tip: str) -> bool:
    """Whether what was merged, if that is here, has the branch: a host may have brought it up to date before."""
    arguments = ("--no-replace-objects", "merge-base", "--is-ancestor", tip, merged_head)
    return repository.git.run(*arguments, ok=None).code == 0


def _of_owner(facts: Facts, repository: Repository, branch: TicketBranch, tip: str | None) -> Facts:
    telling = tip is not None and tip == branch.merged_head and not branch.by_ff
    owner = owner_of(repository, branch.ticket, branch.name, at_its_head=telling)
    # An open ticket keeps its branch anyway, whoever made it.
    unowned = owner is None and facts.open is None
    return replace(facts, foreign=owner if owner != branch.ticket else None, unowned=unowned)


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
