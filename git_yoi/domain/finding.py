"""A reviewer's remark as it is typed: `SEVERITY:PATH:LINE:TEXT`."""

from __future__ import annotations

import re

from git_yoi.domain.events import Finding
from git_yoi.domain.states import SEVERITIES
from git_yoi.domain.text import line_problem, text_problem

# The path ends at the first ":number:", so that neither a colon in it nor one in the text is in the way.
_FORM = re.compile(r"(?P<severity>[^:]*):(?P<path>.+?):(?P<line>[0-9]{1,9}):(?P<text>.*)\Z", re.DOTALL)


def parse_finding(given: str) -> Finding:
    """Read one finding, line 0 being the whole file; ValueError says what is wrong with it."""
    match = _FORM.match(given)
    if match is None:
        raise ValueError("it is not of the form SEVERITY:PATH:LINE:TEXT")
    if match["severity"] not in SEVERITIES:
        raise ValueError(f"its severity is none of {' '.join(SEVERITIES)}")
    if problem := path_problem(match["path"]):
        raise ValueError(f"its path cannot be kept: {problem}")
    text = match["text"].strip()
    if problem := "it is empty" if not text else text_problem(text):
        raise ValueError(f"its text cannot be kept: {problem}")
    return Finding(match["severity"], match["path"], int(match["line"]), text)


def path_problem(path: str) -> str | None:
    """Why `path` names no file inside a repository, or None."""
    if problem := line_problem(path):
        return problem
    if path.startswith("/"):
        return "it is absolute"
    if any(part in ("", ".", "..") for part in path.split("/")):
        return "it leaves the repository, or has an empty or dotted part"
    return None
