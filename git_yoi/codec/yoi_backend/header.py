"""The header of a thread entry: an HTML comment of `key: value` pairs on one line."""

from __future__ import annotations

import re

_COMMENT = re.compile(r"<!--\s+(.*?)\s*-->\Z")
_KEY = re.compile(r"(?:^|(?<=\s))([^\s:\"]+):(?:\s+|\Z)")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_PLAIN = re.compile(r'[^\s"\\]*[^\s"\\:]\Z')
# An unquoted value has at least one word, unless one of these stands there: then it is empty.
_FIRST = re.compile(r"(?!(?:event|author|at|status|result|from|to|reason|field):(?:\s|\Z))\S+")
OPENING = "<!-- event:"


def looks_like_header(line: str) -> bool:
    """Whether a line is meant as a header, well-formed or not."""
    text = line.strip()
    return text.startswith(OPENING) or "event" in (read_header(text) or {})


def read_header(line: str) -> dict[str, str] | None:
    """The pairs of a header line, None when it is no comment with any.

    A value in double quotes may hold anything; one without ends where the next `key: ` begins, so that a name of
    two words, which some writers left unquoted, stays whole.
    """
    match = _COMMENT.match(line.strip())
    if match is None:
        return None
    text, position, pairs = match[1], 0, {}
    while (key := _KEY.search(text, position)) is not None:
        quoted = _QUOTED.match(text, key.end())
        if quoted is not None:
            pairs[key[1]] = re.sub(r"\\(.)", r"\1", quoted[1])
            position = quoted.end()
            continue
        first = _FIRST.match(text, key.end())
        following = _KEY.search(text, first.end() if first is not None else key.end())
        position = following.start() if following is not None else len(text)
        pairs[key[1]] = text[key.end() : position].strip()
    return pairs or None


def write_header(pairs: dict[str, str]) -> str:
    """Spell a header line; line breaks and what would end the comment become spaces."""
    return "<!-- " + " ".join(f"{key}: {_value(text)}" for key, text in pairs.items()) + " -->"


def _value(text: str) -> str:
    safe = re.sub(r"[\r\n]+", " ", text).replace("-->", "-- >")
    if _PLAIN.match(safe):
        return safe
    return '"' + safe.replace("\\", "\\\\").replace('"', '\\"') + '"'
