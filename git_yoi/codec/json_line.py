"""JSON on one line that YAML readers agree with: not ASCII-escaped, but without the characters they dispute."""

from __future__ import annotations

import json
import math
import re
from typing import cast

from git_yoi.domain.json_value import Json

# YAML 1.2 calls these unprintable or line breaks; a line of ours must survive every reader.
_DISPUTED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
# Deeper nesting is nobody's data, and would reach Python's recursion limit in one reader before another.
_MAX_DEPTH = 64


class CorruptError(ValueError):
    """Bytes that are no record of ours; the message says what is wrong with them."""


def dumps(value: object) -> str:
    """Spell a JSON value on one line; ValueError for a lone surrogate, NaN, an infinity, or deep nesting."""
    text = _ENCODER.encode(value)
    # Most lines are plain ASCII, which has but one character to look for; that is known without looking at it.
    if text.isascii() and "\x7f" not in text and not _is_deep(text, value):
        return text
    if _SURROGATE.search(text):
        raise ValueError("a lone surrogate cannot be kept")
    if _is_deep(text, value):
        raise ValueError(f"it is nested more than {_MAX_DEPTH} deep")
    return _DISPUTED.sub(lambda m: f"\\u{ord(m.group()):04x}", text)


def loads(text: str) -> Json:
    """Read a JSON value; CorruptError when it is none, or holds what `dumps` refuses."""
    try:
        value = _decode(text)
    except (ValueError, RecursionError) as error:
        raise CorruptError(f"not JSON: {error}") from error
    if _is_deep(text, value):
        raise CorruptError(f"it is nested more than {_MAX_DEPTH} deep")
    # Only an escape can smuggle a surrogate in: the text itself was decoded from UTF-8.
    if "\\u" in text and _SURROGATE.search(json.dumps(value, ensure_ascii=False)):
        raise CorruptError("it holds a lone surrogate")
    return cast("Json", value)


def _decode(text: str) -> object:
    """As `decode` does it, without its search for spaces around the value: there are none in what we write."""
    if not text[:1].isspace():
        value, end = _DECODER.raw_decode(text)
        if end == len(text):
            return value
    return _DECODER.decode(text)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _finite(digits: str) -> float:
    """1e400 is JSON by its grammar, but no number that could be written again."""
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"{digits[:20]} is too large")
    return number


def _is_deep(text: str, value: object) -> bool:
    # Counting brackets is cheap, and they are few in what is really there: only then is the depth worth a look.
    return (
        not isinstance(value, str)
        and text.count("[") + text.count("{") > _MAX_DEPTH
        and not _is_shallow(value, _MAX_DEPTH)
    )


def _is_shallow(value: object, depth: int) -> bool:
    if not isinstance(value, (list, tuple, dict)):
        return True
    inner = value.values() if isinstance(value, dict) else value
    return depth > 0 and all(_is_shallow(item, depth - 1) for item in inner)


# `json.dumps` and `json.loads` with options make a coder for every call: a fifth of reading or writing an entry.
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
_DECODER = json.JSONDecoder(parse_constant=_refuse, parse_float=_finite)
