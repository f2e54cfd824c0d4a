"""A ticket as one line of JSON with everything in it; reading it back gives the same entries, nonces included."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import cast

from git_yoi.codec.json_line import CorruptError, dumps, loads
from git_yoi.codec.message import Signature, decode, encode
from git_yoi.codec.ticket_file import decode_ticket, encode_ticket
from git_yoi.domain.entry import Entry, TextChange
from git_yoi.domain.events import Attach, Create, Repair
from git_yoi.domain.ids import is_id
from git_yoi.domain.json_value import Json
from git_yoi.domain.ticket import Actor, Ticket
from git_yoi.domain.times import from_rfc3339, to_rfc3339

FORMAT = "git-yoi"
VERSION = 1


@dataclass(frozen=True, slots=True)
class TicketLine:
    """A ticket's id and entries as a line tells them; a file stands in its `attach` entry, by the entry's nonce."""

    id: str
    entries: tuple[Entry, ...]
    files: dict[str, bytes]


def write_line(ticket: Ticket, entries: Iterable[Entry], read_blob: Callable[[str], bytes]) -> str:
    """Spell a ticket on one line, without its line feed; what stands before `entries` is for readers only."""
    document: dict[str, Json] = {
        "format": FORMAT,
        "version": VERSION,
        "id": ticket.id,
        "title": ticket.title,
        "state": ticket.state,
        "priority": ticket.priority,
        "labels": list(ticket.labels),
        "assignees": list(ticket.assignees),
        "created_at": to_rfc3339(ticket.created_at),
        "updated_at": to_rfc3339(ticket.updated_at),
        "body": ticket.body,
        "entries": [_entry(entry, read_blob) for entry in entries],
    }
    return dumps(document)


def _entry(entry: Entry, read_blob: Callable[[str], bytes]) -> dict[str, Json]:
    """An entry's author, time and body, and its trailers as its commit has them."""
    message = encode(entry)
    value: dict[str, Json] = {
        "kind": entry.event.name,
        "author": {"name": entry.actor.name, "email": entry.actor.email},
        "at": to_rfc3339(entry.at),
        "body": entry.body,
        "trailers": list[Json](message[message.rindex("\n\nYoi-Event: ") + 2 : -1].split("\n")),
    }
    if entry.text is not None:
        value["text"] = {"base": entry.text.base, "new": entry.text.new}
    if entry.replacement is not None:
        value["replacement"] = encode_ticket(entry.replacement).decode()
    if isinstance(entry.event, Attach):
        value["file"] = base64.b64encode(read_blob(entry.event.blob)).decode("ascii")
    return value


def read_line(line: str) -> TicketLine:
    """Read a ticket; CorruptError when the line is none, or of a later version."""
    document = loads(line)
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise CorruptError(f"it is no object with the format {FORMAT}")
    if document.get("version") != VERSION:
        raise CorruptError(f"its version is {document.get('version')!r}, and this git-yoi reads {VERSION}")
    ticket_id, values = document.get("id"), document.get("entries")
    if not isinstance(ticket_id, str) or not is_id(ticket_id):
        raise CorruptError("its id is no ticket's")
    if not isinstance(values, list) or not values:
        raise CorruptError("it has no entries")
    files: dict[str, bytes] = {}
    entries = [_read_entry(ticket_id, value, number, files) for number, value in enumerate(values, 1)]
    if not isinstance(entries[0].event, Create):
        raise CorruptError("its first entry does not create it")
    return TicketLine(ticket_id, tuple(entries), files)


def _read_entry(ticket_id: str, value: Json, number: int, files: dict[str, bytes]) -> Entry:
    try:
        entry = _decoded(value, ticket_id)
        if isinstance(entry.event, Attach):
            files[entry.nonce] = base64.b64decode(_text(cast("dict[str, Json]", value), "file"), validate=True)
    except (CorruptError, ValueError, OverflowError, binascii.Error) as error:
        raise CorruptError(f"entry {number}: {error}") from error
    return entry


def _decoded(value: Json, ticket_id: str) -> Entry:
    if not isinstance(value, dict):
        raise CorruptError("it is no object")
    author, trailers, body = value.get("author"), value.get("trailers"), value.get("body", "")
    if not isinstance(author, dict) or not isinstance(trailers, list) or not isinstance(body, str):
        raise CorruptError("it needs author, at, body and trailers")
    if not all(isinstance(line, str) and "\n" not in line for line in trailers):
        raise CorruptError("a trailer is no line of text")
    who = Signature(Actor(_text(author, "name"), _text(author, "email")), from_rfc3339(_text(value, "at")))
    block = "\n".join(cast("list[str]", trailers))
    if not block.startswith("Yoi-Event: "):
        raise CorruptError("its first trailer is not Yoi-Event")
    entry = decode(f"entry{f'{chr(10)}{chr(10)}{body}' if body else ''}\n\n{block}\n", who)
    if entry.ticket != ticket_id:
        raise CorruptError(f"it is of ticket {entry.ticket}")
    text, replacement = value.get("text"), value.get("replacement")
    if isinstance(text, dict):
        entry = replace(entry, text=TextChange(_text(text, "base"), _text(text, "new")))
    if isinstance(entry.event, Repair):
        if not isinstance(replacement, str):
            raise CorruptError("a repair without the ticket's file")
        entry = replace(entry, replacement=decode_ticket(replacement.encode()))
    return entry


def _text(value: dict[str, Json], key: str) -> str:
    found = value.get(key)
    if not isinstance(found, str):
        raise CorruptError(f"{key} is no text")
    return found
