"""JSON on one line that YAML readers agree with: not ASCII-escaped, but without the characters they dispute."""

from __future__ import annotations

import json
import re
from typing import cast

from git_yoi.domain.json_value import Json

# YAML 1.2 calls these unprintable or line breaks; a line of ours must survive every reader.
_DISPUTED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


class CorruptError(ValueError):
    """Bytes that are no record of ours; the message says what is wrong with them."""


def dumps(value: object) -> str:
    """Spell a JSON value on one line; ValueError for a lone surrogate, NaN or an infinity."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    if _SURROGATE.search(text):
        raise ValueError("a lone surrogate cannot be kept")
    return _DISPUTED.sub(lambda m: f"\\u{ord(m.group()):04x}", text)


def loads(text: str) -> Json:
    """Read a JSON value; CorruptError when it is none, or holds what `dumps` refuses."""
    try:
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise CorruptError(f"not JSON: {error}") from error
    # Only an escape can smuggle a surrogate in: the text itself was decoded from UTF-8.
    if "\\u" in text and _SURROGATE.search(json.dumps(value, ensure_ascii=False)):
        raise CorruptError("it holds a lone surrogate")
    return cast("Json", value)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
