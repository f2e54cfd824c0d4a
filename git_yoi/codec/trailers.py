"""The trailer block of an entry: its lines, and the event that they spell."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from functools import cache
from typing import Any, TypeAlias, cast

from git_yoi.codec.json_line import CorruptError, dumps, loads
from git_yoi.domain.events import EVENTS, Event, Finding, Form, Validation

PREFIX = "Yoi-"
COMMON = ("Event", "Ticket", "Role", "Nonce")
IMPORTED = "Imported"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*\Z")
_WORD = re.compile(r"[!-~]{1,255}\Z")


_NUMBER = re.compile(r"0|[1-9][0-9]{0,9}")

Pairs: TypeAlias = list[tuple[str, str]]
Values: TypeAlias = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class _Spec:
    """A field of an event: its trailer's whole name, how one value is read, and whether it may stand often."""

    attribute: str
    key: str
    form: Form
    required: bool
    many: bool
    read: Callable[[str, str], object]


@cache
def _specs(event: str) -> tuple[_Spec, ...]:
    return tuple(_spec(f.name, f.metadata["trailer"], f.metadata["form"], f.default) for f in fields(EVENTS[event]))


def _spec(attribute: str, trailer: str, form: Form, default: object) -> _Spec:
    read = _read_finding if trailer == "Finding" else _READERS[form]
    return _Spec(attribute, PREFIX + trailer, form, default is MISSING, form in (Form.WORDS, Form.MAPS), read)


@cache
def _known(event: str) -> frozenset[str]:
    """The names of all trailers that an entry of this event may have."""
    return frozenset(PREFIX + key for key in (*COMMON, IMPORTED)) | {spec.key for spec in _specs(event)}


def event_lines(event: Event) -> list[str]:
    """The trailers of an event, in the order of its fields; what is absent or empty has no line."""
    lines: list[str] = []
    for spec in _specs(event.name):
        value = getattr(event, spec.attribute)
        if value is None or (value == () and not spec.required):
            continue
        values = value if spec.many else (value,)
        lines += [f"{spec.key}: {_spell(spec.form, one)}" for one in values]
    return lines


def _spell(form: Form, value: Any) -> str:
    if form in (Form.WORD, Form.WORDS):
        return require_word("a trailer's value", value)
    if form is Form.NUMBER:
        return str(int(value))
    if form is Form.MAPS:
        return dumps(asdict(value))
    return dumps(list(value) if form is Form.LIST else value)


def parse_lines(block: str) -> Pairs:
    """Split a trailer block into (name, value) pairs; CorruptError for a line that is no trailer."""
    pairs: Pairs = []
    for line in block.split("\n"):
        key, colon, value = line.partition(": ")
        if not colon or not _NAME.match(key):
            raise CorruptError(f"{line[:60]!r} is not a trailer")
        pairs.append((key, value))
    return pairs


def by_name(pairs: Pairs) -> Values:
    """The values of each trailer, in their order."""
    values: dict[str, list[str]] = {}
    for key, value in pairs:
        values.setdefault(key, []).append(value)
    return values


def require_word(what: str, text: str) -> str:
    """`text`, where it can stand plain in a trailer; ValueError otherwise."""
    if not _WORD.match(text):
        raise ValueError(f"{text[:60]!r} cannot stand plain as {what}")
    return text


def single(values: Values, name: str) -> str:
    """The value of a trailer that stands exactly once; CorruptError otherwise."""
    found = values.get(PREFIX + name, ())
    if len(found) != 1:
        raise CorruptError(f"{PREFIX}{name} stands {len(found)} times")
    return found[0]


def parse_event(name: str, values: Values) -> Event:
    """Build the event `name` from its trailers; CorruptError for an unknown name or a malformed value."""
    if name not in EVENTS:
        raise CorruptError(f"{name[:60]!r} is no event of this format")
    given: dict[str, object] = {}
    for spec in _specs(name):
        found = values.get(spec.key, ())
        if spec.many:
            given[spec.attribute] = tuple(spec.read(spec.key, value) for value in found)
        elif len(found) > 1:
            raise CorruptError(f"{spec.key} stands {len(found)} times")
        elif found:
            given[spec.attribute] = spec.read(spec.key, found[0])
        elif spec.required:
            raise CorruptError(f"{spec.key} is missing")
    return EVENTS[name](**cast("Any", given))


def unknown_line(name: str, value: str) -> str:
    """Spell a trailer of a later version again; ValueError when it could break out of its line."""
    line = f"{name}: {value}"
    if not _NAME.match(name) or "\n" in line:
        raise ValueError(f"{line[:60]!r} is not a trailer")
    return line


def unknown_lines(name: str, pairs: Pairs) -> tuple[tuple[str, str], ...]:
    """The trailers that neither every entry nor this event knows, as they stand."""
    known = _known(name)
    return tuple(pair for pair in pairs if pair[0] not in known)


def _read_word(where: str, text: str) -> object:
    if not _WORD.match(text):
        raise CorruptError(f"{where}: {text[:60]!r} is not a plain word")
    return text


def _read_number(where: str, text: str) -> object:
    if not _NUMBER.fullmatch(text):
        raise CorruptError(f"{where}: {text[:60]!r} is not a number")
    return int(text)


def _read_text(where: str, text: str) -> object:
    value = loads(text)
    if not isinstance(value, str):
        raise _unlike(where, Form.TEXT)
    return value


def _read_list(where: str, text: str) -> object:
    value = loads(text)
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise _unlike(where, Form.LIST)
    return tuple(value)


def _read_map(where: str, text: str) -> dict[str, Any]:
    value = loads(text)
    if not isinstance(value, dict):
        raise _unlike(where, Form.MAP)
    return value


def _read_finding(where: str, text: str) -> object:
    return read_finding(_read_map(where, text))


def _read_validation(where: str, text: str) -> object:
    return read_validation(_read_map(where, text))


def _unlike(where: str, form: Form) -> CorruptError:
    return CorruptError(f"{where} is not the {form.value} it should be")


_READERS: dict[Form, Callable[[str, str], object]] = {
    Form.WORD: _read_word,
    Form.WORDS: _read_word,
    Form.NUMBER: _read_number,
    Form.TEXT: _read_text,
    Form.LIST: _read_list,
    Form.MAP: _read_map,
    Form.MAPS: _read_validation,
}


def read_finding(value: dict[str, Any]) -> Finding:
    """A finding from its JSON object; CorruptError when a field is missing or of another type."""
    match value:
        case {"severity": str(severity), "path": str(path), "line": int(line), "text": str(text)} if _counts(line):
            return Finding(severity, path, line, text)
    raise CorruptError("a finding has severity, path, line and text")


def read_validation(value: dict[str, Any]) -> Validation:
    """A validation from its JSON object; CorruptError when a field is missing or of another type."""
    match value:
        case {"command": str(command), "exit_code": int(code), "seconds": int() | float() as seconds} if _counts(code):
            return Validation(command, code, _seconds(seconds))
    raise CorruptError("a validation has command, exit_code and seconds")


def _counts(value: int) -> bool:
    """JSON's true is an int to Python; a line or an exit code fits into 32 bits."""
    return not isinstance(value, bool) and abs(value) < 1 << 31


def _seconds(value: float) -> float:
    if isinstance(value, bool) or not 0 <= value < 1 << 31:
        raise CorruptError(f"{str(value)[:20]} is no wall time in seconds")
    return float(value)
