"""What all entries of one imported ticket share: who, when, under which nonce, and texts that can be kept."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from git_yoi.codec.yoi_backend.nonces import nonce_of
from git_yoi.codec.yoi_backend.people import NOBODY, actor_of, role_of
from git_yoi.codec.yoi_backend.source import FORMAT, Report
from git_yoi.domain.entry import Entry
from git_yoi.domain.events import Event, Import
from git_yoi.domain.json_value import Json
from git_yoi.domain.text import MAX_TEXT
from git_yoi.domain.times import from_rfc3339

# Git writes no time before 1970, and `git fsck` refuses what is beyond 2099 by much; year 9999 is RFC 3339's own end.
_LAST_TIME = 253_402_300_799


@dataclass(slots=True)
class Drafts:
    """The maker of one ticket's entries; `other_id` gives our id of another of their tickets."""

    ticket: str
    original: str
    report: Report
    other_id: Callable[[str], str | None]
    blob_of: Callable[[bytes], str]
    last_time: int = 0
    seen: Counter[str] = field(default_factory=Counter)

    def entry(
        self, event: Event, author: str, at: int, imported: dict[str, Json], *, place: str, body: str = ""
    ) -> Entry:
        """An entry whose nonce follows from its source.

        `place` says where in the source, but not how many other entries stand before it: one that is put in between
        later must not make the rest look new. What stands there several times alike is counted.
        """
        stable = {key: value for key, value in imported.items() if key != "position"}
        content: list[object] = [author, at, body, stable]
        first = nonce_of(self.original, place, content)
        self.seen[first] += 1
        count = self.seen[first]
        nonce = first if count == 1 else nonce_of(self.original, f"{place} {count}", content)
        full: dict[str, Json] = {"format": FORMAT, **imported}
        named = replace(event, imported=full) if isinstance(event, Import) else event
        return Entry(self.ticket, named, actor_of(author), at, role_of(author), nonce, body, full)

    def time(self, text: str, file: str, line: int) -> int:
        """Seconds since the epoch; what is no time is reported, and the time before it stands in."""
        try:
            seconds = from_rfc3339(text.strip())
        except (ValueError, OverflowError):
            self.report.add(file, line, f"{text[:40]!r} is no time; the one before it stands in")
            return self.last_time
        if not 0 <= seconds <= _LAST_TIME:
            self.report.add(file, line, f"{text[:40]!r} is a time that git cannot keep; the one before it stands in")
            return self.last_time
        self.last_time = seconds
        return seconds

    def author(self, text: str, file: str, line: int) -> str:
        """The author's text, reported where there is none."""
        if not text.strip():
            self.report.add(file, line, "it names no author")
            return NOBODY
        return text

    def text(self, text: str, file: str, line: int) -> str:
        """A body as it can be kept; a change to it is reported, and the file kept as an attachment."""
        if "\0" in text:
            self.report.add(file, line, "a NUL character, replaced by U+FFFD", keep=True)
            text = text.replace("\0", "\ufffd")
        data = text.encode()
        if len(data) > MAX_TEXT:
            self.report.add(file, line, f"a text longer than {MAX_TEXT // 1024} KiB, cut there", keep=True)
            text = data[:MAX_TEXT].decode(errors="ignore")
        return text

    def file_nonce(self, path: str, data: bytes) -> str:
        """The nonce of a file's attachment: its path and its bytes."""
        return nonce_of(self.original, "artifact", [path, hashlib.sha256(data).hexdigest()])
