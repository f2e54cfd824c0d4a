"""The manual page as plain text: it must be readable where neither man nor groff is installed.

Only the requests of man(7) that our one page uses are known; any other is an error, which a test would show, rather
than a paragraph that silently goes missing.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

INDENT, DEEP = 4, 8

_ESCAPES = {
    r"\-": "-",
    r"\&": "",
    r"\e": "\\",
    r"\(aq": "'",
    r"\(dq": '"',
    r"\fB": "",
    r"\fI": "",
    r"\fR": "",
}
_ESCAPE = re.compile(r"\\(?:\(..|f.|.)")


class ManualError(ValueError):
    """The page uses a request or an escape that is not known here."""


def plain(text: str) -> str:
    """A line of the page without its escapes; ManualError for one that is not known."""
    return _ESCAPE.sub(_unescaped, text)


def _unescaped(match: re.Match[str]) -> str:
    try:
        return _ESCAPES[match.group()]
    except KeyError:
        raise ManualError(f"unknown escape {match.group()}") from None


def sections(source: str) -> dict[str, str]:
    """The part of the page on each verb (each `.SS`), by its name."""
    found: dict[str, str] = {}
    for block in re.split(r"^(?=\.S[HS] )", source, flags=re.MULTILINE):
        heading, _, body = block.partition("\n")
        if heading.startswith(".SS "):
            found[_title(heading)] = body
    return found


def tags(body: str) -> list[str]:
    """The tags of a part's lists: what it explains one by one."""
    lines = body.split("\n")
    return [plain(after) for line, after in pairwise(lines) if line == ".TP"]


def render_manual(source: str, *, width: int = 80) -> str:
    """The page, or a part of it, as text of at most `width` columns; examples keep their lines."""
    page = _Page(width)
    lines = iter(source.rstrip("\n").split("\n"))
    for line in lines:
        if line.startswith("."):
            _obey(page, line, lines)
        elif page.literal:
            page.headed = False
            page.out.append(" " * (page.left + 4) + plain(line))
        else:
            page.words.append(plain(line))
    page.flush()
    return "\n".join(page.out).strip("\n") + "\n"


def _title(heading: str) -> str:
    return plain(heading[4:].strip('"'))


@dataclass
class _Page:
    """What is rendered so far; `words` is the paragraph being gathered, `left` its indent, `tag` a list's tag."""

    width: int
    out: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    left: int = INDENT
    tag: str | None = None
    literal: bool = False
    headed: bool = False

    def flush(self) -> None:
        """Put the gathered paragraph out, beside its tag where the tag is short enough."""
        text = " ".join(self.words)
        self.words = []
        margin = " " * self.left
        first = margin
        if self.tag is not None:
            first = " " * INDENT + self.tag
            if len(first) < self.left:
                first = first.ljust(self.left)
            else:
                self.out.append(first)
                first = margin
            self.tag = None
        if text:
            self.headed = False
            self.out += textwrap.wrap(
                text,
                self.width,
                initial_indent=first,
                subsequent_indent=margin,
                break_long_words=False,
                break_on_hyphens=False,
            )
        elif first.strip():
            self.out.append(first)

    def gap(self) -> None:
        """End the paragraph with one blank line; none follows a heading."""
        self.flush()
        if self.out and self.out[-1] and not self.headed:
            self.out.append("")
        self.headed = False


def _obey(page: _Page, line: str, lines: Iterator[str]) -> None:
    request, _, rest = line.partition(" ")
    match request:
        case '.\\"' | ".TH":
            pass
        case ".SH" | ".SS":
            page.gap()
            page.left = INDENT
            page.out.append(("" if request == ".SH" else "  ") + _title(line))
            page.headed = True
        case ".PP":
            page.gap()
            page.left = INDENT
        case ".TP":
            page.gap()
            page.left, page.tag = DEEP, plain(next(lines))
        case ".br":
            page.flush()
        case ".nf" | ".fi":
            page.flush()
            page.literal = request == ".nf"
        case ".RS" | ".RE":
            page.flush()
        case _:
            raise ManualError(f"unknown request {request} {rest}".rstrip())
