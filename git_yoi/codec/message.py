"""An entry as a commit message that reads well in plain `git log` (design.md, section 1)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from git_yoi.codec.json_line import CorruptError, dumps, loads
from git_yoi.codec.trailers import (
    IMPORTED,
    PREFIX,
    Values,
    by_name,
    event_lines,
    parse_event,
    parse_lines,
    require_word,
    single,
    unknown_line,
    unknown_lines,
)
from git_yoi.domain import events as ev
from git_yoi.domain.entry import Entry
from git_yoi.domain.ids import is_id
from git_yoi.domain.json_value import Json
from git_yoi.domain.text import first_line
from git_yoi.domain.ticket import Actor

# The block's first line always starts like this, and no trailer value holds a line break: the last one is the block's.
_BLOCK = f"\n\n{PREFIX}Event: "
_NONCE = re.compile(r"[0-9a-f]{32}\Z")


@dataclass(frozen=True, slots=True)
class Signature:
    """An author or committer line's values; `at` is seconds since the epoch."""

    actor: Actor
    at: int


def encode(entry: Entry) -> str:
    """Spell an entry's message; ValueError when a value cannot be kept."""
    if not _NONCE.match(entry.nonce):
        raise ValueError(f"{entry.nonce!r} is no nonce")
    if not is_id(entry.ticket):
        raise ValueError(f"{entry.ticket[:70]!r} is no ticket's id")
    lines = [f"{PREFIX}Event: {entry.event.name}", f"{PREFIX}Ticket: {entry.ticket}"]
    lines += event_lines(entry.event)
    if entry.imported is not None and not isinstance(entry.event, ev.Import):
        lines.append(f"{PREFIX}{IMPORTED}: {dumps(entry.imported)}")
    lines += [f"{PREFIX}Role: {require_word('a role', entry.role)}", f"{PREFIX}Nonce: {entry.nonce}"]
    lines += [unknown_line(key, value) for key, value in entry.unknown]
    body = f"\n\n{entry.body}" if entry.body else ""
    return f"{subject(entry)}{body}\n\n" + "\n".join(lines) + "\n"


def decode(message: str, author: Signature) -> Entry:
    """Read an entry back, without what stands in the commit's tree; CorruptError when it is none."""
    if "\0" in message:
        # git reads no further than that, and would show another entry than we do.
        raise CorruptError("it holds a NUL character")
    end = message.rfind(_BLOCK)
    if end < 0:
        raise CorruptError("it has no trailer block")
    block = message[end + 2 :]
    pairs = parse_lines(block.removesuffix("\n"))
    values = by_name(pairs)
    name, ticket, nonce = single(values, "Event"), single(values, "Ticket"), single(values, "Nonce")
    if not is_id(ticket):
        raise CorruptError(f"{ticket[:70]!r} is no ticket's id")
    if not _NONCE.match(nonce):
        raise CorruptError(f"{nonce[:70]!r} is no nonce")
    event = parse_event(name, values)
    try:
        role = require_word("a role", single(values, "Role"))
    except ValueError as error:
        raise CorruptError(str(error)) from error
    return Entry(
        ticket=ticket,
        event=event,
        actor=author.actor,
        at=author.at,
        role=role,
        nonce=nonce,
        body=_body(message[:end]),
        imported=event.imported if isinstance(event, ev.Import) else _imported(values),
        unknown=unknown_lines(name, pairs),
    )


def _body(head: str) -> str:
    """What stands between the subject line and the block, byte for byte."""
    first, separator, body = head.partition("\n\n")
    if "\n" in first or (separator and not body):
        raise CorruptError("its subject is not one line")
    return body


def _imported(values: Values) -> dict[str, Json] | None:
    if PREFIX + IMPORTED not in values:
        return None
    value = loads(single(values, IMPORTED))
    if not isinstance(value, dict):
        raise CorruptError(f"{PREFIX}{IMPORTED} is not an object")
    return value


def subject(entry: Entry) -> str:
    """The line that `git log --oneline` shows; it is for people and is never read back."""
    text = first_line(_gist(entry)) or entry.ticket
    return f"{entry.event.name}: {text}"


def _gist(entry: Entry) -> str:
    match entry.event:
        case ev.Create(title=title) | ev.ObjectiveChange(title=str(title)):
            return title
        case ev.StateChange(from_=seen, to=to, reason=reason):
            return _with(f"{seen} -> {to}", reason)
        case ev.Accept(branch=branch):
            return f"queued -> inprogress on {branch}"
        case ev.Merge(head=head, target=target, commit=commit):
            return f"{head[:12]} into {target} as {commit[:12]}"
        case ev.Close(as_=kind, reason=reason):
            return _with(f"as {kind}", entry.body or reason)
        case ev.Review(decision=decision, commit=commit):
            return _with(f"{decision} {commit[:12]}", entry.body)
        case ev.Link(kind=kind, other=other) | ev.Unlink(kind=kind, other=other):
            return f"{kind} {other}"
        case ev.Label(add=add, remove=remove) | ev.Assign(add=add, remove=remove):
            return " ".join([f"+{value}" for value in add] + [f"-{value}" for value in remove])
        case ev.Attach(file=name) | ev.Detach(file=name):
            return name
        case ev.Import(imported=imported, state=state):
            return _with(f"{imported.get('kind', '')} {'to ' + state if state else ''}".strip(), entry.body)
        case ev.Edit(title=str(title)):
            return title
        case event:
            return entry.body or getattr(event, "reason", None) or ""


def _with(text: str, more: str | None) -> str:
    return f"{text}: {more}" if more else text
