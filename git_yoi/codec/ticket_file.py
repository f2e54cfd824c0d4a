"""A ticket's file: front matter of one shape (each value JSON on its line), then the description byte for byte."""

from __future__ import annotations

from dataclasses import asdict
from functools import lru_cache
from typing import Any

from git_yoi.codec.json_line import CorruptError, dumps, loads
from git_yoi.codec.trailers import read_finding, read_validation
from git_yoi.domain.ids import is_id
from git_yoi.domain.json_value import Json
from git_yoi.domain.objective import Objective
from git_yoi.domain.states import PRIORITIES, STATES
from git_yoi.domain.ticket import (
    Actor,
    Attachment,
    MergeRecord,
    Relation,
    Resolution,
    ReviewRecord,
    Ticket,
)
from git_yoi.domain.times import from_rfc3339, to_rfc3339

_FENCE = "---\n"
# An id, a name, a title: what is longer is not worth remembering how it is spelled.
_SHORT = 256


def encode_ticket(ticket: Ticket) -> bytes:
    """Spell a ticket's file."""
    return _join(_front_matter(ticket), ticket.unknown, ticket.body)


def encode_objective(objective: Objective) -> bytes:
    """Spell an objective's file."""
    front: dict[str, object] = {
        "id": objective.id,
        "title": objective.title,
        "state": objective.state,
        "tickets": list(objective.tickets),
        "created_at": to_rfc3339(objective.created_at),
        "created_by": str(objective.created_by),
        "updated_at": to_rfc3339(objective.updated_at),
    }
    return _join(front, objective.unknown, objective.body)


def _join(front: dict[str, object], unknown: tuple[tuple[str, Json], ...], body: str) -> bytes:
    lines = [f"{key}: {_spelled(value)}\n" for key, value in (*front.items(), *unknown)]
    return (_FENCE + "".join(lines) + _FENCE + body).encode()


def _spelled(value: object) -> str:
    """As `dumps` has it; most of a ticket's front matter stays the same from one entry to the next."""
    if isinstance(value, str) and len(value) <= _SHORT:
        return _short(value)
    return dumps(value) if value != [] else "[]"


@lru_cache(maxsize=4096)
def _short(text: str) -> str:
    return dumps(text)


def _front_matter(t: Ticket) -> dict[str, object]:
    """Every known key, in the fixed order; what says nothing is left out, but for the first nine."""
    front: dict[str, object] = {
        "id": t.id,
        "title": t.title,
        "state": t.state,
        "priority": t.priority,
        "labels": list(t.labels),
        "assignees": list(t.assignees),
        "created_at": to_rfc3339(t.created_at),
        "created_by": str(t.created_by),
        "updated_at": to_rfc3339(t.updated_at),
    }
    optional: dict[str, object] = {
        "queued_text": t.queued_text,
        "generation": t.generation or None,
        "claim": t.claim,
        "holder": str(t.holder) if t.holder else None,
        "branch": t.branch,
        "base": t.base,
        "target": t.target,
        "blocked": t.blocked,
        "relations": [_without_none(asdict(r)) for r in t.relations] or None,
        "attachments": [asdict(a) for a in t.attachments] or None,
        "reviews": [_review(r) for r in t.reviews] or None,
        "merge": asdict(t.merge) if t.merge else None,
        "resolution": _resolution(t.resolution) if t.resolution else None,
        "imported": t.imported,
        "own": t.own or None,
    }
    return front | {key: value for key, value in optional.items() if value is not None}


def _without_none(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _review(r: ReviewRecord) -> dict[str, object]:
    return {
        "decision": r.decision,
        "commit": r.commit,
        "base": r.base,
        "reviewer": str(r.reviewer),
        "at": to_rfc3339(r.at),
        "findings": [asdict(f) for f in r.findings],
    }


def _resolution(r: Resolution) -> dict[str, object]:
    return {"as": r.as_, "text": r.text, "by": list(r.by)}


def decode_ticket(data: bytes) -> Ticket:
    """Read a ticket's file; CorruptError when it is none."""
    front, body = _split(data)
    try:
        return _ticket(front, body)
    except (KeyError, TypeError, AttributeError) as error:
        raise CorruptError(f"its front matter is malformed: {error}") from error
    except CorruptError:
        raise
    except ValueError as error:
        raise CorruptError(f"its front matter is malformed: {error}") from error


def decode_objective(data: bytes) -> Objective:
    """Read an objective's file; CorruptError when it is none."""
    front, body = _split(data)
    try:
        return Objective(
            id=_id(front.pop("id")),
            title=_str(front.pop("title")),
            state=_one_of(front.pop("state"), ("open", "closed")),
            tickets=_strings(front.pop("tickets")),
            created_at=from_rfc3339(_str(front.pop("created_at"))),
            created_by=read_actor(_str(front.pop("created_by"))),
            updated_at=from_rfc3339(_str(front.pop("updated_at"))),
            body=body,
            unknown=tuple(front.items()),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise CorruptError(f"its front matter is malformed: {error}") from error


def _split(data: bytes) -> tuple[dict[str, Any], str]:
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise CorruptError(f"it is not UTF-8: {error}") from error
    head, fence, body = text.removeprefix(_FENCE).partition("\n" + _FENCE)
    if not text.startswith(_FENCE) or not fence:
        raise CorruptError("it has no front matter")
    front: dict[str, Any] = {}
    for line in head.split("\n"):
        key, colon, value = line.partition(": ")
        if not colon or key in front:
            raise CorruptError(f"{line[:60]!r} is not a key and its value, once")
        front[key] = loads(value)
    return front, body


def _ticket(front: dict[str, Any], body: str) -> Ticket:
    take = front.pop
    holder = take("holder", None)
    return Ticket(
        id=_id(take("id")),
        title=_str(take("title")),
        state=_one_of(take("state"), STATES),
        priority=_one_of(take("priority"), PRIORITIES),
        labels=_strings(take("labels")),
        assignees=_strings(take("assignees")),
        created_at=from_rfc3339(_str(take("created_at"))),
        created_by=read_actor(_str(take("created_by"))),
        updated_at=from_rfc3339(_str(take("updated_at"))),
        body=body,
        queued_text=_maybe(take("queued_text", None)),
        generation=_int(take("generation", 0)),
        claim=_maybe(take("claim", None)),
        holder=None if holder is None else read_actor(_str(holder)),
        branch=_maybe_name(take("branch", None)),
        base=_maybe_name(take("base", None)),
        target=_maybe_name(take("target", None)),
        blocked=_maybe(take("blocked", None)),
        relations=tuple(_relation(r) for r in take("relations", ())),
        attachments=tuple(Attachment(_str(a["name"]), _str(a["blob"])) for a in take("attachments", ())),
        reviews=tuple(_read_review(r) for r in take("reviews", ())),
        merge=_read_merge(take("merge", None)),
        resolution=_read_resolution(take("resolution", None)),
        imported=_map(take("imported", None)),
        own=take("own", False) is True,
        unknown=tuple(front.items()),
    )


def _relation(value: dict[str, Any]) -> Relation:
    return Relation(_str(value["kind"]), _id(value["id"]), _maybe(value.get("note")))


def _read_review(value: dict[str, Any]) -> ReviewRecord:
    return ReviewRecord(
        decision=_str(value["decision"]),
        commit=_name(value["commit"]),
        base=_maybe_name(value["base"]),
        reviewer=read_actor(_str(value["reviewer"])),
        at=from_rfc3339(_str(value["at"])),
        findings=tuple(read_finding(f) for f in value["findings"]),
    )


def _read_merge(value: dict[str, Any] | None) -> MergeRecord | None:
    if value is None:
        return None
    return MergeRecord(
        commit=_name(value["commit"]),
        target=_name(value["target"]),
        head=_name(value["head"]),
        base=_maybe_name(value["base"]),
        strategy=_str(value["strategy"]),
        validations=tuple(read_validation(v) for v in value["validations"]),
        method=_maybe(value["method"]),
        strength=_maybe(value["strength"]),
    )


def _read_resolution(value: dict[str, Any] | None) -> Resolution | None:
    if value is None:
        return None
    return Resolution(_maybe(value["as"]), _str(value["text"]), _strings(value["by"]))


def read_actor(text: str) -> Actor:
    """Read `Name <mail>`; CorruptError when it is not of that form."""
    name, opened, rest = text.rpartition(" <")
    if not opened or not rest.endswith(">"):
        raise CorruptError(f"{text[:60]!r} is no identity")
    return Actor(name, rest[:-1])


def _id(value: object) -> str:
    if not isinstance(value, str) or not is_id(value):
        raise CorruptError(f"{value!r} is no ticket's id")
    return value


def _str(value: object) -> str:
    if not isinstance(value, str):
        raise CorruptError(f"{value!r} is not a text")
    return value


def _maybe(value: object) -> str | None:
    return None if value is None else _str(value)


def _name(value: object) -> str:
    """What git is asked about by its name; no program can be handed a NUL."""
    name = _str(value)
    if "\0" in name:
        raise CorruptError(f"{name[:60]!r} is no name in a repository")
    return name


def _maybe_name(value: object) -> str | None:
    return None if value is None else _name(value)


def _int(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise CorruptError(f"{value!r} is not a count")
    return value


def _map(value: object) -> dict[str, Json] | None:
    if value is not None and not isinstance(value, dict):
        raise CorruptError(f"{value!r} is not an object")
    return value


def _strings(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise CorruptError(f"{value!r} is not a list")
    return tuple(_str(item) for item in value)


def _one_of(value: object, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise CorruptError(f"{value!r} is none of {' '.join(allowed)}")
    return _str(value)
