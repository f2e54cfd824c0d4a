"""Strangers' text within Markdown that is pasted elsewhere: it stays text there, and calls nobody.

What a forge makes of `@name`, `#12` and `<tag` does not care for backslashes everywhere, and in code those would show.
So a zero-width space goes in between: nobody sees it, in whatever the text stands.
"""

from __future__ import annotations

import re

from git_yoi.domain.text import escape_controls
from git_yoi.render.style import one_line

_GAP = "\u200b"
# A mention, a number of an issue, the beginning of HTML, and of an image that the reader's browser would fetch.
_LIVE = re.compile(r"(?<!\w)@(?=\w)|#(?=\d)|<(?=[A-Za-z/!?])|!(?=\[)")
_PUNCTUATION = re.compile(r"[\\`*|\[\]]")
_MAX_LINE = 300
_MAX_LINES = 200
_MAX_TEXT = 12_000


def inline(text: str) -> str:
    """A stranger's text as a part of one line, cut to a sensible length."""
    line = _cut(one_line(text))
    return _inert(_PUNCTUATION.sub(r"\\\g<0>", line))


def code(text: str) -> str:
    """A name or a command as code, on one line, whatever backticks are in it."""
    line = _cut(one_line(text.replace("\n", "\\n")))
    runs = [len(run) for run in re.findall("`+", line)]
    fence = "`" * next(size for size in range(1, len(line) + 2) if size not in runs)
    gap = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{gap}{line}{gap}{fence}"


def quoted(text: str, rest: str) -> str:
    """Strangers' Markdown as a quotation; `rest` says where the whole is when it was cut."""
    whole = escape_controls(text.strip())
    lines = whole[:_MAX_TEXT].splitlines()[:_MAX_LINES]
    said = "\n".join(f"> {_inert(line)}".rstrip() for line in lines)
    left = len(whole) - len("\n".join(lines))
    return f"{said}\n\n({left} characters more: {rest})" if left > 0 and said else said


def _inert(text: str) -> str:
    return _LIVE.sub(rf"\g<0>{_GAP}", text)


def _cut(line: str) -> str:
    return line if len(line) <= _MAX_LINE else f"{line[: _MAX_LINE - 1].rstrip()}…"
