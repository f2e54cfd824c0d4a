"""Times: whole seconds since the epoch inside, RFC 3339 in UTC outside."""

from __future__ import annotations

from datetime import datetime, timedelta

_LOW, _HIGH = -62_135_596_800, 253_402_300_799
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  (UTC, said in the text: one that carries its zone costs thrice as much)


def to_rfc3339(seconds: int) -> str:
    """Spell `seconds` since the epoch as `2026-06-09T07:30:47Z`; what is out of range becomes year 1 or 9999."""
    return (_EPOCH + timedelta(seconds=min(max(seconds, _LOW), _HIGH))).isoformat() + "Z"


def from_rfc3339(text: str) -> int:
    """Read an RFC 3339 time, whatever its offset, as seconds since the epoch; ValueError when it is none."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} names no offset from UTC")
    seconds = int(moment.timestamp())
    if not _LOW <= seconds <= _HIGH:
        raise ValueError(f"{text!r} is not between the years 1 and 9999 in UTC")
    return seconds
