"""A ticket of ours as a folder in the tracker's format, which imports to the same ticket again."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from git_yoi.codec.yoi_backend import artifacts, front_matter, thread
from git_yoi.codec.yoi_backend.mapping import ARTIFACTS, RESOLUTION
from git_yoi.codec.yoi_backend.people import author_of
from git_yoi.codec.yoi_backend.source import FORMAT
from git_yoi.codec.yoi_backend.thread_text import said_of, write_thread
from git_yoi.codec.yoi_backend.write_item import write_item
from git_yoi.domain import events as ev
from git_yoi.domain.entry import Entry
from git_yoi.domain.json_value import Json
from git_yoi.domain.ticket import Ticket
from git_yoi.domain.times import to_rfc3339

_RECORDS = (front_matter.FILE, thread.FILE, RESOLUTION, artifacts.RELATIONS, artifacts.PLAN)


@dataclass(frozen=True, slots=True)
class Written:
    """A folder's name and files, and what the format cannot say."""

    name: str
    files: dict[str, bytes]
    lost: tuple[str, ...]


def folder_name(ticket: Ticket) -> str:
    """The name in the tracker: the one that it came with, if that may be a folder's, else its id."""
    came = ticket.imported or {}
    name = came.get("id")
    if came.get("format") == FORMAT and isinstance(name, str) and is_safe_part(name):
        return name
    return ticket.id


def is_safe_part(name: str) -> bool:
    """Whether a text may be the name of one file or folder to write."""
    return name not in ("", ".", "..") and not any(c in name for c in "/\\\0") and len(name.encode()) <= 200


def write_folder(
    ticket: Ticket,
    entries: Sequence[tuple[Entry, str | None]],
    name_of: Callable[[str], str],
    read_blob: Callable[[str], bytes],
) -> Written:
    """Spell a ticket's files; each entry comes with the state before it, `name_of` gives the name of a ticket's id."""
    lost: list[str] = []
    if ticket.blocked is not None:
        lost.append("its mark as blocked, kept as a comment")
    said = [one for entry, before in entries if (one := said_of(entry, before, ticket.body)) is not None]
    files = {
        front_matter.FILE: write_item(ticket).encode(),
        thread.FILE: write_thread(said, lost).encode(),
        ARTIFACTS + ".gitkeep": b"",
    }
    if ticket.resolution is not None:
        files[RESOLUTION] = ticket.resolution.text.encode()
    only = [entry for entry, _ in entries]
    if relations := _relations(ticket, only, name_of):
        document = {"version": 1, "relations": relations}
        files[artifacts.RELATIONS] = (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
    if plan := _plan(ticket, only, name_of):
        lines = "".join(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n" for record in plan)
        files[artifacts.PLAN] = lines.encode()
    for path, blob in _attachments(ticket, only):
        files[path if path not in files else f"{ARTIFACTS}{blob[:12]}-{path.rpartition('/')[2]}"] = read_blob(blob)
    return Written(folder_name(ticket), files, tuple(lost))


def _record_of(entry: Entry, kind: str) -> dict[str, Json] | None:
    """The source's own record, where the entry was made of one."""
    came = entry.imported or {}
    record = came.get("record")
    return record if came.get("format") == FORMAT and came.get("kind") == kind and isinstance(record, dict) else None


def _relations(ticket: Ticket, entries: Sequence[Entry], name_of: Callable[[str], str]) -> list[dict[str, Json]]:
    kept = {(r.kind, r.id) for r in ticket.relations}
    found: dict[tuple[str, str], dict[str, Json]] = {}
    others: list[dict[str, Json]] = []
    for entry in entries:
        record = _record_of(entry, "relation")
        match entry.event:
            case ev.Link(kind=kind, other=other, note=note) if (kind, other) in kept:
                made: dict[str, Json] = {"ticket_id": folder_name(ticket), "kind": kind.replace("-", "_")}
                made |= {"target": name_of(other)} | ({"note": note} if note is not None else {})
                found[kind, other] = record or made | _who(entry)
            case ev.Import() if record is not None:
                others.append(record)
    return [*found.values(), *others]


def _plan(ticket: Ticket, entries: Sequence[Entry], name_of: Callable[[str], str]) -> list[dict[str, Json]]:
    records: list[dict[str, Json]] = []
    for entry in entries:
        record = _record_of(entry, "orchestration-plan")
        if record is not None:
            records.append(record)
        elif isinstance(entry.event, ev.Plan) and entry.event.kind is not None:
            records.append(_plan_record(ticket, entry, entry.event.kind, entry.event.other, name_of))
    return records


def _plan_record(
    ticket: Ticket, entry: Entry, kind: str, other: str | None, name_of: Callable[[str], str]
) -> dict[str, Json]:
    word = "waiting_capacity_note" if kind == "waiting-capacity" else kind.replace("-", "_")
    record: dict[str, Json] = {"id": f"plan-{entry.nonce}", "ticket_id": folder_name(ticket), "kind": word}
    if other is not None:
        record["related_ticket"] = name_of(other)
    if kind == "accepted-plan":
        record["accepted_plan"] = {"summary": entry.body}
    elif entry.body:
        record["note"] = entry.body
    return record | _who(entry)


def _who(entry: Entry) -> dict[str, Json]:
    return {"author": author_of(entry.actor), "at": to_rfc3339(entry.at)}


def _attachments(ticket: Ticket, entries: Sequence[Entry]) -> list[tuple[str, str]]:
    """Each attachment's path and blob: where it came from, if that is a path to write to."""
    paths: dict[str, str] = {}
    for entry in entries:
        if isinstance(entry.event, ev.Attach):
            paths[entry.event.file] = _path(entry)
    return [(paths.get(a.name, ARTIFACTS + a.name), a.blob) for a in ticket.attachments]


def _path(entry: Entry) -> str:
    name = entry.event.file if isinstance(entry.event, ev.Attach) else entry.nonce
    came = (entry.imported or {}).get("path")
    if not isinstance(came, str) or (entry.imported or {}).get("format") != FORMAT or came in _RECORDS:
        return ARTIFACTS + name
    parts = came.split("/")
    return came if all(map(is_safe_part, parts)) and len(parts) <= 12 and parts[0] != ".git" else ARTIFACTS + name
