"""What standard output is: a terminal of some width, or a pipe."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from git_yoi.render.style import Style


def output_style() -> Style:
    """The style for standard output; NO_COLOR (https://no-color.org) and TERM=dumb turn colours off."""
    from git_yoi.render.style import Style

    if not sys.stdout.isatty():
        return Style()
    size = shutil.get_terminal_size()
    colour = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Style(width=max(20, size.columns), colour=colour, height=size.lines)
