"""`git yoi import`: bring tickets in, of the yoi project's local backend or of our own lines of JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from git_yoi.actions.authority import require_role
from git_yoi.actions.importing import Imported, Progress
from git_yoi.errors import YoiError

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.codec.yoi_backend.source import Problem

FORMATS = ("yoi", "jsonl")


def import_(session: Session, format_: str, path: Path, progress: Progress = lambda _done, _total: None) -> Imported:
    """Import a folder or file; YoiError `not-found` when not one ticket could be read, with everything unmapped."""
    require_role(session, "import")
    session.tip()
    if format_ == "yoi":
        from git_yoi.actions.import_yoi import import_yoi

        made = import_yoi(session, path, progress)
    else:
        from git_yoi.actions.import_jsonl import import_jsonl

        made = import_jsonl(session, path, progress)
    if made.tickets == 0:
        first = made.unmapped[0] if made.unmapped else None
        raise YoiError(
            "not-found",
            f"not one ticket could be read from {path}",
            cause=f"{first.file or first.ticket}: {first.what}" if first else "there is none",
            hint="name the folder that holds the tickets"
            if format_ == "yoi"
            else "one ticket a line, as export writes",
            data=[_plain(problem) for problem in made.unmapped],
        )
    session.index_follows(made.tip)
    return made


def _plain(problem: Problem) -> dict[str, object]:
    return {"ticket": problem.ticket, "file": problem.file, "line": problem.line, "what": problem.what}
