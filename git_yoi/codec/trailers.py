"""The trailer block of an entry: its lines, and the event that they spell."""

from __future__ import annotations

import re
from dataclasses import MISSING, asdict, dataclass, fields
from functools import cache
from typing import Any, cast

from git_yoi.codec.json_line import CorruptError, dumps, loads
from git_yoi.domain.events import EVENTS, Event, Finding, Form, Validation

PREFIX = "Yoi-"
COMMON = ("Event", "Ticket", "Role", "Nonce")
IMPORTED = "Imported"
_LINE = re.compile(r"([A-Za-z][A-Za-z0-9-]*): (.*)\Z", re.DOTALL)
_WORD = re.compile(r"[!-~]{1,255}\Z")


@dataclass(frozen=True, slots=True)
class _Spec:
    attribute: str
    trailer: str
    form: Form
    required: bool


@cache
def _specs(event: str) -> tuple[_Spec, ...]:
    return tuple(
        _Spec(f.name, f.metadata["trailer"], f.metadata["form"], f.default is MISSING) for f in fields(EVENTS[event])
    )


def event_lines(event: Event) -> list[str]:
    """The trailers of an event, in the order of its fields; what is absent or empty has no line."""
    lines: list[str] = []
    for spec in _specs(event.name):
        value = getattr(event, spec.attribute)
        if value is None or (value == () and not spec.required):
            continue
        many = spec.form in (Form.WORDS, Form.MAPS)
        values = value if many else (value,)
        lines += [f"{PREFIX}{spec.trailer}: {_spell(spec.form, one)}" for one in values]
    return lines


def _spell(form: Form, value: Any) -> str:
    if form in (Form.WORD, Form.WORDS):
        return require_word("a trailer's value", value)
    if form is Form.NUMBER:
        return str(int(value))
    if form is Form.MAPS:
        return dumps(asdict(value))
    return dumps(list(value) if form is Form.LIST else value)


def parse_lines(block: str) -> list[tuple[str, str]]:
    """Split a trailer block into (name, value) pairs; CorruptError for a line that is no trailer."""
    pairs: list[tuple[str, str]] = []
    for line in block.split("\n"):
        match = _LINE.match(line)
        if match is None:
            raise CorruptError(f"{line[:60]!r} is not a trailer")
        pairs.append((match[1], match[2]))
    return pairs


def require_word(what: str, text: str) -> str:
    """`text`, where it can stand plain in a trailer; ValueError otherwise."""
    if not _WORD.match(text):
        raise ValueError(f"{text[:60]!r} cannot stand plain as {what}")
    return text


def single(pairs: list[tuple[str, str]], name: str) -> str:
    """The value of a trailer that stands exactly once; CorruptError otherwise."""
    values = [value for key, value in pairs if key == PREFIX + name]
    if len(values) != 1:
        raise CorruptError(f"{PREFIX}{name} stands {len(values)} times")
    return values[0]


def parse_event(name: str, pairs: list[tuple[str, str]]) -> Event:
    """Build the event `name` from its trailers; CorruptError for an unknown name or a malformed value."""
    if name not in EVENTS:
        raise CorruptError(f"{name[:60]!r} is no event of this format")
    values: dict[str, object] = {}
    for spec in _specs(name):
        found = [value for key, value in pairs if key == PREFIX + spec.trailer]
        if spec.form in (Form.WORDS, Form.MAPS):
            values[spec.attribute] = tuple(_read(spec, value) for value in found)
        elif len(found) > 1:
            raise CorruptError(f"{PREFIX}{spec.trailer} stands {len(found)} times")
        elif found:
            values[spec.attribute] = _read(spec, found[0])
        elif spec.required:
            raise CorruptError(f"{PREFIX}{spec.trailer} is missing")
    return EVENTS[name](**cast("Any", values))


def unknown_line(name: str, value: str) -> str:
    """Spell a trailer of a later version again; ValueError when it could break out of its line."""
    line = f"{name}: {value}"
    match = _LINE.match(line)
    if match is None or match[1] != name or "\n" in line:
        raise ValueError(f"{line[:60]!r} is not a trailer")
    return line


def unknown_lines(name: str, pairs: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The trailers that neither every entry nor this event knows, as they stand."""
    known = {PREFIX + key for key in (*COMMON, IMPORTED)} | {PREFIX + spec.trailer for spec in _specs(name)}
    return tuple((key, value) for key, value in pairs if key not in known)


def _read(spec: _Spec, text: str) -> object:
    where = f"{PREFIX}{spec.trailer}"
    if spec.form in (Form.WORD, Form.WORDS):
        if not _WORD.match(text):
            raise CorruptError(f"{where}: {text[:60]!r} is not a plain word")
        return text
    if spec.form is Form.NUMBER:
        if not re.fullmatch(r"0|[1-9][0-9]{0,9}", text):
            raise CorruptError(f"{where}: {text[:60]!r} is not a number")
        return int(text)
    value = loads(text)
    if spec.form is Form.TEXT and isinstance(value, str):
        return value
    if spec.form is Form.LIST and isinstance(value, list) and all(isinstance(v, str) for v in value):
        return tuple(cast("list[str]", value))
    if spec.form is Form.MAP and isinstance(value, dict):
        return value
    if spec.form is Form.MAPS and isinstance(value, dict):
        return read_finding(value) if spec.trailer == "Finding" else read_validation(value)
    raise CorruptError(f"{where} is not the {spec.form.value} it should be")


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
