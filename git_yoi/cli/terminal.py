"""What standard output is: a terminal of some width, or a pipe."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from git_yoi.render.style import Style


def output_style() -> Style:
    """The style for standard output; NO_COLOR (https://no-color.org) and TERM=dumb turn colours off."""
    from git_yoi.render.style import Style

    if not sys.stdout.isatty():
        return Style()
    size = _size()
    colour = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Style(width=max(20, size.columns), colour=colour, height=max(10, size.lines))


def _size() -> os.terminal_size:
    """The terminal's own size, unless COLUMNS and LINES say otherwise; 80x24 for a terminal that has none."""
    try:
        own = os.get_terminal_size(sys.stdout.fileno())
    except (OSError, ValueError):
        own = os.terminal_size((0, 0))
    columns, lines = os.environ.get("COLUMNS", ""), os.environ.get("LINES", "")
    return os.terminal_size(
        (
            int(columns) if columns.isdecimal() else own.columns or 80,
            int(lines) if lines.isdecimal() else own.lines or 24,
        )
    )
