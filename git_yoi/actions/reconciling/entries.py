"""The entries that `reconcile` writes: the evidence as it was found, and how strong it is.

Two clones that find the same merge write the same nonces: when they meet, the second one's have no effect.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from git_yoi.domain.events import Close, Merge, Reopen
from git_yoi.errors import YoiError

if TYPE_CHECKING:
    from git_yoi.actions.reconciling.outcomes import Merged
    from git_yoi.actions.reconciling.reopenings import TakenBack
    from git_yoi.actions.session import Session
    from git_yoi.domain.entry import Entry
    from git_yoi.domain.ticket import Ticket

_HOW = {
    "ancestry": "{head} is in its history",
    "tree": "a tree there is exactly what merging {head} gives",
    "picks": "each commit of {head} was picked there",
}

_AS_IT_WAS = "a commit there makes of the same tree what the merge made of it"


def closing(session: Session, found: Merged) -> list[Entry]:
    """The merge as a fact, and the close."""
    ticket, evidence = found.ticket, found.evidence
    merge = Merge(
        commit=evidence.commit,
        target=found.target,
        head=evidence.head,
        base=evidence.base,
        strategy=evidence.strategy,
        method=evidence.method,
        strength=evidence.strength,
    )
    merged = _nonce(session, ticket, "merge", evidence.commit, found.target)
    closed = _nonce(session, ticket, "close", evidence.commit, found.target)
    said = f"{_what(ticket)} was merged into {found.target} as {evidence.commit[:12]}, without `git yoi complete`."
    return [
        session.entry(ticket.id, merge, how_it_is_shown(found), nonce=merged),
        session.entry(ticket.id, Close("completed"), said + _approval(session, found), nonce=closed),
    ]


def reopening(session: Session, found: TakenBack) -> list[Entry]:
    """The reopening, with what took the merge back as its reason."""
    nonce = _nonce(session, found.ticket, "reopen", found.commit, *found.by)
    return [session.entry(found.ticket.id, Reopen(found.reason), nonce=nonce)]


def how_it_is_shown(found: Merged) -> str:
    """One sentence on what shows the merge."""
    evidence = found.evidence
    how = _AS_IT_WAS if found.as_it_was else _HOW[evidence.method].format(head=evidence.head[:12])
    again = f"; {found.before[:12]} is not there any more" if found.before is not None else ""
    return f"Found on {found.target}, {evidence.strength}: {how}{again}."


def _what(ticket: Ticket) -> str:
    return ticket.branch or "The work"


def _approval(session: Session, found: Merged) -> str:
    """What the policy would have asked for, where nobody asked; nothing where it cannot be read."""
    from git_yoi.config.policy import load_policy
    from git_yoi.domain.reviews import verdict
    from git_yoi.git.commit_range import writers

    evidence = found.evidence
    try:
        policy = load_policy(session.repository, session.settings.target or found.target)
        authors = writers(session.repository, evidence.base, evidence.head)
    except YoiError as error:
        return f" Whether it was approved cannot be told: {error.message}."
    said = verdict(found.ticket.reviews, evidence.head, authors, required=policy.approvals, own=policy.own_approval)
    return f" It was merged without the approval that the policy asks for: {said.reason}." if said.code else ""


def _nonce(session: Session, ticket: Ticket, *words: str) -> str:
    """A nonce that follows from the ticket's state and the evidence alone; a thread that has it gets a random one."""
    ground = [ticket.id, ticket.generation, ticket.claim, ticket.merge.commit if ticket.merge else None, *words]
    nonce = hashlib.sha256(json.dumps(ground).encode()).hexdigest()[:32]
    rows = session.index().rows("SELECT 1 FROM entries WHERE ticket = ? AND nonce = ?", (ticket.id, nonce))
    return session.new_nonce() if rows else nonce
