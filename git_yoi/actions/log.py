"""`git yoi log`: the entries as git shows them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from git_yoi.actions.session import Session


def log(
    session: Session, given: str | None = None, *, limit: int | None = None, oneline: bool = False
) -> Iterator[str]:
    """The lines of `git log` of the ticket ref, or of one ticket's entries, newest first; YoiError `format`."""
    from git_yoi.actions.reading import tell_distance
    from git_yoi.store.root import require_ours

    options = [*(["--oneline"] if oneline else []), *([f"-n{limit}"] if limit is not None else [])]
    git = session.repository.git
    if given is None:
        tip = session.tip()
        require_ours(git, tip)
        tell_distance(session)
        lines = git.stream("--no-replace-objects", "log", "--encoding=UTF-8", "--no-color", *options, tip, "--")
    else:
        ids = _entries(session, session.resolve(given))
        tell_distance(session)
        lines = git.stream(
            "--no-replace-objects",
            "log",
            "--encoding=UTF-8",
            "--no-color",
            "--no-walk=unsorted",
            *options,
            "--stdin",
            data="".join(f"{oid}\n" for oid in ids).encode(),
        )
    return (os.fsdecode(line) for line in lines)


def _entries(session: Session, ticket_id: str) -> list[str]:
    """A ticket's commits, corrupt ones too, newest first; never none, or git would show HEAD's."""
    query = "SELECT id, n FROM entries WHERE ticket = ? UNION ALL SELECT id, n FROM bad_entries WHERE ticket = ?"
    index = session.index()
    rows = sorted(index.rows(query, (ticket_id, ticket_id)), key=lambda row: -int(row[1]))
    return [str(row[0]) for row in rows] or [index.tip]
