"""thread.md: entries, each a header line, a body (its heading too), and a closing line of three hyphens.

A body may hold such a line too (a rule, quoted front matter): it ends the entry only where a header or nothing
follows. So nothing between the first header and the end of the file is lost.
"""

from __future__ import annotations

import re

from git_yoi.codec.yoi_backend.header import looks_like_header, read_header
from git_yoi.codec.yoi_backend.source import Event, Report
from git_yoi.domain.times import from_rfc3339

FILE = "thread.md"
_RULE = "---"
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


def read_thread(text: str, report: Report) -> list[Event]:
    """Every entry in the file's order; what is malformed is reported and its text kept as an entry without a kind."""
    lines = text.split("\n")
    events: list[Event] = []
    index = 0
    while (index := _next_text(lines, index)) < len(lines):
        if lines[index].strip() == _RULE:
            index += 1
            continue
        end = _end(lines, index, report)
        events.append(_event(lines, index, end, len(events), report))
        index = end
    return events


def _next_text(lines: list[str], index: int) -> int:
    while index < len(lines) and not lines[index].strip():
        index += 1
    return index


def _end(lines: list[str], start: int, report: Report) -> int:
    """The index of the line that ends the entry which begins at `start`: its rule, the next header, or the end."""
    fence: str | None = None
    for index in range(start + 1, len(lines)):
        line = lines[index]
        if line.strip() == _RULE and _ends_entry(lines, index):
            return index
        match = _FENCE.match(line)
        if match is not None:
            fence = _fence_after(fence, match[1], line)
        if fence is None and not lines[index - 1].strip() and _is_complete_header(line):
            report.add(FILE, index + 1, "an entry begins before the one above it was closed; both are kept")
            return index
    return len(lines)


def _fence_after(open_fence: str | None, mark: str, line: str) -> str | None:
    """The code fence that is open after a line with a fence mark."""
    if open_fence is None:
        return mark
    closes = mark[0] == open_fence[0] and len(mark) >= len(open_fence) and line.strip() == mark
    return None if closes else open_fence


def _ends_entry(lines: list[str], index: int) -> bool:
    following = _next_text(lines, index + 1)
    return following == len(lines) or looks_like_header(lines[following])


def _is_complete_header(line: str) -> bool:
    """Whether it is beyond doubt a header: in the first column, with event, author and a time."""
    if not line.startswith("<!--"):
        return False
    pairs = read_header(line) or {}
    return all(pairs.get(key) for key in ("event", "author", "at")) and _is_time(pairs["at"])


def _is_time(text: str) -> bool:
    try:
        from_rfc3339(text)
    except ValueError:
        return False
    return True


def _event(lines: list[str], start: int, end: int, position: int, report: Report) -> Event:
    pairs = read_header(lines[start]) or {}
    if not pairs.get("event"):
        report.add(FILE, start + 1, "text that no header introduces" if not pairs else "a header without an event")
        return Event(position, start + 1, "", pairs, _join(lines, start, end))
    first = start + 1
    if first < end and not lines[first].strip():
        first += 1
    return Event(position, start + 1, pairs["event"], pairs, _join(lines, first, end))


def _join(lines: list[str], first: int, end: int) -> str:
    """The body's bytes: the writer put one empty line between it and the closing rule."""
    last = end - 1 if end > first and lines[end - 1] in ("", "\r") else end
    return "\n".join(lines[first:last])
