"""Thread entries, relations and orchestration notes as entries of ours."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import cast

from git_yoi.codec.yoi_backend import thread
from git_yoi.codec.yoi_backend.artifacts import Record
from git_yoi.codec.yoi_backend.drafts import Drafts
from git_yoi.codec.yoi_backend.source import Event as Source
from git_yoi.codec.yoi_backend.vocabulary import (
    STATE_FIELDS,
    decision_of,
    kind_of,
    plan_kind_of,
    relation_of,
    state_of,
)
from git_yoi.domain import events as ev
from git_yoi.domain.entry import Entry
from git_yoi.domain.ids import is_id
from git_yoi.domain.json_value import Json
from git_yoi.domain.reviews import NO_COMMIT
from git_yoi.domain.states import RESOLUTIONS

_OID = re.compile(r"(?<![0-9A-Za-z_/.-])[0-9a-f]{7,64}(?![0-9A-Za-z_/-])")
_FREE: dict[str, Callable[[], ev.Event]] = {
    "comment": ev.Comment,
    "plan": ev.Plan,
    "decision": ev.Decision,
    "intake": ev.Intake,
}


class ThreadMapper:
    """Maps one thread in its order, and remembers whether the work was recorded as done since planning."""

    def __init__(self, drafts: Drafts) -> None:
        """Begin a thread."""
        self._drafts = drafts
        self._done = False

    def entry(self, source: Source) -> Entry:
        """One entry; what it cannot say in our words is reported, and kept as it stands."""
        drafts, where = self._drafts, (thread.FILE, source.line)
        kind = kind_of(source.kind) if source.kind else None
        if kind is None and source.kind:
            drafts.report.add(*where, f"{source.kind[:60]!r} is no event that is known")
        at = drafts.time(source.attributes["at"], *where) if source.attributes.get("at") else self._no_time(source)
        author = drafts.author(source.attributes.get("author", ""), *where) if source.kind else "yoi"
        attributes = cast("dict[str, Json]", source.attributes)
        imported: dict[str, Json] = {"position": source.position, "kind": source.kind or "text"}
        imported |= {"as_kind": kind or "comment", "attributes": attributes}
        event = self._event(kind, source, imported)
        return drafts.entry(event, author, at, imported, place="thread", body=drafts.text(source.body, *where))

    def _no_time(self, source: Source) -> int:
        if source.kind:
            self._drafts.report.add(thread.FILE, source.line, "it names no time; the one before it stands in")
        return self._drafts.last_time

    def _event(self, kind: str | None, source: Source, imported: dict[str, Json]) -> ev.Event:
        if kind in _FREE:
            return _FREE[kind]()
        if kind == "review":
            return self._review(source, imported)
        if kind == "state":
            return ev.Import({}, self._state(source, imported))
        if kind == "close":
            said = source.attributes.get("as", "")
            if said in RESOLUTIONS or self._done:
                imported["as"] = said if said in RESOLUTIONS else "completed"
            if by := [word for word in source.attributes.get("by", "").split() if is_id(word)]:
                imported["by"] = list[Json](by)
            if source.heading:
                imported["text"] = source.words
            return ev.Import({}, "closed")
        return ev.Import({})

    def _review(self, source: Source, imported: dict[str, Json]) -> ev.Event:
        words = [source.attributes.get(key, "") for key in ("status", "result", "decision")]
        words.append(source.heading.lower().removeprefix("review:"))
        decision = next((d for d in map(decision_of, words) if d), None)
        if decision is None:
            self._drafts.report.add(thread.FILE, source.line, "a review that says neither approve nor request_changes")
            return ev.Import({})
        imported["decision"] = decision
        return ev.Review(decision, _only_commit(source) or NO_COMMIT)

    def _state(self, source: Source, imported: dict[str, Json]) -> str | None:
        """The state that the entry sets, or None; the words of both stay in the attributes."""
        attributes = source.attributes
        seen, to = attributes.get("from", ""), attributes.get("to") or attributes.get("status", "")
        if attributes.get("field", "state") not in STATE_FIELDS:
            self._drafts.report.add(
                thread.FILE, source.line, f"a change of {attributes['field'][:60]!r}, not of a state"
            )
            return None
        before, after = state_of(seen), state_of(to)
        if before is not None:
            imported["from"] = before
        if after is None:
            self._drafts.report.add(thread.FILE, source.line, f"{to[:60]!r} is no state that is known")
            return None
        imported["to"] = after
        if after == "done" and attributes.get("reason") != "closed":
            self._done = True
        elif after == "planning":
            self._done = False
        if after == "closed":
            if self._done:
                imported["as"] = "completed"
            if source.heading:
                imported["text"] = source.words
        return after


def _only_commit(source: Source) -> str | None:
    """The commit that a review names, if it names exactly one (an abbreviation of it counts as the same)."""
    if commit := _OID.fullmatch(source.attributes.get("commit", "")):
        return commit[0]
    found = {word for word in _OID.findall(source.body) if re.search(r"\d", word) and re.search(r"[a-f]", word)}
    longest = max(found, key=len, default=None)
    return longest if longest is not None and all(longest.startswith(word) for word in found) else None


def relation_entry(drafts: Drafts, record: Record) -> Entry:
    """A relation as a link; one that cannot be ours is reported, and kept as its record says it."""
    kind, other = relation_of(record.text("kind")), drafts.other_id(record.text("target"))
    event: ev.Event = ev.Import({})
    imported = _record_values(record, "relation", "link")
    what = f"relation {record.index + 1}"
    if kind is None:
        drafts.report.add(record.file, record.line, f"{what} is of kind {record.text('kind')[:60]!r}, unknown here")
    elif other is None or other == drafts.ticket:
        drafts.report.add(record.file, record.line, f"{what} names no other ticket: {record.text('target')[:60]!r}")
    elif record.text("ticket_id") not in ("", drafts.original):
        drafts.report.add(record.file, record.line, f"{what} is another ticket's: {record.text('ticket_id')[:60]!r}")
    else:
        event = ev.Link(kind, other, record.text("note") or None)
    return _record_entry(drafts, record, event, imported, "relation")


def plan_entry(drafts: Drafts, record: Record) -> Entry:
    """An orchestration note as a plan."""
    kind = plan_kind_of(record.text("kind"))
    event: ev.Event = ev.Import({})
    imported = _record_values(record, "orchestration-plan", "plan")
    if kind is None:
        drafts.report.add(
            record.file, record.line, f"{record.text('kind')[:60]!r} is no orchestration note that is known"
        )
    else:
        event = ev.Plan(kind, _other(drafts, record))
    return _record_entry(drafts, record, event, imported, "plan")


def _other(drafts: Drafts, record: Record) -> str | None:
    named = record.text("related_ticket")
    if not named:
        return None
    other = drafts.other_id(named)
    if other is None:
        drafts.report.add(record.file, record.line, f"it names no ticket: {named[:60]!r}")
    return other


def _record_values(record: Record, kind: str, as_kind: str) -> dict[str, Json]:
    values: dict[str, Json] = {"position": record.index, "kind": kind, "as_kind": as_kind, "record": record.values}
    return values


def _record_entry(drafts: Drafts, record: Record, event: ev.Event, imported: dict[str, Json], place: str) -> Entry:
    author = drafts.author(record.text("author"), record.file, record.line)
    at = drafts.time(record.text("at"), record.file, record.line)
    body = drafts.text(_words(record), record.file, record.line) if place == "plan" else ""
    if isinstance(event, ev.Import) and place == "relation":
        body = drafts.text(record.text("note"), record.file, record.line)
    return drafts.entry(event, author, at, imported, place=place, body=body)


def _words(record: Record) -> str:
    """What an orchestration note says in words: its plan's summary and roles, and its note."""
    plan = record.values.get("accepted_plan")
    parts = [plan.get("summary"), plan.get("role_plan")] if isinstance(plan, dict) else []
    return "\n\n".join(part for part in (*parts, record.text("note")) if isinstance(part, str) and part)
