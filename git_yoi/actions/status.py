"""`git yoi status`: what waits for a human, what can start, what runs, what is stuck, how far from the remote."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from git_yoi.actions.list_ import Listed, listed
from git_yoi.actions.reading import read_index
from git_yoi.domain.states import CLOSED, DONE, INPROGRESS, QUEUED, READY
from git_yoi.git import refs
from git_yoi.index.lookup import IndexLookup
from git_yoi.index.tickets import Summary, counts, summaries
from git_yoi.store.lookup import blockers_of

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.index.view import Index


class Line(NamedTuple):
    """A ticket, and what is to be said of it."""

    listed: Listed
    text: str


class Distance(NamedTuple):
    """How far the local tickets are from what was last fetched; both None where that remote has none."""

    remote: str
    ahead: int | None
    behind: int | None


class Status(NamedTuple):
    """The state of the work; `remote` is None where nothing is shared yet."""

    tip: str
    counts: dict[str, int]
    human: tuple[Line, ...]
    startable: tuple[Line, ...]
    running: tuple[Line, ...]
    stuck: tuple[Line, ...]
    remote: Distance | None


def status(session: Session) -> Status:
    """Look at everything that is not finished; most urgent first, then oldest first."""
    index = read_index(session)
    open_ = [t for t in summaries(index, closed=False) if t.state not in (DONE, CLOSED)]
    open_.sort(key=lambda t: (t.priority, t.created_at, t.place, t.id))
    shown = listed(session, index, open_)
    approved, sent_back = _judged(session, index)
    human = [Line(one, _human_word(one.ticket, approved)) for one in shown]
    waiting = {line.listed.ticket.id for line in human if line.text}
    stuck = [one for one in shown if one.ticket.blocked and one.ticket.state in (QUEUED, INPROGRESS)]
    startable = [one for one in shown if one.ticket.state == QUEUED and not one.ticket.blocked]
    running = [
        one
        for one in shown
        if one.ticket.state == INPROGRESS and not one.ticket.blocked and one.ticket.id not in waiting
    ]
    return Status(
        tip=index.tip,
        counts=counts(index),
        human=tuple(line for line in human if line.text),
        startable=tuple(Line(one, "git yoi start") for one in startable),
        running=tuple(Line(one, _running_word(one, sent_back)) for one in running),
        stuck=_stuck(index, stuck),
        remote=_distance(session, index.tip),
    )


def _human_word(ticket: Summary, approved: set[str]) -> str:
    """What a human is asked for; "" for nothing."""
    if ticket.state == READY:
        return "git yoi queue"
    if ticket.id in approved and not ticket.blocked:
        return "approved: git yoi complete"
    return ""


def _running_word(one: Listed, sent_back: set[str]) -> str:
    """Who holds it, and whether a reviewer waits for them."""
    if one.holder is None:
        return ""
    if one.ticket.id not in sent_back:
        return one.holder.actor
    return f"changes asked of {one.holder.actor.rpartition(' <')[0]}"


def _judged(session: Session, index: Index) -> tuple[set[str], set[str]]:
    """The tickets in progress that are approved at their branch's head, and those that somebody wants changed there."""
    query = "SELECT id, branch, reviews FROM tickets WHERE state = ? AND reviews <> '[]' AND branch IS NOT NULL"
    rows = index.rows(query, (INPROGRESS,))
    if not rows:
        return set(), set()
    heads = refs.read_refs(session.repository, refs.HEADS)
    approved: set[str] = set()
    sent_back: set[str] = set()
    for ticket_id, branch, reviews in rows:
        head = heads.get(refs.branch_ref(branch))
        said = {r["decision"] for r in json.loads(reviews) if r["commit"] == head}
        if "request-changes" in said:
            sent_back.add(ticket_id)
        elif "approve" in said:
            approved.add(ticket_id)
    return approved, sent_back


def _stuck(index: Index, tickets: Sequence[Listed]) -> tuple[Line, ...]:
    lookup = IndexLookup(index)
    return tuple(Line(one, _why(one.ticket, lookup)) for one in tickets)


def _why(ticket: Summary, lookup: IndexLookup) -> str:
    if ticket.mark is not None:
        return ticket.mark
    return "waits for " + ", ".join(f"{b.id[:8]} ({b.state})" for b in blockers_of(lookup, ticket.id))


def _distance(session: Session, tip: str) -> Distance | None:
    remote = session.settings.remote
    if remote is None:
        return None
    ref = refs.remote_tickets(remote)
    theirs = refs.read_ref(session.repository, ref)
    if theirs is None:
        return Distance(remote, None, None)
    # A join says nothing of its own: what sync will call received and sent are entries.
    asked = ("--left-right", "--no-merges", "--count", f"{tip}...{theirs}")
    done = session.repository.git.run("rev-list", *asked)
    ahead, behind = done.text.split("\t")
    return Distance(remote, int(ahead), int(behind))
