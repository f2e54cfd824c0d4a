"""Branches and worktrees against tickets: what a held ticket should have, and what no open ticket has any more."""

from __future__ import annotations

import re
from collections.abc import Iterator

from git_yoi.actions.doctor_checks.case import Ailment, Case
from git_yoi.actions.doctor_checks.claims import Claimed, claimed
from git_yoi.actions.worktree import Judged, list_judged
from git_yoi.domain.ids import short_id
from git_yoi.domain.states import CLOSED
from git_yoi.git import refs
from git_yoi.git.worktree_state import users_of
from git_yoi.git.worktrees import Worktree

# As `start` names a branch: eight letters of the id, then words of the title.
_NAMED_AFTER_TICKET = re.compile(r"(?P<id>[k-z]{8})(-.*)?")
_UNMERGED = {"unmerged", "unknown", "open"}


def held(case: Case) -> Iterator[Ailment]:
    """A ticket that this clone holds has its branch, and its worktree where one was made."""
    for one in claimed(case):
        claim = one.claim
        if claim is None or not one.holds or not claim.finished:
            continue
        if claim.branch not in case.heads:
            fix = f"git branch {claim.branch} COMMIT, with its last commit: git reflog, or {refs.RESCUE}, has it"
            yield Ailment("branch-missing", one.ticket_id, f"there is no branch {claim.branch}", "the branch", fix)
        elif claim.worktree is not None:
            yield from _without_worktree(case, one)


def _without_worktree(case: Case, one: Claimed) -> Iterator[Ailment]:
    claim = one.claim
    if claim is None or claim.worktree is None:
        return
    users = users_of(case.repository, case.worktrees, claim.branch)
    if any(not user.missing for user in users):
        return
    name = short_id(one.ticket_id)
    there = next((w for w in case.worktrees if w.path == claim.worktree and not w.missing), None)
    if there is not None:
        has = f"branch {there.branch}" if there.branch else "a detached HEAD"
        observed, fix = f"its worktree {there.path} has {has}", f"git switch {claim.branch}, there"
        yield Ailment("worktree-strayed", one.ticket_id, observed, f"branch {claim.branch} checked out in it", fix)
        return
    yield Ailment(
        "worktree-missing",
        one.ticket_id,
        f"its worktree {claim.worktree} is gone",
        f"a worktree of branch {claim.branch}",
        f"moved: git worktree repair PATH; lost: git yoi release {name} -m WHY, then queue it and start it anew",
    )


def left(case: Case) -> Iterator[Ailment]:
    """No closed ticket has a worktree here, nor a branch whose commits are merged."""
    if case.tip is None:
        return
    for judged in list_judged(case.session):
        codes = {reason.code for reason in judged.judgement.reasons}
        if judged.state != CLOSED or "unowned" in codes:
            continue
        worktree = _linked(case, judged)
        if worktree is not None:
            yield _worktree_left(judged, worktree)
        elif judged.head is not None and not _UNMERGED & codes:
            yield _branch_left(judged)


def _linked(case: Case, judged: Judged) -> Worktree | None:
    """The ticket's linked worktree; the main one is nobody's in particular."""
    return next((w for w in case.worktrees if not w.main and str(w.path) == judged.worktree), None)


def _worktree_left(judged: Judged, worktree: Worktree) -> Ailment:
    reasons = "; ".join(reason.text for reason in judged.judgement.reasons)
    fix = f"see to it first: {reasons}" if reasons else "git yoi worktree list judges it: nothing would be lost with it"
    observed = f"worktree {worktree.path} is of a ticket that is closed"
    return Ailment("worktree-left", judged.id, observed, "worktrees of tickets that are worked on", fix)


def _branch_left(judged: Judged) -> Ailment:
    reasons = "; ".join(reason.text for reason in judged.judgement.reasons)
    fix = f"see to it first: {reasons}" if reasons else "nothing is lost with it: git branch -d takes it away"
    observed = f"branch {judged.branch} is merged, and its ticket is closed"
    return Ailment("branch-left", judged.id, observed, "branches of tickets that are worked on", fix)


def unaccepted(case: Case) -> Iterator[Ailment]:
    """No branch or worktree is named after a ticket that has not been accepted with it."""
    if case.tip is None:
        return
    lookup = case.session.lookup()
    recorded = {branch for _, _, branch in lookup.branches()} | _claimed_branches(case)
    places = {w.branch: w.path for w in case.worktrees if w.branch is not None and not w.main}
    for branch in sorted(case.heads):
        named = _NAMED_AFTER_TICKET.fullmatch(branch)
        if named is None or branch in recorded or branch == case.settings.target:
            continue
        what = f"branch {branch}" + (f", in worktree {places[branch]}," if branch in places else "")
        tickets = lookup.matching(named["id"])
        if tickets:
            observed = f"{what} is named after ticket {named['id']}, which was not accepted with it"
            fix = f"git branch -m {branch} NAME; git yoi start {named['id']} makes the ticket's own"
        else:
            observed, fix = f"{what} is named after a ticket that there is not", f"git branch -m {branch} NAME"
        yield Ailment("branch-unaccepted", branch, observed, "such a branch for accepted tickets only", fix)


def _claimed_branches(case: Case) -> set[str]:
    """Branches of this clone's own records: what is wrong with those is told as such."""
    return {one.claim.branch for one in claimed(case) if one.claim is not None}
