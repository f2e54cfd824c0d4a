"""Whether a killed completion may have left anything: asked by every command that writes, so nothing is imported."""

from __future__ import annotations

from pathlib import Path

JOURNAL = "journal.json"
SCRATCH = "scratch"


def has_leftovers(private: Path) -> bool:
    """Whether there is a journal, or anything that was only tried out, below this program's own folder."""
    if (private / JOURNAL).exists():
        return True
    scratch = private / SCRATCH
    return scratch.is_dir() and any(scratch.iterdir())
