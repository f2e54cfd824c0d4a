"""What `search` found, as text or JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from git_yoi.render.style import Style, fit, one_line
from git_yoi.render.tickets import list_text, summary_json

if TYPE_CHECKING:
    from git_yoi.actions.search import Hit

_MOST_MATCHES = 3


def search_json(hits: Sequence[Hit]) -> list[dict[str, Any]]:
    """The list fields of every ticket, and `matches`: where, the entry's id or null, the text around."""
    return [
        summary_json(hit.listed.ticket, hit.listed.holder) | {"matches": [match._asdict() for match in hit.matches]}
        for hit in hits
    ]


def search_text(hits: Sequence[Hit], style: Style) -> str:
    """A line a ticket; on a terminal with the first places below it."""
    lines = list_text([hit.listed for hit in hits], style).split("\n")
    if style.width is None or not hits:
        return "\n".join(lines)
    shown: list[str] = []
    for line, hit in zip(lines, hits, strict=True):
        places = [m for m in hit.matches if m.where != "title"][:_MOST_MATCHES]
        shown.append(line)
        shown += [style.paint(fit(f"    {m.where}: {one_line(m.text)}", style.width), "dim") for m in places]
    return "\n".join(shown)
