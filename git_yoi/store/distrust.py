"""Tickets that arrived with an entry that does not follow: read-only here until a `repair`, as if their file were bad.

The tree looks sound, so no reader of it could tell; what the check of the arrivals found is kept in a small local file.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple


class Distrusted(NamedTuple):
    """The commit that does not follow, and what is wrong with it."""

    commit: str
    problem: str


def read_distrusted(private: Path) -> dict[str, Distrusted]:
    """Every ticket that came in bad, by its id; none where the file is missing or is not ours."""
    try:
        values = json.loads((private / "distrusted.json").read_bytes())
        return {str(ticket): Distrusted(str(commit), str(problem)) for ticket, (commit, problem) in values.items()}
    except (FileNotFoundError, NotADirectoryError, ValueError, TypeError, AttributeError, RecursionError):
        return {}


def add_distrusted(private: Path, more: Mapping[str, Distrusted]) -> None:
    """Remember more of them, at once and durably; OSError."""
    if not more:
        return
    private.mkdir(parents=True, exist_ok=True)
    new = private / f"distrusted.json.{os.getpid()}.new"
    try:
        with new.open("w") as file:
            json.dump({**read_distrusted(private), **more}, file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(private / "distrusted.json")
    finally:
        new.unlink(missing_ok=True)
