"""Making a ticket's branch and worktree, so that a second attempt ends what a killed one began.

Git is told to lock the worktree with a mark of this very claim while it makes it: so what was left half made, and by
whom, is read from git's own entry, whatever the moment of the kill. Nothing is deleted; what is half made goes to the
trash. Git writes the index after the last file, so an entry with an index has everything checked out; where only a part
of the files is wanted, git is told so before, by a worktree that has no index yet.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from git_yoi.errors import YoiError
from git_yoi.git.branches import head_of, is_ancestor
from git_yoi.git.process import Completed, GitError
from git_yoi.git.refs import RefChange, RefMovedError, branch_ref, move_refs
from git_yoi.git.repository import Repository
from git_yoi.git.sparse import check_out_sparse
from git_yoi.git.worktree_state import is_abandoned, leads_back, users_of
from git_yoi.git.worktrees import AdminEntry, admin_entries, admin_of, list_worktrees, same_path
from git_yoi.worktree.left_locks import remove_left_locks
from git_yoi.worktree.plan import remote_head
from git_yoi.worktree.trash import discard


@dataclass(frozen=True, slots=True)
class Order:
    """What to make for which claim; `worktree` None makes the branch only. `lock` is kept open by git meanwhile.

    `since` is when the claim began, in seconds since the epoch; `resumed`: an earlier attempt of it was killed.
    Where only the shared `remote` has the branch, it begins at that one's commit, else at `base`. `sparse` are the
    patterns of what is checked out, none for everything.
    """

    ticket_id: str
    nonce: str
    branch: str
    base: str
    worktree: Path | None
    lock: int
    since: int
    resumed: bool
    remote: str | None = None
    sparse: tuple[str, ...] = ()

    @property
    def mark(self) -> str:
        """The reason of git's lock while the worktree is being made."""
        return f"git yoi start, claim {self.nonce}"


def provide(repository: Repository, order: Order, *, now: float, notice: Callable[[str], None]) -> Path | None:
    """Make what is not there yet; where the worktree lies. YoiError, with what is there already left there."""
    _make_branch(repository, order)
    if order.worktree is None:
        return None
    try:
        _sweep(repository, order, now, notice)
        if order.resumed:
            _clear_place(repository, order, order.worktree, now, notice)
        there = _adopt(repository, order, now, notice)
    except OSError as error:
        raise _failed(order, error.strerror or str(error)) from error
    return there if there is not None else _add(repository, order, order.worktree, now, notice)


def _make_branch(repository: Repository, order: Order) -> None:
    try:
        if head_of(repository, order.branch) is None:
            change = RefChange(branch_ref(order.branch), None, _beginning(repository, order))
            move_refs(repository, [change], message=f"yoi: start {order.ticket_id}")
    except RefMovedError:
        # Somebody made it between the two calls; the check below says whether it can be the one.
        pass
    tip = head_of(repository, order.branch)
    if tip is None or not is_ancestor(repository, order.base, tip):
        raise YoiError(
            "exists",
            f"branch {order.branch} is not the one that was accepted",
            cause="somebody made a branch of that name meanwhile",
            hint=f"rename it, then: git yoi start {order.ticket_id}",
        )


def _beginning(repository: Repository, order: Order) -> str:
    there = remote_head(repository, order.remote, order.branch)
    return there if there is not None and is_ancestor(repository, order.base, there) else order.base


def _sweep(repository: Repository, order: Order, now: float, notice: Callable[[str], None]) -> None:
    """End what a killed attempt of this claim left of a worktree: unlock a whole one, move a half-made one away."""
    for entry in admin_entries(repository):
        if entry.locked != order.mark:
            continue
        if entry.path is not None and _is_whole(entry.path, entry):
            _unlock(repository, order, entry.path)
        else:
            _put_away(repository, order, entry, now, notice)


def _is_whole(path: Path, entry: AdminEntry) -> bool:
    """Whether everything was checked out: the index is written last."""
    return (entry.directory / "index").exists() and leads_back(path, entry)


def _put_away(
    repository: Repository, order: Order, entry: AdminEntry, now: float, notice: Callable[[str], None]
) -> None:
    """Move what is half made out of the way, and say where to."""
    ours = entry.path if entry.path is not None and _is_half_made(entry.path, entry) else None
    folder = _discard(repository, order, ours, entry, now)
    if ours is not None:
        notice(f"notice: the unfinished worktree of an earlier start was moved to {folder}")


def _is_half_made(path: Path, entry: AdminEntry) -> bool:
    """Whether the directory is git's for this entry: its `.git` leads there, or was not even written."""
    link = path / ".git"
    return link.is_file() and (link.stat().st_size == 0 or leads_back(path, entry))


def _clear_place(repository: Repository, order: Order, place: Path, now: float, notice: Callable[[str], None]) -> None:
    """Move away what is left of a worktree that git was taking back when it died: its own entry goes first."""
    if not place.is_dir() or place.is_symlink() or not is_abandoned(repository, place):
        return
    there = {file.name for file in place.iterdir()} - {".git"}
    tracked = repository.git.run("ls-tree", "--name-only", "-z", order.base).out.split(b"\0")
    if there <= {os.fsdecode(name) for name in tracked} and any(place.iterdir()):
        folder = _discard(repository, order, place, None, now)
        notice(f"notice: the unfinished worktree of an earlier start was moved to {folder}")


def _discard(repository: Repository, order: Order, path: Path | None, entry: AdminEntry | None, now: float) -> Path:
    try:
        return discard(repository, ticket_id=order.ticket_id, path=path, entry=entry, now=now)
    except OSError as error:
        if error.errno != errno.EXDEV or path is None:
            raise
    # Another file system than the trash: then it is set aside where it is.
    aside = path.with_name(f"{path.name}.unfinished-{order.nonce[:8]}")
    path.rename(aside)
    discard(repository, ticket_id=order.ticket_id, path=None, entry=entry, now=now)
    return aside


def _adopt(repository: Repository, order: Order, now: float, notice: Callable[[str], None]) -> Path | None:
    """The worktree that has the branch; git's entry of one that is gone, or half made, is put into the trash."""
    for user in users_of(repository, list_worktrees(repository), order.branch):
        entry = None if user.main else admin_of(repository, user.path)
        if not user.missing:
            at_place = order.worktree is not None and same_path(user.path, order.worktree)
            # A git that failed takes its lock away, the mark with it: then the missing index tells.
            if entry is None or not at_place or _is_whole(user.path, entry) or not _is_half_made(user.path, entry):
                return user.path
            _put_away(repository, order, entry, now, notice)
            continue
        if user.locked is not None or entry is None:
            raise _failed(order, f"git has a worktree of the branch at {user.path}, which is not there")
        discard(repository, ticket_id=order.ticket_id, path=None, entry=entry, now=now)
    return None


def _add(repository: Repository, order: Order, path: Path, now: float, notice: Callable[[str], None]) -> Path:
    try:
        done = _made(repository, order, path)
    except YoiError as error:
        if (entry := admin_of(repository, path)) is not None and not _is_whole(path, entry):
            _put_away(repository, order, entry, now, notice)
        raise _failed(order, error.cause or error.message) from error
    entry = admin_of(repository, path)
    if done.code != 0:
        remove_left_locks(repository, branch=order.branch, worktree=path, since=order.since)
    if entry is None or not _is_whole(path, entry):
        if entry is not None:
            _put_away(repository, order, entry, now, notice)
        raise _failed(order, GitError(("worktree", "add"), done).cause)
    if done.code != 0:
        # Git ends with the exit code of the user's post-checkout hook, after everything is checked out.
        said = done.err.strip().splitlines()
        notice(f"notice: git, or its post-checkout hook, failed: {said[-1] if said else f'exit {done.code}'}")
    _unlock(repository, order, path)
    return path


def _made(repository: Repository, order: Order, path: Path) -> Completed:
    """How the last of the gits that make it ended."""
    part = ("--no-checkout",) if order.sparse else ()
    arguments = ("worktree", "add", *part, "--lock", "--reason", order.mark, str(path), order.branch)
    done = repository.git.run_with_hooks(*arguments, held=(order.lock,))
    if done.code != 0 or not order.sparse:
        return done
    return check_out_sparse(repository, repository.at(path), order.sparse, held=order.lock)


def _unlock(repository: Repository, order: Order, path: Path) -> None:
    """End git's lock, if it is the one of this claim."""
    entry = admin_of(repository, path)
    if entry is not None and entry.locked == order.mark:
        repository.git.run("worktree", "unlock", str(path))


def _failed(order: Order, cause: str) -> YoiError:
    return YoiError(
        "io",
        f"the worktree of branch {order.branch} could not be made",
        cause=cause,
        hint=f"mend that, then: git yoi start {order.ticket_id}",
    )
