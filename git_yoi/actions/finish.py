"""What `done` and `close` share: no unmerged work is called finished, and the claim ends with the ticket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from git_yoi.domain.ids import short_id
from git_yoi.domain.states import DONE
from git_yoi.errors import YoiError

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.actions.write import Written
    from git_yoi.domain.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Finished:
    """The ticket after `done` or `close`; `branch` is the one that is still here, None where there is none."""

    ticket: Ticket
    entry: str | None
    branch: str | None


def finished(session: Session, written: Written, ended: str | None) -> Finished:
    """Drop this clone's record of the claim `ended`, if it is its own, and tell which branch stays."""
    from git_yoi.git.branches import head_of
    from git_yoi.store.claims import drop_claim, my_claim

    ticket, private = written.ticket, session.repository.private
    # By its nonce: a `start` that came after us may have a new record here already.
    if ended is not None and my_claim(private, ticket.id) == ended:
        drop_claim(private, ticket.id)
    kept = ticket.branch is not None and head_of(session.repository, ticket.branch) is not None
    return Finished(ticket, written.entry, ticket.branch if kept else None)


def require_merged(session: Session, ticket: Ticket, hint: str) -> None:
    """YoiError `not-merged` while the ticket's branch has commits that its target lacks, or cannot be found."""
    from git_yoi.git.branches import head_of
    from git_yoi.git.commit_range import missing_commits

    if ticket.branch is None:
        return
    head = head_of(session.repository, ticket.branch)
    if head is None:
        # Of a done ticket it was judged when it became that; since then its branch may have been cleaned up.
        if ticket.state != DONE:
            raise _not_found(session, ticket, ticket.branch)
        return
    target = ticket.target or session.settings.target
    # A merge that was made on the host is on the remote's copy of the target first.
    tips = _tips(session, target) if target is not None else []
    missing = min((missing_commits(session.repository, tip, head) for tip in tips or [None]), default=0)
    if not missing:
        return
    raise YoiError(
        "not-merged",
        f"the work on ticket {short_id(ticket.id)} is not merged",
        cause=f"branch {ticket.branch} has {_commits(missing)} that {target or 'no target'} lacks",
        hint=hint,
    )


def _tips(session: Session, target: str) -> list[str | None]:
    """The target's commit here, and as the shared remote had it when that was fetched last."""
    from git_yoi.git.refs import branch_ref, read_refs, remote_branch

    remote = session.settings.remote
    names = [branch_ref(target), *([remote_branch(remote, target)] if remote is not None else [])]
    found = read_refs(session.repository, *names)
    return [found[name] for name in names if name in found]


def _not_found(session: Session, ticket: Ticket, branch: str) -> YoiError:
    shown, renamed = short_id(ticket.id), _branch_of_worktree(session, ticket)
    cause = f"branch {branch} is not here, so whether its work is merged cannot be told"
    back = f"restore {branch} from where it is"
    if renamed is not None:
        cause = f"branch {branch} is not here; its worktree has {renamed}, perhaps the same under another name"
        back = f"if it was renamed: git branch -m {renamed} {branch}"
    return YoiError(
        "not-merged",
        f"the branch of ticket {shown} cannot be found",
        cause=cause,
        hint=f"{back}; or give the ticket up: git yoi close {shown} --as wontfix -m WHY",
    )


def _branch_of_worktree(session: Session, ticket: Ticket) -> str | None:
    """What the worktree of this clone's claim has checked out now; None where nothing tells."""
    from git_yoi.git.worktrees import list_worktrees, same_path
    from git_yoi.store.claims import read_claim

    claim = read_claim(session.repository.private, ticket.id)
    if claim is None or claim.worktree is None:
        return None
    there = [w for w in list_worktrees(session.repository) if not w.missing and same_path(w.path, claim.worktree)]
    return there[0].branch if there else None


def _commits(count: int) -> str:
    return "a commit" if count == 1 else f"{count} commits"
