"""`git yoi attach`: keep a file with a ticket, under its own name."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING

from git_yoi.actions.write import Written, write
from git_yoi.domain.events import Attach
from git_yoi.domain.file_name import MAX_FILE_BYTES, name_problem, normal_name
from git_yoi.domain.ticket import Attachment
from git_yoi.errors import YoiError

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.domain.entry import Entry
    from git_yoi.domain.ticket import Ticket
    from git_yoi.store.snapshot import Snapshot


def attach(session: Session, given: str, file: Path) -> Written:
    """Attach a regular file; one that bears the same name is replaced. YoiError `usage` for what cannot be kept."""
    name = normal_name(file.name)
    if problem := name_problem(name):
        raise YoiError("usage", f"no attachment can be called {name[:80]}", cause=problem, hint="attach a renamed copy")
    data = _read(file)
    session.resolve(given)
    blob = session.objects.write_blob(data)

    def judge(_: Snapshot, ticket: Ticket) -> list[Entry]:
        if Attachment(name, blob) in ticket.attachments:
            return []
        return [session.entry(ticket.id, Attach(name, blob))]

    return write(session, "attach", given, judge)


def _read(file: Path) -> bytes:
    try:
        found = file.stat()
        if not stat.S_ISREG(found.st_mode):
            raise YoiError("usage", f"{file} is no regular file", hint="name a file")
        if found.st_size > MAX_FILE_BYTES:
            raise _too_large(file)
        data = file.read_bytes()
    except OSError as error:
        raise YoiError(
            "usage", f"{file} cannot be read", cause=error.strerror or str(error), hint="name another file"
        ) from error
    if len(data) > MAX_FILE_BYTES:
        raise _too_large(file)
    return data


def _too_large(file: Path) -> YoiError:
    return YoiError(
        "usage",
        f"{file} is too large",
        cause=f"an attachment has at most {MAX_FILE_BYTES >> 20} MiB",
        hint="keep it elsewhere, and say where in a comment",
    )
