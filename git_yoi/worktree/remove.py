"""Removing a ticket's worktree and branch so that nothing is lost: the tip rescued, the directory in the trash."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from git_yoi.git.branches import head_of
from git_yoi.git.only_in_reflogs import only_in_reflogs
from git_yoi.git.refs import RESCUE, RESCUED_REFLOG, RefChange, RefMovedError, branch_ref, move_refs, read_refs
from git_yoi.git.repository import Repository
from git_yoi.git.worktree_state import users_of
from git_yoi.git.worktrees import list_worktrees
from git_yoi.worktree.branch_settings import forget_settings, keep_settings
from git_yoi.worktree.facts import Found, TicketBranch, gather
from git_yoi.worktree.judge import Judgement, judge
from git_yoi.worktree.surprises import SURPRISES, in_short
from git_yoi.worktree.targets import known_targets
from git_yoi.worktree.trash import discard, stamp

# The last second that a name of the trash has digits for.
_LATEST = 253402300799.0


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Whether worktree and branch were removed, and why what is left was kept; what was never there is neither."""

    worktree: bool
    branch: bool
    kept_because: tuple[str, ...] = ()


def clean_up(
    repository: Repository,
    branch: TicketBranch,
    *,
    keep_worktree: bool = False,
    keep_branch: bool = False,
    had_worktree: bool = False,
    had_branch: bool = False,
    open_state: Callable[[], str | None] = lambda: None,
    now: float,
    current_directory: Path,
) -> Cleaned:
    """Remove what the judgement lets go of a finished ticket; called again after a crash, it goes on to the end.

    `open_state` tells the state of a ticket that is open again by now. `had_worktree` and `had_branch`: they were there
    when the killed run began that this one finishes; what is gone by now was removed by it. `now` is seconds since the
    epoch. What fails is kept and said: by now the ticket is closed, and no failure here may look as if it were not.
    """
    try:
        targets = known_targets(repository)
        found = gather(
            repository, branch, targets=targets, current_directory=current_directory, open_state=open_state()
        )
    except SURPRISES as error:
        return Cleaned(worktree=False, branch=False, kept_because=(f"nothing could be judged: {error}",))
    verdict = judge(found.facts, keep_worktree=keep_worktree, keep_branch=keep_branch)
    done = _remove(repository, branch, found, verdict, max(now, _committed_at(repository, found)))
    # What was there when a killed run began, and is gone, was removed by that.
    return Cleaned(
        done.worktree or (had_worktree and not found.facts.worktree),
        done.branch or (had_branch and not found.facts.branch),
        tuple(dict.fromkeys((*(reason.text for reason in verdict.reasons), *done.kept_because))),
    )


def _remove(repository: Repository, branch: TicketBranch, found: Found, verdict: Judgement, now: float) -> Cleaned:
    """Remove what the verdict lets go; what went of that, and why not, if not."""
    key, problems = f"{stamp(now)}-{branch.ticket}", list[str]()
    if verdict.remove_worktree or verdict.remove_branch:
        problem = _keep_reflogs(repository, found, branch.name if verdict.remove_branch else None, key)
        if problem is not None:
            return Cleaned(worktree=False, branch=False, kept_because=(problem,))
    worktree_gone, branch_gone = not found.facts.worktree, not found.facts.branch
    if verdict.remove_worktree:
        problem = _remove_worktree(repository, found, branch.ticket, now)
        worktree_gone = problem is None
        problems += [problem] if problem else []
    if verdict.remove_branch and worktree_gone:
        problem = _remove_branch(repository, branch.name, found, key)
        branch_gone = problem is None
        problems += [problem] if problem else []
    if branch_gone:
        problems += _forget_settings(repository, branch.name)
    removed = worktree_gone and found.facts.worktree, branch_gone and found.facts.branch
    return Cleaned(*removed, tuple(problems))


def forget_left(repository: Repository, ticket_id: str, branch: str, now: float) -> None:
    """Put away what a killed removal left of a branch's settings, so that a new one of that name has none of them.

    Nothing where the branch is here. GitError, OSError.
    """
    if head_of(repository, branch) is None:
        keep_settings(repository, branch, repository.private / "trash" / f"{stamp(now)}-{ticket_id}")
        forget_settings(repository, branch)


def _committed_at(repository: Repository, found: Found) -> float:
    """When the work was committed: a clock that is far behind that must not make it older than it is kept."""
    head = found.tip or (found.worktree.head if found.worktree is not None else None)
    try:
        return min(float(repository.git.text("show", "-s", "--format=%ct", head)), _LATEST) if head else 0.0
    except SURPRISES:
        # No commit, or none that can be read, tells nothing of the time.
        return 0.0


def _keep_reflogs(repository: Repository, found: Found, branch: str | None, key: str) -> str | None:
    """Put a ref on what only the reflogs lead to that go now: amended and reset commits; why not, if not."""
    try:
        commits = only_in_reflogs(repository, branch, found.entry)
        names = {oid: f"{RESCUED_REFLOG}{key}/{oid}" for oid in commits}
        there = read_refs(repository, RESCUED_REFLOG) if names else {}
        changes = [RefChange(ref, None, oid) for oid, ref in names.items() if ref not in there]
        if changes:
            move_refs(repository, changes, message=f"yoi: clean up {key}")
    except SURPRISES as error:
        return f"what only its reflog leads to could not be kept: {error}"
    return None


def _remove_worktree(repository: Repository, found: Found, ticket_id: str, now: float) -> str | None:
    """Move it to the trash; why not, if not."""
    if found.worktree is None or found.entry is None:
        return "git has no entry of the worktree"
    try:
        discard(repository, ticket_id=ticket_id, path=found.worktree.path, entry=found.entry, now=now)
    except SURPRISES as error:
        if isinstance(error, OSError) and error.errno == errno.EXDEV:
            return "the worktree is on another file system than the trash"
        return f"the worktree could not be moved to the trash: {in_short(error)}"
    return None


def _remove_branch(repository: Repository, branch: str, found: Found, key: str) -> str | None:
    """Delete the branch at the judged tip, its tip rescued in the same transaction; why not, if not."""
    if found.tip is None:
        return None
    try:
        if users_of(repository, list_worktrees(repository), branch):
            return "the branch is in use in another worktree"
        keep_settings(repository, branch, repository.private / "trash" / key)
        rescue = RefChange(f"{RESCUE}{key}/{branch}", None, found.tip)
        gone = RefChange(branch_ref(branch), found.tip, None)
        move_refs(repository, [rescue, gone], message=f"yoi: clean up {branch}")
    except RefMovedError:
        return "the branch moved meanwhile"
    except SURPRISES as error:
        return f"the branch could not be deleted: {in_short(error)}"
    return None


def _forget_settings(repository: Repository, branch: str) -> list[str]:
    try:
        return forget_settings(repository, branch)
    except SURPRISES as error:
        return [f"the configuration of the branch stays: {in_short(error)}"]
