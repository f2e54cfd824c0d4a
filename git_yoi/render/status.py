"""The status on one screen, or as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from git_yoi.domain.states import STATES
from git_yoi.render.style import Style, columns, fit, one_line, pad
from git_yoi.render.tickets import summary_json

if TYPE_CHECKING:
    from git_yoi.actions.status import Distance, Line, Status

_SECTIONS = (
    ("Waits for a human", "human"),
    ("Can start", "startable"),
    ("Runs", "running"),
    ("Is stuck", "stuck"),
)
_MOST_NOTE = 34


def status_json(status: Status) -> dict[str, Any]:
    """Each group as an array of the list fields, each with its `note`; `remote` is null where nothing is shared."""
    groups = {
        name: [summary_json(line.listed.ticket, line.listed.holder) | {"note": line.text} for line in lines]
        for _, name in _SECTIONS
        for lines in [getattr(status, name)]
    }
    remote = None if status.remote is None else status.remote._asdict()
    return {"tip": status.tip, "counts": status.counts, **groups, "remote": remote}


def status_text(status: Status, style: Style) -> str:
    """One screen: every group gets its share of the lines, and says how many more there are."""
    groups: list[tuple[str, Sequence[Line]]] = [(title, getattr(status, name)) for title, name in _SECTIONS]
    # The prompt, the two lines of the head, and a heading and an empty line a group are spoken for.
    shares = _shares([len(lines) for _, lines in groups], style.height - 3 - 2 * len(groups))
    width = style.width or 80
    out = [fit(_counted(status), width), fit(_shared(status.remote), width)]
    for (title, lines), share in zip(groups, shares, strict=True):
        out += ["", style.paint(f"{title} ({len(lines)})", "bold"), *_group(lines, share, width, style)]
    return "\n".join(out)


def _shares(needs: Sequence[int], room: int) -> list[int]:
    """How many lines each group gets: one after the other in turn, until all have enough or the room is used up."""
    shares = [0] * len(needs)
    while room > 0 and shares != list(needs):
        for i, need in enumerate(needs):
            if shares[i] < need and room > 0:
                shares[i] += 1
                room -= 1
    return shares


def _group(lines: Sequence[Line], share: int, width: int, style: Style) -> list[str]:
    cut = len(lines) > share
    shown = lines[: max(0, share - 1)] if cut else lines
    prefix = max((columns(line.listed.prefix) for line in shown), default=0)
    out = [_line(line, prefix, width, style) for line in shown]
    return [*out, f"  and {len(lines) - len(shown)} more: git yoi list"] if cut and share else out


def _line(line: Line, prefix: int, width: int, style: Style) -> str:
    t = line.listed.ticket
    note = fit(one_line(line.text), min(_MOST_NOTE, width // 2))
    room = width - prefix - columns(note) - len(t.priority) - 8
    title = pad(fit(one_line(t.title), room), room)
    head = style.paint(pad(line.listed.prefix, prefix), "yellow")
    return f"  {head}  {t.priority}  {title}  {style.paint(note, 'dim')}".rstrip()


def _counted(status: Status) -> str:
    parts = [f"{status.counts[state]} {state}" for state in STATES if status.counts.get(state)]
    return f"Tickets: {', '.join(parts)}" if parts else "No tickets yet: git yoi new TITLE -m DESCRIPTION"


def _shared(remote: Distance | None) -> str:
    if remote is None:
        return "Not shared yet: everything is in this repository only"
    name = one_line(remote.remote)
    if remote.ahead is None:
        return f"Shared with {name}, which was not seen to have tickets yet"
    if not remote.ahead and not remote.behind:
        return f"Shared with {name}: nothing new on either side, as of the last fetch"
    return f"Shared with {name}: {remote.ahead} to send, {remote.behind} to receive, as of the last fetch"
