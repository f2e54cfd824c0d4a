"""What of a folder is not in the record yet, and what makes the ticket end as its folder says."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import replace

from git_yoi.codec.yoi_backend.front_matter import FILE
from git_yoi.codec.yoi_backend.mapping import RESOLUTION, Mapped
from git_yoi.codec.yoi_backend.people import TRACKER
from git_yoi.domain.entry import Entry, TextChange
from git_yoi.domain.events import Assign, Edit, Event, Import, Label
from git_yoi.domain.json_value import Json
from git_yoi.domain.states import CLOSED, PLANNING
from git_yoi.domain.ticket import Ticket


def outstanding(mapped: Mapped, ticket: Ticket | None, known: AbstractSet[str]) -> list[Entry]:
    """The entries to add to `ticket` (None: there is none yet), whose thread has the nonces `known`.

    Once people have worked on the ticket here, its description and state are theirs: a change of them in the folder is
    reported, and not forced.
    """
    entries = [mapped.create] if ticket is None else _edits(mapped, ticket, known)
    new = [entry for entry in mapped.entries if entry.nonce not in known]
    own = ticket is not None and ticket.own
    entries += [_without_state(mapped, entry) if own else entry for entry in new]
    if not own and (ticket is None or entries):
        entries += _ending(mapped, ticket, entries, known)
    return entries


def _without_state(mapped: Mapped, entry: Entry) -> Entry:
    event = entry.event
    if not isinstance(event, Import) or event.state is None:
        return entry
    mapped.drafts.report.add(
        "thread.md", 0, f"a change to {event.state}, kept as text: the ticket has entries of its own"
    )
    return replace(entry, event=replace(event, state=None))


def _edits(mapped: Mapped, ticket: Ticket, known: AbstractSet[str]) -> list[Entry]:
    """Entries for what has changed in item.md since the last import."""
    fields = mapped.fields
    events: list[tuple[Event, TextChange | None]] = []
    if (fields.title, fields.priority, fields.body) != (ticket.title, ticket.priority, ticket.body):
        events.append((Edit(fields.title, fields.priority), TextChange(ticket.body, fields.body)))
    if labels := _delta(ticket.labels, fields.labels):
        events.append((Label(*labels), None))
    if people := _delta(ticket.assignees, fields.assignees):
        events.append((Assign(*people), None))
    if ticket.own:
        if events and mapped.create.nonce not in known:
            mapped.drafts.report.add(
                FILE, 0, "it has changed, and so has the ticket here: nothing of it was taken over"
            )
        return []
    made: list[Entry] = []
    for event, text in events:
        imported: dict[str, Json] = {"kind": "item", "as_kind": event.name, "updated_at": fields.updated_at}
        imported["content"] = mapped.create.nonce
        entry = mapped.drafts.entry(event, TRACKER, fields.updated_at, imported, place="item")
        made.append(replace(entry, text=text))
    return [entry for entry in made if entry.nonce not in known]


def _delta(now: tuple[str, ...], then: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    added, removed = tuple(v for v in then if v not in now), tuple(v for v in now if v not in then)
    return (added, removed) if added or removed else None


def _ending(mapped: Mapped, ticket: Ticket | None, entries: list[Entry], known: AbstractSet[str]) -> list[Entry]:
    """An entry that brings the state and the resolution to what the folder says, where its thread does not."""
    state = ticket.state if ticket else PLANNING
    text = ticket.resolution.text if ticket and ticket.resolution else None
    said: Json = ticket.resolution.as_ if ticket and ticket.resolution else None
    for entry in entries:
        if isinstance(entry.event, Import) and entry.event.state is not None:
            state = entry.event.state
            text = (entry.event.words(entry.body) or text or "") if state == CLOSED else None
            said = entry.event.imported.get("as") if state == CLOSED else None
    fields = mapped.fields
    wanted = fields.state or state
    resolution = mapped.resolution if wanted == CLOSED else None
    if wanted == state and (resolution is None or resolution == text):
        return []
    if wanted != state:
        what = f"its state is {wanted}, but its thread ends in {state}; an entry was added for that"
        mapped.drafts.report.add(FILE, 0, what)
    values: dict[str, Json] = {"kind": RESOLUTION if wanted == state else FILE, "as_kind": "state", "to": wanted}
    values |= {"from": state, "entries": mapped.length}
    if said is not None and wanted == CLOSED:
        values["as"] = said
    made = mapped.drafts.entry(
        Import({}, wanted), TRACKER, fields.updated_at, values, place="end", body=resolution or ""
    )
    return [] if made.nonce in known else [made]
