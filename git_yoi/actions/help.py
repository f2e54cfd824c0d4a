"""`git yoi help`: finding the manual page; needs no repository."""

from __future__ import annotations

from pathlib import Path

import git_yoi
from git_yoi.errors import YoiError

PAGE = Path("man", "git-yoi.1")


def manual_path() -> Path:
    """Where the page lies: inside the installed package, or beside it in a checkout; YoiError `io` for neither."""
    package = Path(git_yoi.__file__).resolve().parent
    for root in (package, package.parent):
        if (root / PAGE).is_file():
            return root / PAGE
    raise YoiError(
        "io", "the manual page is missing", cause=f"there is no {package / PAGE}", hint="install git-yoi anew"
    )


def manual_source() -> str:
    """The page as it is written, in man(7)."""
    return manual_path().read_text(encoding="utf-8")
