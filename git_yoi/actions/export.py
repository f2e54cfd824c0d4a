"""`git yoi export`: write tickets out, as folders of the yoi project's local backend or as lines of JSON."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from git_yoi.codec.yoi_backend.source import Problem
from git_yoi.errors import YoiError
from git_yoi.git.shared import users_umask

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.store.threads import Threads

FORMATS = ("yoi", "jsonl")
# Where the folders go when nobody says.
FOLDER = "yoi-tickets"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Exported:
    """Tickets and entries written, and where to; without a path, `lines` are what was asked for.

    `unmapped` is what could not be read, or what the format cannot say.
    """

    tickets: int
    entries: int
    path: str | None
    unmapped: tuple[Problem, ...]
    lines: tuple[str, ...] = ()


def export(
    session: Session, format_: str, path: Path | None, progress: Progress = lambda _done, _total: None
) -> Exported:
    """Write every ticket; YoiError `exists` rather than write over anything, `format` for a foreign ref, `io`."""
    from git_yoi.git.objects import MissingObjectError
    from git_yoi.git.raw import MalformedError
    from git_yoi.store.root import require_ours
    from git_yoi.store.threads import read_threads

    if format_ == "yoi" and path is None:
        path = session.repository.directory / FOLDER
    if path is not None:
        _require_free(path, folder=format_ == "yoi")
    tip = session.tip()
    require_ours(session.repository.git, tip)
    try:
        threads = read_threads(session.objects, tip)
    except (MalformedError, MissingObjectError) as error:
        # An export without what stands below that commit would pass for the whole.
        raise YoiError(
            "io", "the record cannot be read to its end", cause=str(error), hint="`git yoi fsck` tells more"
        ) from error
    with users_umask():
        return _written(session, threads, format_, path, progress)


def _written(session: Session, threads: Threads, format_: str, path: Path | None, progress: Progress) -> Exported:
    problems = [Problem("", f"commit {oid}", 0, what) for oid, what in threads.problems]
    if format_ == "yoi" and path is not None:
        problems += _as_folders(session, threads, path, progress)
        lines: tuple[str, ...] = ()
    else:
        lines = _as_lines(session, threads, problems, progress)
        if path is not None:
            _write_file(path, "".join(line + "\n" for line in lines).encode())
            lines = ()
    entries = sum(len(thread.entries) for thread in threads.found.values())
    return Exported(len(threads.found), entries, None if path is None else str(path), tuple(problems), lines)


def _require_free(path: Path, *, folder: bool) -> None:
    if not os.path.lexists(path):
        if not path.parent.is_dir():
            raise YoiError("not-found", f"there is no folder {path.parent}", hint="make it, or name another path")
        return
    if folder and path.is_dir() and not path.is_symlink() and not any(path.iterdir()):
        return
    raise YoiError(
        "exists",
        f"{path} is there already",
        cause="an export writes over nothing",
        hint="name a folder that is new or empty" if folder else "name a file that does not exist",
    )


def _as_lines(session: Session, threads: Threads, problems: list[Problem], progress: Progress) -> tuple[str, ...]:
    from git_yoi.codec.jsonl import write_line

    lines: list[str] = []
    for done, thread in enumerate(threads.found.values(), 1):
        progress(done, len(threads.found))
        try:
            lines.append(write_line(thread.ticket, (entry for entry, _ in thread.entries), session.objects.blob))
        except (KeyError, ValueError) as error:
            problems.append(Problem(thread.ticket.id, "", 0, f"it cannot be written: {error}"))
    return tuple(lines)


def _as_folders(session: Session, threads: Threads, path: Path, progress: Progress) -> list[Problem]:
    """Write beside the place, then put all of it there at once: a crash leaves no half of an export."""
    scratch = Path(tempfile.mkdtemp(prefix=".git-yoi-export-", dir=path.parent))
    try:
        problems = _fill(session, threads, scratch, progress)
        scratch.chmod(0o755)
        scratch.replace(path)
    except BaseException:
        shutil.rmtree(scratch)
        raise
    return problems


def _fill(session: Session, threads: Threads, root: Path, progress: Progress) -> list[Problem]:
    from git_yoi.codec.yoi_backend.folder import folder_name, write_folder

    names = {ticket_id: folder_name(thread.ticket) for ticket_id, thread in threads.found.items()}
    problems: list[Problem] = []
    for done, (ticket_id, thread) in enumerate(threads.found.items(), 1):
        progress(done, len(threads.found))
        try:
            made = write_folder(
                thread.ticket, thread.entries, lambda other: names.get(other, other), session.objects.blob
            )
        except (KeyError, ValueError) as error:
            problems.append(Problem(ticket_id, "", 0, f"it cannot be written: {error}"))
            continue
        problems += [Problem(ticket_id, made.name, 0, what) for what in made.lost]
        for name, data in made.files.items():
            target = root / made.name / name
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                _write_file(target, data)
            except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
                problems.append(Problem(ticket_id, name, 0, f"it cannot be written: {error.strerror}"))
    return problems


def _write_file(path: Path, data: bytes) -> None:
    """Write a new file, whole or not at all as far as others can see."""
    with path.open("xb") as file:
        try:
            file.write(data)
        except BaseException:
            path.unlink()
            raise
