"""Checks of what people give, made before anything is written."""

from __future__ import annotations

from git_yoi.domain.text import line_problem, text_problem
from git_yoi.errors import YoiError


def require_text(what: str, text: str) -> None:
    """YoiError `usage` when a text cannot be kept."""
    if problem := text_problem(text):
        raise YoiError(
            "usage", f"the {what} cannot be kept", cause=problem, hint="nothing was changed; give another text"
        )


def require_line(what: str, text: str) -> None:
    """YoiError `usage` when a one-line value cannot be kept."""
    if problem := line_problem(text):
        raise YoiError("usage", f"the {what} cannot be kept", cause=problem, hint=f"a {what} is one line of plain text")


def require_reason(text: str | None) -> str:
    """The reason that a verb demands; YoiError `usage` without one."""
    if text is None or not text.strip():
        raise YoiError("usage", "a reason is needed", hint="give it with -m WHY, or -F FILE")
    require_text("reason", text)
    return text
