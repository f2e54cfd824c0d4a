"""What a text may hold, and how two edits of one text come together."""

from __future__ import annotations

import re

# 1 MiB: GitHub stops at 64 KiB, a long design document stays below 300 KiB; a longer text belongs into an attachment.
MAX_TEXT = 1 << 20
MAX_LINE = 1000

# Patterns as strings: `re` compiles each on first use and keeps it, and a list of harmless titles needs neither.
_CONTROL = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
_SURROGATE = "[\ud800-\udfff]"
# As what Python decodes a byte that is not UTF-8: this many above the byte's own value.
_RAW = 0xDC00


def text_problem(text: str) -> str | None:
    """Why `text` cannot be kept (a NUL, not Unicode, too long), or None."""
    if "\0" in text:
        return "it holds a NUL character"
    if not text.isascii() and re.search(_SURROGATE, text):
        return "it is not valid Unicode (a lone surrogate)"
    if len(text) > MAX_TEXT or len(text.encode()) > MAX_TEXT:
        return f"it is longer than {MAX_TEXT // 1024} KiB"
    return None


def line_problem(text: str) -> str | None:
    """Why `text` cannot be a title, label or name (a line break, a control character, empty, too long), or None."""
    if not text.strip():
        return "it is empty"
    if "\n" in text or "\r" in text:
        return "it holds a line break"
    if re.search(_CONTROL, text) or "\t" in text:
        return "it holds a control character"
    if len(text) > MAX_LINE:
        return f"it is longer than {MAX_LINE} characters"
    return text_problem(text)


def escape_controls(text: str) -> str:
    """Show control and direction-changing characters of a stranger's text in hexadecimal; line feeds, tabs stay.

    So are bytes that are not UTF-8 (of a file's name, say): what comes out can be encoded.
    """
    return escape_bytes(re.sub(_CONTROL, _escaped, text))


def escape_bytes(text: str) -> str:
    """Show bytes that are not UTF-8, which Python keeps as lone surrogates, in hexadecimal, and nothing else."""
    return text if text.isascii() else re.sub(_SURROGATE, _escaped, text)


def _escaped(match: re.Match[str]) -> str:
    point = ord(match.group())
    if _RAW <= point <= _RAW + 0xFF:
        point -= _RAW
    return f"\\x{point:02x}" if point < 256 else f"\\u{point:04x}"


def first_line(text: str, limit: int = 72) -> str:
    """The first line of `text` that is not blank, white space folded, cut to `limit` characters."""
    for line in text.splitlines():
        folded = " ".join(escape_controls(line).split())
        if folded:
            return folded if len(folded) <= limit else folded[: limit - 1].rstrip() + "…"
    return ""


def merge_text(base: str, ours: str, theirs: str) -> str | None:
    """Merge two edits of `base` line by line; None when they conflict."""
    if ours in (base, theirs):
        return theirs
    if theirs == base:
        return ours
    from merge3 import Merge3

    merge = Merge3(base.splitlines(True), ours.splitlines(True), theirs.splitlines(True))
    merged: list[str] = []
    for kind, *regions in merge.merge_groups():
        if kind == "conflict":
            return None
        merged.extend(regions[0])
    return "".join(merged)
