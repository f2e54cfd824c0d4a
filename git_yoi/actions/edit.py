"""`git yoi edit`: change what a ticket says; a description meets what others did to it line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from git_yoi.actions.checks import require_line, require_words
from git_yoi.actions.label import difference
from git_yoi.actions.write import write
from git_yoi.domain.entry import TextChange
from git_yoi.domain.events import Assign, Edit, Label
from git_yoi.domain.ids import short_id
from git_yoi.domain.states import PRIORITIES, QUEUED
from git_yoi.domain.text import merge_text
from git_yoi.domain.ticket import text_digest
from git_yoi.errors import YoiError

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.codec.editor_document import Document
    from git_yoi.domain.entry import Entry
    from git_yoi.domain.ticket import Ticket
    from git_yoi.store.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an edit asks for; None leaves as it is. `labels` and `assignees` are (added, removed)."""

    title: str | None = None
    priority: str | None = None
    text: TextChange | None = None
    labels: tuple[Sequence[str], Sequence[str]] = ((), ())
    assignees: tuple[Sequence[str], Sequence[str]] = ((), ())


@dataclass(frozen=True, slots=True)
class Edited:
    """The ticket after an edit; `queue_again`: it was queued with another description."""

    ticket: Ticket
    entry: str | None
    queue_again: bool


def current(session: Session, given: str) -> Ticket:
    """The ticket that the person sees, against which a later change is built."""
    return session.ticket(session.snapshot(), session.resolve(given))


def edit(
    session: Session,
    given: str,
    *,
    title: str | None = None,
    priority: str | None = None,
    body: str | None = None,
) -> Edited:
    """Change title, priority or description as options give them; YoiError `stale-text` when edits collide."""
    if title is None and priority is None and body is None:
        raise YoiError("usage", "nothing to change is named", hint="give --title, --priority, -m or -F")
    if body is not None:
        require_words("description", body)
    text = None if body is None else TextChange(current(session, given).body, body)
    return edit_as(session, given, Wanted(title, priority, text))


def edit_as(session: Session, given: str, asked: Wanted) -> Edited:
    """Write what differs from the newest state, as one entry a kind, in one move of the ref."""
    _require_keepable(asked)

    def judge(_: Snapshot, ticket: Ticket) -> list[Entry]:
        return _entries(session, ticket, asked)

    written = write(session, "edit", given, judge)
    ticket = written.ticket
    other_text = ticket.state == QUEUED and ticket.queued_text != text_digest(ticket.body)
    return Edited(ticket, written.entry, other_text)


def wanted(seen: Ticket, document: Document) -> Wanted:
    """What an edited document asks for: the differences from the ticket that was seen, and nothing else."""
    return Wanted(
        title=document.title if document.title != seen.title else None,
        priority=document.priority if document.priority != seen.priority else None,
        text=TextChange(seen.body, document.body),
        labels=_delta(seen.labels, document.labels),
        assignees=_delta(seen.assignees, document.assignees),
    )


def _delta(seen: tuple[str, ...], now: tuple[str, ...] | None) -> tuple[Sequence[str], Sequence[str]]:
    return difference(seen, now, [name for name in seen if name not in now]) if now is not None else ((), ())


def _require_keepable(wanted: Wanted) -> None:
    if wanted.title is not None:
        require_line("title", wanted.title)
    if wanted.priority is not None and wanted.priority not in PRIORITIES:
        raise YoiError("usage", f"{wanted.priority} is no priority", hint=f"one of {', '.join(PRIORITIES)}")
    if wanted.text is not None and wanted.text.new != wanted.text.base:
        require_words("description", wanted.text.new)
    for name in (*wanted.labels[0], *wanted.labels[1]):
        require_line("label", name)
    for name in (*wanted.assignees[0], *wanted.assignees[1]):
        require_line("assignee", name)


def _entries(session: Session, ticket: Ticket, wanted: Wanted) -> list[Entry]:
    """Only what makes a difference: an edit of nothing would be noise on the thread."""
    entries: list[Entry] = []
    title = wanted.title if wanted.title != ticket.title else None
    priority = wanted.priority if wanted.priority != ticket.priority else None
    text = _merged(ticket, wanted.text)
    if title is not None or priority is not None or text is not None:
        entries.append(replace(session.entry(ticket.id, Edit(title, priority)), text=text))
    label = Label(*difference(ticket.labels, *wanted.labels))
    if label.add or label.remove:
        entries.append(session.entry(ticket.id, label))
    assign = Assign(*difference(ticket.assignees, *wanted.assignees))
    if assign.add or assign.remove:
        entries.append(session.entry(ticket.id, assign))
    return entries


def _merged(ticket: Ticket, change: TextChange | None) -> TextChange | None:
    """The change against the newest description, None when that has it already; YoiError `stale-text`."""
    if change is None or change.new == change.base:
        return None
    merged = merge_text(change.base, change.new, ticket.body)
    if merged is None:
        raise YoiError(
            "stale-text",
            f"the description of ticket {short_id(ticket.id)} was changed in the same place meanwhile",
            cause="both edits cannot be kept without a person's judgement",
            hint=f"read `git yoi show {short_id(ticket.id)}`, then edit again",
        )
    return TextChange(ticket.body, merged) if merged != ticket.body else None
