"""What item.md says of a ticket, in our words: title, state, priority, labels, assignees, times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from git_yoi.codec.yoi_backend.drafts import Drafts
from git_yoi.codec.yoi_backend.front_matter import FILE
from git_yoi.codec.yoi_backend.people import NOBODY
from git_yoi.codec.yoi_backend.source import Event, Folder, Item
from git_yoi.codec.yoi_backend.vocabulary import priority_of, state_of
from git_yoi.domain.json_value import Json
from git_yoi.domain.text import MAX_LINE, escape_controls, first_line, line_problem
from git_yoi.domain.times import from_rfc3339

_DEFAULT_PRIORITY = "P2"


@dataclass(frozen=True, slots=True)
class Fields:
    """The ticket as item.md has it; times are seconds since the epoch, `state` is None where it says nothing known."""

    title: str
    priority: str
    labels: tuple[str, ...]
    assignees: tuple[str, ...]
    body: str
    state: str | None
    author: str
    created_at: int
    updated_at: int

    def content(self) -> dict[str, Json]:
        """What a person may edit, for a nonce."""
        return {
            "title": self.title,
            "priority": self.priority,
            "labels": list(self.labels),
            "assignees": list(self.assignees),
            "body": self.body,
        }


def read_fields(item: Item, folder: Folder, events: Sequence[Event], drafts: Drafts) -> Fields:
    """Read them, reporting what cannot be ours; the front matter itself is kept whole elsewhere."""
    reader = _Reader(item, drafts)
    created = reader.time("created_at", _times(events)[:1])
    updated = reader.time("updated_at", _times(events)[-1:] or [created])
    drafts.last_time = created
    return Fields(
        title=reader.title(folder.name),
        priority=reader.priority(),
        labels=reader.lines("labels"),
        assignees=reader.lines("assignee", "assignees"),
        body=drafts.text(item.body, FILE, 1),
        state=_state(reader, folder),
        author=_author(events),
        created_at=created,
        updated_at=max(created, updated),
    )


def _times(events: Sequence[Event]) -> list[int]:
    found: list[int] = []
    for event in events:
        try:
            found.append(max(0, from_rfc3339(event.attributes.get("at", ""))))
        except (ValueError, OverflowError):
            continue
    return found


def _author(events: Sequence[Event]) -> str:
    """Who created it: the `create` entry's author, else that of the first entry that names one."""
    named = [e for e in events if e.attributes.get("author")]
    chosen = next((e for e in named if e.kind == "create"), named[0] if named else None)
    return chosen.attributes["author"] if chosen is not None else NOBODY


def _state(reader: _Reader, folder: Folder) -> str | None:
    """By the newest vocabulary that speaks; closed beats a workflow state, as in the tracker's own migration."""
    said = {key: reader.state(key) for key in ("state", "workflow_state", "status")}
    said["group"] = state_of(folder.group) if folder.group else None
    if said["state"] is None and "closed" in (said["status"], said["group"]):
        return "closed"
    return next((state for state in said.values() if state is not None), None)


class _Reader:
    """Reads single values of the front matter."""

    def __init__(self, item: Item, drafts: Drafts) -> None:
        self._item = item
        self._drafts = drafts

    def _report(self, key: str, what: str) -> None:
        self._drafts.report.add(FILE, self._item.lines.get(key, 0), what)

    def _text(self, key: str) -> str:
        value = self._item.front.get(key)
        if value is None or isinstance(value, str):
            return value or ""
        self._report(key, f"{key} is no text")
        return ""

    def time(self, key: str, instead: Sequence[int]) -> int:
        """A time; where it is missing or none, the thread's."""
        self._drafts.last_time = instead[0] if instead else 0
        text = self._text(key)
        if not text:
            self._report(key, f"{key} is missing; the thread's time stands in")
            return self._drafts.last_time
        return self._drafts.time(text, FILE, self._item.lines.get(key, 0))

    def title(self, name: str) -> str:
        """The title; one that cannot be kept is mended, a missing one is the description's first line, or the name."""
        text = self._text("title").strip()
        if not text:
            self._report("title", "title is missing")
            return first_line(self._item.body.lstrip("# \n")) or name
        return self._line("title", text)

    def _line(self, key: str, text: str) -> str:
        problem = line_problem(text)
        if problem is None:
            return text
        self._report(key, f"{key} cannot be kept as it is: {problem}")
        return " ".join(escape_controls(text).split())[:MAX_LINE]

    def priority(self) -> str:
        text = self._text("priority")
        found = priority_of(text)
        if text and found is None:
            self._report("priority", f"{text[:40]!r} is no priority that is known")
        return found or _DEFAULT_PRIORITY

    def lines(self, *keys: str) -> tuple[str, ...]:
        """The texts of a list, or of a single value."""
        found: list[str] = []
        for key in keys:
            value = self._item.front.get(key)
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, str) and one.strip():
                    found.append(self._line(key, one.strip()))
                elif one is not None and one != "":
                    self._report(key, f"{key} holds what is no text")
        return tuple(dict.fromkeys(found))

    def state(self, key: str) -> str | None:
        text = self._text(key)
        found = state_of(text) if text else None
        if text and found is None:
            self._report(key, f"{text[:40]!r} is no state that is known")
        return found
