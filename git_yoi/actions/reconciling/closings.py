"""Tickets in progress whose branch is on its target already, however that came about."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from git_yoi.actions.reconciling.contested import keep_own
from git_yoi.actions.reconciling.outcomes import Left, Merged, left
from git_yoi.actions.reconciling.tickets import in_progress
from git_yoi.config.branch_tickets import tickets_of_branches
from git_yoi.domain.ids import short_id
from git_yoi.git.branches import head_of, is_ancestor
from git_yoi.git.evidence import kinds
from git_yoi.git.ref_history import entries
from git_yoi.git.refs import HEADS, branch_ref, read_refs
from git_yoi.merge.evidence.find import search
from git_yoi.merge.evidence.model import Claim, Evidence, NotShown
from git_yoi.merge.evidence.undone import undone
from git_yoi.merge.traces import Traces, stands_on, traces
from git_yoi.store.claims import my_claim

if TYPE_CHECKING:
    from git_yoi.actions.reconciling.targets import Targets
    from git_yoi.actions.session import Session
    from git_yoi.domain.ticket import Ticket
    from git_yoi.merge.looked_at import LookedAt

# What an extended expression takes for itself.
_SPECIAL = re.compile(r"[.\[\](){}*+?^$|\\]")


def find(session: Session, targets: Targets, looked: LookedAt) -> tuple[Merged | Left, ...]:
    """Look for the work of every ticket in progress on its target; those that nothing came near to are left out."""
    tickets = list(in_progress(session))
    names = Counter(ticket.branch for ticket in tickets)
    found = (
        _of(session, targets, ticket, looked, twice=names[ticket.branch] > 1)
        for ticket in tickets
        if targets.tips(ticket.target) and ticket.branch not in (None, ticket.target)
    )
    own = keep_own(session, targets.look, [one for one in found if one is not None])
    return (*own, *_without_target(session, targets, tickets))


def _without_target(session: Session, targets: Targets, tickets: Sequence[Ticket]) -> Iterator[Left]:
    """Those whose branch is here, and whose target is not: somebody renamed or deleted that."""
    lost = [one for one in tickets if one.target is not None and targets.is_nowhere(one.target)]
    here = read_refs(session.repository, HEADS) if lost else {}
    for ticket in lost:
        if ticket.branch is not None and branch_ref(ticket.branch) in here:
            short = short_id(ticket.id)
            reason = (
                f"its target {ticket.target} is nowhere here; if it was renamed: git yoi init --target BRANCH, then"
                f" git yoi complete {short} --target BRANCH; if it was merged already: git yoi release {short} -m WHY,"
                " and the next start takes the new target"
            )
            yield left(ticket, "no-target", reason)


def work_on(
    targets: Targets, tips: tuple[str, ...], claim: Claim, since: str | None = None
) -> tuple[Evidence | NotShown, str]:
    """Whether the work is on one of the commits that say what a target is, and on which; the last answer if on none.

    `since` is the target's commit on which this very head was looked for before, and not found.
    """
    answer: Evidence | NotShown = NotShown("not-there", "the target is nowhere")
    for tip in tips:
        known = since if since is not None and stands_on(targets.session.repository, since, tip) else None
        answer = search(targets.look, claim, tip, since=known)
        if isinstance(answer, Evidence):
            return answer, tip
    return answer, tips[-1] if tips else ""


def _of(session: Session, targets: Targets, ticket: Ticket, looked: LookedAt, *, twice: bool) -> Merged | Left | None:
    target = ticket.target or ""
    seen = traces(session.repository, ticket, _reported(session, ticket.id))
    if problem := _not_its_own(session, ticket, twice=twice):
        return left(ticket, "ambiguous", problem) if seen.heads else None
    if not seen.heads:
        return _nominated(session, ticket, targets.tips(target)[0])
    result = _all_heads(targets, targets.tips(target), ticket, seen, looked)
    if isinstance(result, Merged):
        return result
    if (here := targets.here_alone(target)) is not None:
        local = _all_heads(targets, (here,), ticket, seen, looked)
        if isinstance(local, Merged):
            reason = f"merged into {target} in this clone alone; it closes once {session.settings.remote} has that"
            return left(ticket, "waiting", reason, local.evidence.commit)
    return None if _is_ordinary(result) else result


def _is_ordinary(left: Left) -> bool:
    """Whether nothing came near: the work is simply not there yet."""
    return left.code == "nothing-own" or (left.code == "not-there" and left.commit is None)


def _all_heads(
    targets: Targets, tips: tuple[str, ...], ticket: Ticket, seen: Traces, looked: LookedAt
) -> Merged | Left:
    """The merge of the branch's every copy; what is only partly there is not merged."""
    session, latest = targets.session, None
    for head in seen.heads:
        key = f"{ticket.target}:{head}"
        before, acceptances = looked.at(key)
        since = before if ticket.claim in acceptances else None
        if since is not None and tips == (since,):
            looked.note(key, since, acceptances)
            return left(ticket, "not-there", "nothing has happened since it was looked for")
        base = _beginning(session, ticket, head)
        claim = Claim(ticket.id, head, base, seen.named, seen.made, watched=seen.all_made)
        answer, tip = work_on(targets, tips, claim, since)
        if isinstance(answer, NotShown):
            near = None if answer.near is None or _is_former(session, ticket, answer.near) else answer.near
            if answer.code == "not-there" and near is None and ticket.claim is not None:
                looked.note(key, tips[0], {ticket.claim})
            return left(ticket, answer.code, answer.reason, near)
        if _is_former(session, ticket, answer.commit):
            return left(ticket, "nothing-own", "that is the merge that it had when it was reopened", answer.commit)
        if (gone := undone(session.repository, session.objects, answer, tip)) is not None:
            return left(ticket, "undone", f"merged as {answer.commit[:12]}, and {gone.said}", answer.commit)
        if latest is None or is_ancestor(session.repository, latest.commit, answer.commit):
            latest = answer
    if latest is None:
        raise RuntimeError("a branch without heads was judged")
    return Merged(ticket, ticket.target or "", latest)


def _is_former(session: Session, ticket: Ticket, commit: str) -> bool:
    """Whether a merge that the thread recorded before has it: whoever reopened the ticket knew of that one."""
    before = [each["commit"] for each in _merges(session, ticket)]
    here = kinds(session.repository, before)
    return any(here.get(one) == "commit" and is_ancestor(session.repository, commit, one) for one in before)


def _beginning(session: Session, ticket: Ticket, head: str) -> str | None:
    """Where the work of this time began: a merge that was followed by a reopening has brought what was before it."""
    before = [each["head"] for each in _merges(session, ticket)]
    here = kinds(session.repository, before)
    stands = (one for one in before if here.get(one) == "commit" and is_ancestor(session.repository, one, head))
    return next(stands, ticket.base)


def _merges(session: Session, ticket: Ticket) -> list[dict[str, str]]:
    """What the thread says of every merge that the ticket had, newest first."""
    query = "SELECT data FROM entries WHERE ticket = ? AND kind = 'merge' AND rejected IS NULL ORDER BY n DESC"
    found = (json.loads(row[0]) for row in session.index().rows(query, (ticket.id,)))
    return [{key: str(each[key]) for key in ("commit", "head")} for each in found]


def _not_its_own(session: Session, ticket: Ticket, *, twice: bool) -> str | None:
    """Why the branch of that name may not be the ticket's, or None."""
    if twice:
        return f"another ticket in progress has branch {ticket.branch} too"
    said = tickets_of_branches(session.repository).get(ticket.branch or "")
    if said:
        return None if said == ticket.id else f"branch {ticket.branch} here was made for ticket {short_id(said)}"
    mine = my_claim(session.repository.private, ticket.id)
    if mine is None or mine != ticket.claim or head_of(session.repository, ticket.branch or "") is None:
        return None
    # Git forgets a branch's settings and its reflog with the branch.
    began = f"yoi: start {ticket.id}"
    if began in (said for _, said in entries(session.repository, branch_ref(ticket.branch or ""))):
        return None
    return f"branch {ticket.branch} here is not the one that was made for it; another was made under that name"


def _nominated(session: Session, ticket: Ticket, tip: str) -> Left | None:
    """A commit that names the ticket or its branch, where that branch is not here: a name alone shows nothing."""
    began = ticket.base if ticket.base is not None and _is_here(session, ticket.base) else None
    patterns = [f"^Ticket: {ticket.id}$"]
    if began is not None:
        # Before that the name may have been another ticket's.
        name = _SPECIAL.sub(r"\\\g<0>", ticket.branch or "")
        patterns.append(f"^Merge (remote-tracking )?branch '([^']*/)?{name}'")
    former = [each["commit"] for each in _merges(session, ticket)]
    here = kinds(session.repository, former)
    without = [began, *(oid for oid in former if here.get(oid) == "commit")]
    done = session.repository.git.run(
        *("--no-replace-objects", "rev-list", "-1", "--extended-regexp", *(f"--grep={each}" for each in patterns)),
        *(tip, *(f"^{oid}" for oid in without if oid is not None), "--"),
    )
    if not done.text:
        return None
    reason = (
        f"{done.text[:12]} on {ticket.target} names it, but branch {ticket.branch} is not here to compare;"
        " fetch or restore the branch, then reconcile again"
    )
    return left(ticket, "no-branch", reason, done.text)


def _is_here(session: Session, oid: str) -> bool:
    return kinds(session.repository, [oid]).get(oid) == "commit"


def _reported(session: Session, ticket_id: str) -> list[str]:
    """The commits that reports on the work name, newest first."""
    rows = session.index().rows(
        "SELECT data FROM entries WHERE ticket = ? AND kind = 'report' AND rejected IS NULL ORDER BY n DESC",
        (ticket_id,),
    )
    found = (json.loads(row[0]).get("commit") for row in rows if row[0])
    return [str(commit) for commit in found if commit]
