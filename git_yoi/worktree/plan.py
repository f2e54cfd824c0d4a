"""What `start` would make, and whether it may: judged before anything is recorded, and changing nothing."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from git_yoi.domain.ids import short_id
from git_yoi.domain.states import RESOLVED
from git_yoi.errors import YoiError
from git_yoi.git.branches import is_ancestor, is_valid_branch_name, merge_base, remotes, resolve_commit
from git_yoi.git.refs import HEADS, branch_ref, read_refs, remote_branch
from git_yoi.git.worktree_state import users_of
from git_yoi.git.worktrees import Worktree, is_inside, list_worktrees, main_root, same_path
from git_yoi.worktree.names import branch_name, clash, too_long, worktree_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from git_yoi.domain.ticket import Ticket
    from git_yoi.git.repository import Repository


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for: None is the default. `worktree` is absolute."""

    branch: str | None = None
    worktree: Path | None = None
    no_worktree: bool = False
    base: str | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """What a plan stands on: the target branch, every branch that is a target, and where worktrees go by the policy.

    `tickets` has id, state and branch of every ticket that records one; `remote` is the shared one, or None.
    """

    target: str
    targets: frozenset[str]
    template: str
    tickets: Sequence[tuple[str, str, str]]
    remote: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The branch, the commit that it begins at (or began at), and where its worktree goes or lies; None: nowhere."""

    branch: str
    base: str
    worktree: Path | None


def plan(repository: Repository, ticket: Ticket, wish: Wish, ground: Ground) -> Plan:
    """Choose and check. YoiError `usage`, `unborn`, `not-found`, `exists` (a branch or path that is not free)."""
    heads = {ref.removeprefix(HEADS): oid for ref, oid in read_refs(repository, HEADS).items()}
    tip = heads.get(ground.target) or _copied(repository, ground)
    if tip is None:
        raise _unborn(ground.target)
    branch = _branch(repository, ticket, wish, ground)
    base = _base(repository, wish.base, tip)
    worktrees = list_worktrees(repository)
    users = users_of(repository, worktrees, branch)
    if branch in heads:
        _require_adoptable(repository, ticket, branch, ground)
        base = _adopted_base(repository, ticket, wish, (branch, heads[branch]), tip)
    elif (there := remote_head(repository, ground.remote, branch)) is not None:
        # Only the remote has it: the one that the ticket recorded is gone on with, another one is somebody else's.
        if branch != ticket.branch:
            raise _exists(f"branch {branch} exists on {ground.remote}", "it is not the one this ticket had", ticket)
        base = _adopted_base(repository, ticket, wish, (branch, there), tip)
    elif (other := clash(branch, heads)) is not None:
        raise _exists(f"branch {branch} cannot be made", f"branch {other} is in its way", ticket)
    elif users:
        raise _exists(f"branch {branch} cannot be made", f"{users[0].path} has it checked out, unborn", ticket)
    return Plan(branch, base, _worktree(repository, ticket, wish, ground, branch, worktrees, users))


def _copied(repository: Repository, ground: Ground) -> str | None:
    """A remote's commit of the target, as it was last fetched, for a clone that has no such branch of its own."""
    remote = ground.remote or next(iter(remotes(repository)), None)
    return remote_head(repository, remote, ground.target)


def remote_head(repository: Repository, remote: str | None, branch: str) -> str | None:
    """The shared remote's commit of a branch, as it was last fetched; None where it has none, or nothing is shared."""
    ref = remote_branch(remote, branch) if remote is not None else ""
    return read_refs(repository, ref).get(ref) if ref else None


def _branch(repository: Repository, ticket: Ticket, wish: Wish, ground: Ground) -> str:
    """The branch's name: as asked, or as the ticket recorded it before, or from its title."""
    if wish.branch is not None:
        problem = _not_a_branch(repository, wish.branch)
        if problem:
            raise YoiError("usage", f"{wish.branch!r} is no name for a branch", cause=problem, hint="give another one")
        return _require_nobodys(wish.branch, ticket, ground)
    recorded = ticket.branch
    if recorded is not None and not _not_a_branch(repository, recorded) and not _owner(recorded, ticket, ground):
        return recorded
    return _require_nobodys(branch_name(ticket.id, ticket.title), ticket, ground)


def _not_a_branch(repository: Repository, name: str) -> str | None:
    if too_long(name):
        return "a file system takes no such name"
    return None if is_valid_branch_name(repository, name) else "git takes it for no branch, or for another"


def _owner(branch: str, ticket: Ticket, ground: Ground) -> str | None:
    """Whose the branch is, when it is not this ticket's to have."""
    if branch in ground.targets:
        return "work is merged to it"
    for other, state, recorded in ground.tickets:
        if other != ticket.id and state not in RESOLVED and recorded.casefold() == branch.casefold():
            return f"it is the branch of ticket {short_id(other)}, which is {state}"
    return None


def _require_nobodys(branch: str, ticket: Ticket, ground: Ground) -> str:
    if owner := _owner(branch, ticket, ground):
        raise _exists(f"branch {branch} cannot be this ticket's", owner, ticket)
    return branch


def _base(repository: Repository, asked: str | None, tip: str) -> str:
    if asked is None:
        return tip
    found = resolve_commit(repository, asked)
    if found is None:
        raise YoiError("not-found", f"there is no commit {asked[:70]}", hint="give a commit or branch to --base")
    return found


def _require_adoptable(repository: Repository, ticket: Ticket, branch: str, ground: Ground) -> None:
    """Only the branch that the ticket recorded before is taken as it is, and no other name of another branch."""
    if branch != ticket.branch:
        raise _exists(f"branch {branch} exists", "it is not the one that this ticket had before", ticket)
    done = repository.git.run("symbolic-ref", "-q", branch_ref(branch), ok=(0, 1))
    if done.code == 0:
        other = done.text.removeprefix(HEADS)
        raise _exists(f"branch {branch} exists", f"it is another name of {other}", ticket)
    _require_nobodys(branch, ticket, ground)


def _adopted_base(repository: Repository, ticket: Ticket, wish: Wish, branch: tuple[str, str], target_tip: str) -> str:
    """Where an existing branch began: as asked, if it has that; as recorded; else where it leaves the target."""
    name, tip = branch
    if wish.base is not None:
        asked = _base(repository, wish.base, target_tip)
        if not is_ancestor(repository, asked, tip):
            raise _exists(f"branch {name} exists", f"it does not begin at {asked[:12]}", ticket)
        return asked
    recorded = resolve_commit(repository, ticket.base) if ticket.base is not None else None
    if recorded is not None and is_ancestor(repository, recorded, tip):
        return recorded
    return merge_base(repository, target_tip, tip) or tip


def _worktree(
    repository: Repository,
    ticket: Ticket,
    wish: Wish,
    ground: Ground,
    branch: str,
    worktrees: Sequence[Worktree],
    users: Sequence[Worktree],
) -> Path | None:
    if wish.no_worktree:
        return None
    there = next((w for w in users if not w.missing), None)
    if there is not None:
        if wish.worktree is not None and not same_path(there.path, wish.worktree):
            raise _exists(f"branch {branch} is checked out already", f"its worktree is {there.path}", ticket)
        return there.path
    lost = next((w for w in users if w.locked is not None), None)
    if lost is not None:
        raise _exists(f"branch {branch} has a worktree that is locked, and not there", str(lost.path), ticket)
    path = wish.worktree
    if path is None:
        path = worktree_path(ground.template, root=main_root(repository), ticket_id=ticket.id, branch=branch)
    _require_free(repository, ticket, path, [w for w in worktrees if w not in users])
    return path


def _require_free(repository: Repository, ticket: Ticket, path: Path, others: Sequence[Worktree]) -> None:
    require_makeable(repository, ticket.id, path)
    if os.path.lexists(path) and not (path.is_dir() and not path.is_symlink() and not any(path.iterdir())):
        raise _exists(f"{path} exists", "a worktree needs a place of its own", ticket, "--worktree PATH")
    if any(same_path(other.path, path) for other in others):
        raise _exists(f"{path} belongs to another worktree", "git has it in its list", ticket, "--worktree PATH")


def require_makeable(repository: Repository, ticket_id: str, path: Path) -> None:
    """YoiError `usage`, `exists`, `io` or `read-only` where no directory can be made at a place, nor those above it."""
    hint = f"git yoi start {short_id(ticket_id)} --worktree PATH"
    if is_inside(path, repository.common_dir):
        raise YoiError("usage", f"{path} is inside the git directory", hint="give another place with --worktree")
    parent = next((folder for folder in path.parents if os.path.lexists(folder)), path)
    if not parent.is_dir():
        raise YoiError("exists", f"{parent} is in the way", cause="it is not a directory", hint=hint)
    if not os.access(parent, os.W_OK | os.X_OK):
        raise YoiError("read-only", f"{parent} cannot be written", cause="the worktree would go there", hint=hint)
    problem = _unmakeable(repository, parent, path)
    if problem is not None:
        raise YoiError("io", f"no directory can be made in {parent}", cause=problem, hint=hint)


def _unmakeable(repository: Repository, parent: Path, path: Path) -> str | None:
    """Why the file system of `parent` would not take the path, when it can be told."""
    try:
        for place in (path / ".git", *(parent / name for name in path.relative_to(parent).parts)):
            if _is_too_long(place):
                return "the path is too long for the file system"
        if parent.stat().st_dev == repository.common_dir.stat().st_dev:
            return None
        # Another file system may be one that takes no directories (/proc, say): only trying tells.
        probe = parent / f".yoi-{os.getpid()}"
        probe.mkdir()
        probe.rmdir()
    except OSError as error:
        return error.strerror or str(error)
    return None


def _is_too_long(place: Path) -> bool:
    try:
        os.lstat(place)
    except OSError as error:
        return error.errno == errno.ENAMETOOLONG
    return False


def _exists(message: str, cause: str, ticket: Ticket, option: str = "--branch NAME") -> YoiError:
    return YoiError("exists", message, cause=cause, hint=f"git yoi start {short_id(ticket.id)} {option}")


def _unborn(target: str) -> YoiError:
    return YoiError(
        "unborn",
        f"the target branch {target} has no commit yet",
        cause="a ticket's branch begins at its tip",
        hint=f"make a first commit on {target}",
    )
