"""How lines are put on a terminal: colour, and columns that count East Asian letters as two."""

from __future__ import annotations

from typing import NamedTuple

from git_yoi.domain.text import escape_controls

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "cyan": "36"}
STATE_COLOURS = {
    "planning": "dim",
    "ready": "yellow",
    "queued": "cyan",
    "inprogress": "blue",
    "done": "green",
    "closed": "dim",
}


class Style(NamedTuple):
    """Where text goes: `width` columns of a terminal, None for a pipe; `colour` where colours are wanted."""

    width: int | None = None
    colour: bool = False
    height: int = 24

    def paint(self, text: str, colour: str | None) -> str:
        """The text in a colour of this module's names, or as it is."""
        return f"\x1b[{_CODES[colour]}m{text}\x1b[0m" if self.colour and colour and text else text


def columns(text: str) -> int:
    """How many columns a text takes on a terminal."""
    return len(text) if text.isascii() else sum(_columns(letter) for letter in text)


def _columns(letter: str) -> int:
    import unicodedata

    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in ("W", "F") else 1


def fit(text: str, width: int) -> str:
    """The text cut to `width` columns, an ellipsis where something is missing."""
    if columns(text) <= width:
        return text
    used, kept = 0, []
    for letter in text:
        used += _columns(letter)
        if used > width - 1:
            break
        kept.append(letter)
    return "".join(kept).rstrip() + "…" if width > 0 else ""


def pad(text: str, width: int) -> str:
    """The text with spaces up to `width` columns."""
    return text + " " * max(0, width - columns(text))


def one_line(text: str) -> str:
    """A stranger's text as one harmless line without tabs."""
    # Nearly every title is harmless already, and there may be a hundred thousand of them.
    return text if text.isprintable() and "  " not in text else escape_controls(" ".join(text.split()))


def text_block(text: str, indent: str = "") -> str:
    """A stranger's text of many lines, harmless, indented."""
    return "\n".join(f"{indent}{line}".rstrip() for line in escape_controls(text).rstrip().splitlines())
