"""`apply`: the one pure function through which every entry goes, whether written, joined, imported or verified."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from operator import attrgetter
from typing import Any

from git_yoi.domain import events as ev
from git_yoi.domain.entry import Entry
from git_yoi.domain.file_name import name_problem
from git_yoi.domain.ids import is_id
from git_yoi.domain.relations import KINDS
from git_yoi.domain.states import (
    BLOCKABLE,
    CLOSED,
    DECISIONS,
    DONE,
    INPROGRESS,
    PLANNING,
    PRIORITIES,
    QUEUED,
    RESOLUTIONS,
    STATES,
    TRANSITIONS,
)
from git_yoi.domain.text import line_problem, merge_text, text_problem
from git_yoi.domain.ticket import Actor, Attachment, MergeRecord, Relation, Resolution, ReviewRecord, Ticket
from git_yoi.domain.whole import is_object_id, names_problem, ticket_problem

_FIELDS = tuple(f.name for f in fields(Ticket))
_VALUES = attrgetter(*_FIELDS)


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why an entry has no effect; `code` is one of the contract's."""

    code: str
    reason: str


Result = Ticket | Rejection


def apply(ticket: Ticket | None, entry: Entry) -> Result:
    """The ticket after `entry`, or why it stays as it is; `ticket` is None before its first entry."""
    event = entry.event
    if problem := text_problem(entry.body):
        return Rejection("usage", f"the text cannot be kept: {problem}")
    if isinstance(event, ev.Create):
        return _create(ticket, entry, event)
    if isinstance(event, ev.Repair):
        return _repair(entry)
    if ticket is None:
        return Rejection("not-found", f"there is no ticket {entry.ticket} yet")
    handler = _HANDLERS.get(type(event))
    if handler is None:
        return Rejection("illegal-transition", f"a {event.name} entry is not a ticket's")
    result = handler(ticket, entry, event)
    return result if isinstance(result, Rejection) else _touched(result, entry)


def _touched(ticket: Ticket, entry: Entry) -> Ticket:
    """Note the time, and that an imported ticket now has an entry of its own."""
    outside = entry.imported is not None or isinstance(entry.event, ev.Import)
    own = ticket.own or (ticket.imported is not None and not outside)
    values = dict(zip(_FIELDS, _VALUES(ticket), strict=True))
    # What `replace` does, at a third of its cost: every entry that is proved comes by here.
    return Ticket(**values | {"updated_at": max(ticket.updated_at, entry.at), "own": own})


def _create(ticket: Ticket | None, entry: Entry, event: ev.Create) -> Result:
    if ticket is not None:
        return Rejection("exists", f"ticket {ticket.id} exists already")
    if problem := line_problem(event.title):
        return Rejection("usage", f"a title cannot be kept: {problem}")
    if event.priority not in PRIORITIES:
        return Rejection("usage", f"priority {event.priority} is none of {' '.join(PRIORITIES)}")
    return Ticket(
        id=entry.ticket,
        title=event.title,
        state=PLANNING,
        priority=event.priority,
        labels=_changed((), event.labels, ()),
        assignees=_changed((), event.assignees, ()),
        created_at=entry.at,
        created_by=entry.actor,
        updated_at=entry.at,
        body=entry.body,
        imported=entry.imported,
    )


def _repair(entry: Entry) -> Result:
    fixed = entry.replacement
    if fixed is None or fixed.id != entry.ticket:
        return Rejection("usage", "a repair brings the ticket's file along")
    if problem := ticket_problem(fixed):
        return Rejection("usage", f"a repair brings a file that no entries make: {problem}")
    return _touched(fixed, entry)


def _edit(ticket: Ticket, entry: Entry, event: ev.Edit) -> Result:
    body = ticket.body
    if entry.text is not None:
        merged = merge_text(entry.text.base, entry.text.new, ticket.body)
        if merged is None:
            return Rejection("stale-text", "the description was changed in the same place meanwhile")
        if problem := text_problem(merged):
            return Rejection("usage", f"the description cannot be kept: {problem}")
        body = merged
    if event.title is not None and (problem := line_problem(event.title)):
        return Rejection("usage", f"a title cannot be kept: {problem}")
    if event.priority is not None and event.priority not in PRIORITIES:
        return Rejection("usage", f"priority {event.priority} is none of {' '.join(PRIORITIES)}")
    title = ticket.title if event.title is None else event.title
    priority = ticket.priority if event.priority is None else event.priority
    return replace(ticket, title=title, priority=priority, body=body)


def _words(ticket: Ticket, _entry: Entry, _event: ev.Event) -> Result:
    return ticket


def _report(ticket: Ticket, _entry: Entry, event: ev.Report) -> Result:
    return _not_held(ticket, event.claim) or ticket


def _label(ticket: Ticket, _entry: Entry, event: ev.Label) -> Result:
    return replace(ticket, labels=_changed(ticket.labels, event.add, event.remove))


def _assign(ticket: Ticket, _entry: Entry, event: ev.Assign) -> Result:
    return replace(ticket, assignees=_changed(ticket.assignees, event.add, event.remove))


def _changed(now: tuple[str, ...], add: tuple[str, ...], remove: tuple[str, ...]) -> tuple[str, ...]:
    """The values in the order of their first addition, each once."""
    return tuple(value for value in dict.fromkeys((*now, *add)) if value not in remove)


def _attach(ticket: Ticket, _entry: Entry, event: ev.Attach) -> Result:
    if problem := name_problem(event.file):
        return Rejection("usage", f"an attachment's name cannot be kept: {problem}")
    if not is_object_id(event.blob):
        return Rejection("usage", f"{event.blob[:70]} is no object id")
    others = tuple(a for a in ticket.attachments if a.name != event.file)
    if any(a.name.casefold() == event.file.casefold() for a in others):
        return Rejection("exists", f"an attachment's name differs from {event.file} by case only")
    attachments = sorted((*others, Attachment(event.file, event.blob)), key=lambda a: a.name)
    return replace(ticket, attachments=tuple(attachments))


def _detach(ticket: Ticket, _entry: Entry, event: ev.Detach) -> Result:
    kept = tuple(a for a in ticket.attachments if a.name != event.file)
    if len(kept) == len(ticket.attachments):
        return Rejection("not-found", f"there is no attachment {event.file}")
    return replace(ticket, attachments=kept)


def _link(ticket: Ticket, _entry: Entry, event: ev.Link) -> Result:
    if event.kind not in KINDS or not is_id(event.other):
        return Rejection("usage", f"{event.kind} {event.other} is no relation")
    if event.other == ticket.id:
        return Rejection("usage", "a ticket has no relation to itself")
    kept = tuple(r for r in ticket.relations if (r.kind, r.id) != (event.kind, event.other))
    return replace(ticket, relations=(*kept, Relation(event.kind, event.other, event.note)))


def _unlink(ticket: Ticket, _entry: Entry, event: ev.Unlink) -> Result:
    kept = tuple(r for r in ticket.relations if (r.kind, r.id) != (event.kind, event.other))
    if len(kept) == len(ticket.relations):
        return Rejection("not-found", f"there is no relation {event.kind} {event.other}")
    return replace(ticket, relations=kept)


def _state(ticket: Ticket, _entry: Entry, event: ev.StateChange) -> Result:
    if refused := _wrong_step(ticket, event.name, event.from_, event.to):
        return refused
    if event.to == QUEUED:
        return replace(ticket, state=QUEUED, queued_text=event.text)
    return replace(_unheld(ticket), state=event.to, queued_text=None, blocked=None)


def _accept(ticket: Ticket, entry: Entry, event: ev.Accept) -> Result:
    if ticket.state == INPROGRESS:
        return Rejection("taken", f"it is in progress with {ticket.holder}")
    if refused := _wrong_step(ticket, event.name, event.from_, INPROGRESS):
        return refused
    if event.generation != ticket.generation:
        return Rejection("stale", f"it is at generation {ticket.generation}, not {event.generation}")
    if problem := names_problem(event.branch, event.target):
        return Rejection("usage", problem)
    return replace(
        _held(ticket, entry),
        state=INPROGRESS,
        branch=event.branch,
        base=event.base,
        target=event.target,
    )


def _release(ticket: Ticket, _entry: Entry, event: ev.Release) -> Result:
    if refused := _not_held(ticket, event.claim):
        return refused
    return replace(_unheld(ticket), state=QUEUED)


def _takeover(ticket: Ticket, entry: Entry, event: ev.Takeover) -> Result:
    return _not_held(ticket, event.claim) or _held(ticket, entry)


def _block(ticket: Ticket, _entry: Entry, event: ev.Block) -> Result:
    if ticket.state not in BLOCKABLE:
        return Rejection("illegal-transition", f"a ticket in {ticket.state} cannot be blocked")
    return replace(ticket, blocked=event.reason)


def _unblock(ticket: Ticket, _entry: Entry, _event: ev.Unblock) -> Result:
    if ticket.blocked is None or ticket.state not in BLOCKABLE:
        return Rejection("illegal-transition", "it is not blocked")
    return replace(ticket, blocked=None)


def _review(ticket: Ticket, entry: Entry, event: ev.Review) -> Result:
    if event.decision not in DECISIONS:
        return Rejection("usage", f"{event.decision} is none of {' '.join(DECISIONS)}")
    others = tuple(r for r in ticket.reviews if not r.reviewer.same_as(entry.actor))
    record = ReviewRecord(event.decision, event.commit, event.base, entry.actor, entry.at, event.findings)
    return replace(ticket, reviews=(*others, record))


def _merge(ticket: Ticket, _entry: Entry, event: ev.Merge) -> Result:
    if problem := names_problem(event.target):
        return Rejection("usage", problem)
    record = MergeRecord(
        event.commit,
        event.target,
        event.head,
        event.base,
        event.strategy,
        event.validations,
        event.method,
        event.strength,
    )
    return replace(_unheld(ticket), state=DONE, blocked=None, merge=record, resolution=None)


def _close(ticket: Ticket, entry: Entry, event: ev.Close) -> Result:
    if refused := _wrong_step(ticket, event.name, ticket.state, CLOSED):
        return refused
    if event.as_ not in RESOLUTIONS:
        return Rejection("usage", f"{event.as_} is none of {' '.join(RESOLUTIONS)}")
    resolution = Resolution(event.as_, entry.body or event.reason or "", event.by)
    return replace(_unheld(ticket), state=CLOSED, blocked=None, resolution=resolution)


def _reopen(ticket: Ticket, _entry: Entry, event: ev.Reopen) -> Result:
    if refused := _wrong_step(ticket, event.name, ticket.state, PLANNING):
        return refused
    return replace(_unheld(ticket), state=PLANNING, queued_text=None, blocked=None, merge=None, resolution=None)


def _import(ticket: Ticket, entry: Entry, event: ev.Import) -> Result:
    if ticket.imported is None:
        return Rejection("illegal-transition", "it did not come from another tracker")
    if event.state is None:
        return ticket
    if ticket.own:
        return Rejection("illegal-transition", "it has entries of its own by now")
    if event.state not in STATES:
        return Rejection("usage", f"{event.state} is none of {' '.join(STATES)}")
    if event.state == INPROGRESS:
        # Held by whoever moved it there: without a claim nobody could ever take it over.
        return replace(_held(ticket, entry), state=INPROGRESS, resolution=None)
    ticket = _unheld(ticket)
    if event.state != CLOSED:
        return replace(ticket, state=event.state, resolution=None)
    said = event.imported.get("as")
    text = event.words(entry.body) or (ticket.resolution.text if ticket.resolution else "")
    named = event.imported.get("by")
    by = tuple(word for word in named if isinstance(word, str) and is_id(word)) if isinstance(named, list) else ()
    resolution = Resolution(said if isinstance(said, str) and said in RESOLUTIONS else None, text, by)
    return replace(ticket, state=CLOSED, resolution=resolution)


def _wrong_step(ticket: Ticket, event: str, seen: str, to: str) -> Rejection | None:
    if ticket.state != seen:
        return Rejection("stale", f"it is in {ticket.state}, not in {seen}")
    if (ticket.state, to) not in TRANSITIONS[event]:
        return Rejection("illegal-transition", f"a ticket in {ticket.state} cannot go to {to}")
    return None


def _not_held(ticket: Ticket, claim: str) -> Rejection | None:
    if ticket.state != INPROGRESS:
        return Rejection("illegal-transition", f"it is in {ticket.state}, not in progress")
    if ticket.claim != claim:
        return Rejection("fenced", f"that claim has ended; {ticket.holder} holds it")
    return None


def _held(ticket: Ticket, entry: Entry) -> Ticket:
    return replace(ticket, generation=ticket.generation + 1, claim=entry.nonce, holder=entry.actor)


def _unheld(ticket: Ticket) -> Ticket:
    return replace(ticket, claim=None, holder=None)


# Any: each handler takes its own event class; the table's key is what makes the pairing right.
_HANDLERS: dict[type, Callable[[Ticket, Entry, Any], Result]] = {
    ev.Edit: _edit,
    ev.Comment: _words,
    ev.Plan: _words,
    ev.Decision: _words,
    ev.Intake: _words,
    ev.Report: _report,
    ev.Label: _label,
    ev.Assign: _assign,
    ev.Attach: _attach,
    ev.Detach: _detach,
    ev.Link: _link,
    ev.Unlink: _unlink,
    ev.StateChange: _state,
    ev.Accept: _accept,
    ev.Release: _release,
    ev.Takeover: _takeover,
    ev.Block: _block,
    ev.Unblock: _unblock,
    ev.Review: _review,
    ev.Merge: _merge,
    ev.Close: _close,
    ev.Reopen: _reopen,
    ev.Import: _import,
}
__all__ = ["Actor", "Rejection", "Result", "apply"]
