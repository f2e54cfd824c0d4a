"""`git yoi worktree prune`: remove what finished tickets left, by the judgement that `complete` goes by."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from git_yoi.actions.worktree import Judged, Landing, landings, list_judged
from git_yoi.config.branch_tickets import tickets_of_branches
from git_yoi.domain.ids import short_id
from git_yoi.domain.states import RESOLVED
from git_yoi.errors import YoiError
from git_yoi.git.branches import head_of
from git_yoi.git.process import GitError
from git_yoi.git.refs import HEADS, branch_ref, read_refs
from git_yoi.git.worktrees import list_worktrees
from git_yoi.store.claims import Claim, claimed_tickets, drop_claim, lock_claim, read_claim
from git_yoi.worktree.expiry import (
    Discarded,
    Rescued,
    Stays,
    discarded,
    drop,
    foreseen,
    is_over,
    rescued,
    rescued_reflogs,
)
from git_yoi.worktree.facts import TicketBranch
from git_yoi.worktree.remove import Cleaned, clean_up, forget_left
from git_yoi.worktree.targets import target_of

if TYPE_CHECKING:
    from git_yoi.actions.session import Session


@dataclass(frozen=True, slots=True)
class Pruned:
    """Each ticket's branch and worktree with what was (or would be) removed, and what was let go after its 14 days.

    `reflogs` are commits that only a removed reflog led to; `stay` is what of the trash could not be erased.
    """

    tickets: tuple[tuple[Judged, Cleaned], ...]
    branches: tuple[Rescued, ...]
    reflogs: tuple[Rescued, ...]
    folders: tuple[Discarded, ...]
    stay: tuple[Stays, ...]
    dry_run: bool


def prune(session: Session, *, dry_run: bool = False) -> Pruned:
    """Remove the worktrees and branches that may go, and what was put away longer ago than it is kept.

    What goes now is put away itself: its branch under a rescue ref, its directory in the trash.
    """
    judged = list_judged(session)
    told = tuple((one, _foreseen(one) if dry_run else _clean(session, one)) for one in judged)
    # Another prune was quicker with what there is nothing to tell of.
    told = tuple((one, done) for one, done in told if done.worktree or done.branch or done.kept_because)
    now = session.clock()
    if not dry_run:
        _forget_left(session, now)
        _forget_claims(session)
    branches = tuple(one for one in rescued(session.repository) if is_over(one.at, now))
    reflogs = tuple(one for one in rescued_reflogs(session.repository) if is_over(one.at, now))
    folders = tuple(one for one in discarded(session.repository) if is_over(one.at, now))
    stay = foreseen(folders) if dry_run else drop(session.repository, branches, reflogs, folders)
    gone = tuple(one for one in folders if one.folder not in {left.folder for left in stay})
    return Pruned(told, branches, reflogs, gone, stay, dry_run)


def _forget_left(session: Session, now: float) -> None:
    """End what a removal that was killed half-way left of the settings of finished tickets' branches."""
    left = tickets_of_branches(session.repository)
    if not left:
        return
    here = read_refs(session.repository, HEADS)
    finished = {ticket for ticket, state, _ in session.lookup().branches() if state in RESOLVED}
    for branch, ticket in left.items():
        if ticket in finished and branch_ref(branch) not in here:
            try:
                with lock_claim(session.repository.private, ticket):
                    forget_left(session.repository, ticket, branch, now)
            except (YoiError, GitError, OSError) as error:
                session.notice(f"notice: the configuration of branch {branch}, which is gone, stays: {error}")


def _forget_claims(session: Session) -> None:
    """Drop this clone's records of claims on finished tickets that have neither branch nor worktree here any more."""
    private = session.repository.private
    finished = {ticket for ticket, state, _ in session.lookup().branches() if state in RESOLVED}
    for ticket in finished.intersection(claimed_tickets(private)):
        try:
            with lock_claim(private, ticket):
                if _is_done_with(session, read_claim(private, ticket)):
                    drop_claim(private, ticket)
        except (YoiError, GitError, OSError) as error:
            session.notice(f"notice: the record of this clone's claim on {short_id(ticket)} stays: {error}")


def _is_done_with(session: Session, claim: Claim | None) -> bool:
    """Whether a claim's ticket is finished still, and nothing here is the claim's."""
    if claim is None or (claim.worktree is not None and os.path.lexists(claim.worktree)):
        return False
    # One that was never carried to its end may land yet.
    now = replace(session)
    ticket = now.ticket(now.snapshot(), claim.ticket)
    over = ticket.state in RESOLVED and (claim.finished or ticket.generation > claim.generation)
    branches = {claim.branch, ticket.branch or claim.branch}
    here = {branch for branch in branches if head_of(session.repository, branch) is not None}
    return over and not here and not any(w.branch in branches for w in list_worktrees(session.repository))


def _foreseen(one: Judged) -> Cleaned:
    verdict = one.judgement
    return Cleaned(
        verdict.remove_worktree, verdict.remove_branch, tuple(dict.fromkeys(reason.text for reason in verdict.reasons))
    )


def _clean(session: Session, one: Judged) -> Cleaned:
    if not (one.judgement.remove_worktree or one.judgement.remove_branch):
        return _foreseen(one)
    came = landings(session).get(one.id, Landing())
    target = target_of(session.repository, session.settings.target) or ""
    try:
        with lock_claim(session.repository.private, one.id):
            return clean_up(
                session.repository,
                TicketBranch(one.id, one.branch, target, came.head, came.by_ff),
                open_state=lambda: _open_state(session, one.id),
                now=session.clock(),
                current_directory=session.repository.directory,
            )
    except YoiError as error:
        why = "another command is at work on the ticket" if error.code == "taken" else f"{error.message}: {error.cause}"
        return Cleaned(worktree=False, branch=False, kept_because=(why,))


def _open_state(session: Session, ticket_id: str) -> str | None:
    """The state of a ticket that somebody has taken up again since it was judged; None for one that is finished."""
    # Not the record that this command saw at its beginning.
    now = replace(session)
    state = now.ticket(now.snapshot(), ticket_id).state
    return state if state not in RESOLVED else None
