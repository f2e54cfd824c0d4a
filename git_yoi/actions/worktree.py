"""`git yoi worktree list`: the branches and worktrees of tickets that are in this clone, each judged."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from git_yoi.domain.states import RESOLVED
from git_yoi.git.refs import HEADS, read_refs
from git_yoi.git.worktree_state import branch_wanted
from git_yoi.git.worktrees import admin_entries, list_worktrees
from git_yoi.store.claims import claimed_tickets
from git_yoi.worktree.facts import Found, TicketBranch, gather
from git_yoi.worktree.judge import Judgement, judge
from git_yoi.worktree.targets import known_targets, target_of

if TYPE_CHECKING:
    from git_yoi.actions.session import Session


@dataclass(frozen=True, slots=True)
class Judged:
    """A ticket's branch in this clone, the worktree that has it (None: none), and what may be removed."""

    id: str
    state: str
    branch: str
    head: str | None
    worktree: str | None
    judgement: Judgement


def list_judged(session: Session) -> tuple[Judged, ...]:
    """Every ticket's branch that is here, or is checked out here; by ticket.

    A branch that is another ticket's by now is none of a finished one's.
    """
    target = target_of(session.repository, session.settings.target) or ""
    targets = known_targets(session.repository)
    found = []
    here, landed = _here(session), landings(session)
    for ticket_id, state, branch in session.lookup().branches():
        if branch not in here and ticket_id not in here:
            continue
        came = landed.get(ticket_id, Landing())
        seen = gather(
            session.repository,
            TicketBranch(ticket_id, branch, target, came.head, came.by_ff),
            targets=targets,
            current_directory=session.repository.directory,
            open_state=state if state not in RESOLVED else None,
        )
        taken = seen.facts.foreign is not None and state in RESOLVED
        if not taken and (seen.tip is not None or seen.worktree is not None):
            found.append(_judged(ticket_id, state, branch, seen))
    return tuple(found)


class Landing(NamedTuple):
    """The branch's commit whose work is on its target; `by_ff`: that very commit is what was put there."""

    head: str | None = None
    by_ff: bool = False


def landings(session: Session) -> dict[str, Landing]:
    """Of every finished ticket whose merge is there still, how it landed."""
    from git_yoi.git.evidence import kinds, unreached

    rows = session.index().rows("SELECT id, merge FROM tickets WHERE merge IS NOT NULL AND state IN ('done', 'closed')")
    merges = {str(row[0]): json.loads(row[1]) for row in rows}
    here = kinds(session.repository, {str(m["commit"]) for m in merges.values()})
    found: dict[str, Landing] = {}
    for target in {str(m["target"]) for m in merges.values()}:
        tips = _tips(session, target)
        if not tips:
            continue
        there = {t: m for t, m in merges.items() if m["target"] == target and here.get(m["commit"]) == "commit"}
        off = unreached(session.repository, {m["commit"] for m in there.values()}, tips)
        found |= {
            t: Landing(str(m["head"]), m["head"] == m["commit"]) for t, m in there.items() if m["commit"] not in off
        }
    return found


def _tips(session: Session, target: str) -> list[str]:
    """The target here, and the shared remote's copy of it, on which others may have merged before anybody pulled."""
    from git_yoi.git.refs import branch_ref, remote_branch

    remote = session.settings.remote
    refs = [branch_ref(target), *([remote_branch(remote, target)] if remote is not None else [])]
    return list(read_refs(session.repository, *refs).values())


def _here(session: Session) -> frozenset[str]:
    """The branches that are here or checked out here, and the tickets that have a claim record: no others need a look.

    Most tickets of an old record are closed and cleaned up, and looking at one costs a dozen calls of git.
    """
    repository = session.repository
    heads = {ref.removeprefix(HEADS) for ref in read_refs(repository, HEADS)}
    names = {worktree.branch for worktree in list_worktrees(repository)}
    wanted = {branch_wanted(entry.directory) for entry in admin_entries(repository)}
    wanted.add(branch_wanted(repository.common_dir))
    found = heads | {name for name in names | wanted if name is not None}
    return frozenset(found | set(claimed_tickets(repository.private)))


def _judged(ticket_id: str, state: str, branch: str, seen: Found) -> Judged:
    path = str(seen.worktree.path) if seen.worktree is not None else None
    return Judged(ticket_id, state, branch, seen.tip, path, judge(seen.facts))
