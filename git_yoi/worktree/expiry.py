"""What lies in the trash, and under the rescue refs, for longer than it is kept; nothing younger is ever touched."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from git_yoi.git.refs import RESCUE, RESCUED_REFLOG, RefChange, move_refs, read_refs
from git_yoi.git.repository import Repository
from git_yoi.worktree.erase import erase, refuse_mounted
from git_yoi.worktree.trash import ENTRY, WORKTREE, ticket_of

# design.md, section 2, Cleanup.
KEPT_SECONDS = 14 * 24 * 3600.0
_KEY = re.compile(r"(?P<at>\d{8}T\d{6}Z)-(?P<ticket>[A-Za-z0-9][A-Za-z0-9-]*)")
# A second folder of the same second; but an imported ticket's own id may end in that, too.
_NUMBER = re.compile(r"-\d+\Z")


class Rescued(NamedTuple):
    """A removed branch's commit: the key of its removal, the ticket, the branch, and when (seconds, epoch)."""

    key: str
    ticket: str
    branch: str
    head: str
    at: int


class Discarded(NamedTuple):
    """A folder of the trash, whose worktree it was, and when it was filled."""

    key: str
    ticket: str
    folder: Path
    at: int


class Stays(NamedTuple):
    """A folder of the trash that could not be erased whole, and why."""

    folder: Path
    reason: str


def rescued(repository: Repository) -> tuple[Rescued, ...]:
    """Every rescue ref that is ours, oldest first."""
    found = []
    for ref, head in read_refs(repository, RESCUE).items():
        key, _, branch = ref.removeprefix(RESCUE).partition("/")
        made = _KEY.fullmatch(key)
        if made is not None and branch:
            found.append(Rescued(key, made["ticket"], branch, head, _seconds(made["at"])))
    return tuple(sorted(found, key=lambda one: (one.at, one.key, one.branch)))


def rescued_reflogs(repository: Repository) -> tuple[Rescued, ...]:
    """Every commit that only a removed reflog led to, oldest first; its `branch` is empty."""
    found = []
    for ref, head in read_refs(repository, RESCUED_REFLOG).items():
        key = ref.removeprefix(RESCUED_REFLOG).partition("/")[0]
        made = _KEY.fullmatch(key)
        if made is not None:
            found.append(Rescued(key, made["ticket"], "", head, _seconds(made["at"])))
    return tuple(sorted(found, key=lambda one: (one.at, one.key, one.head)))


def discarded(repository: Repository) -> tuple[Discarded, ...]:
    """Every folder of the trash that is ours, oldest first."""
    trash = repository.private / "trash"
    found = []
    for folder in trash.iterdir() if trash.is_dir() else ():
        made = _KEY.fullmatch(folder.name)
        if made is not None and folder.is_dir() and not folder.is_symlink():
            ticket = ticket_of(folder) or _NUMBER.sub("", made["ticket"])
            found.append(Discarded(folder.name, ticket, folder, _seconds(made["at"])))
    return tuple(sorted(found, key=lambda one: (one.at, one.key)))


def is_over(at: int, now: float) -> bool:
    """Whether what was put away then has been kept long enough."""
    return now - at > KEPT_SECONDS


def drop(
    repository: Repository, branches: Iterable[Rescued], reflogs: Iterable[Rescued], folders: Iterable[Discarded]
) -> tuple[Stays, ...]:
    """Let them go for good; which folders stay, and why; GitError."""
    changes = [RefChange(f"{RESCUE}{one.key}/{one.branch}", one.head, None) for one in branches]
    changes += [RefChange(f"{RESCUED_REFLOG}{one.key}/{one.head}", one.head, None) for one in reflogs]
    if changes:
        move_refs(repository, changes, message="yoi: kept for 14 days")
    return tuple(stays for one in folders if (stays := _erased(one)) is not None)


def foreseen(folders: Iterable[Discarded]) -> tuple[Stays, ...]:
    """Those that `drop` would leave, as far as that can be told beforehand."""
    return tuple(stays for one in folders if (stays := _tried(one, refuse_mounted)) is not None)


def _erased(one: Discarded) -> Stays | None:
    # Whose it was stands beside them, and goes last.
    parts = (one.folder / WORKTREE, one.folder / ENTRY, one.folder)
    return next((s for part in parts if part.is_dir() and (s := _tried(one, erase, part)) is not None), None)


def _tried(one: Discarded, what: Callable[[Path], None], part: Path | None = None) -> Stays | None:
    try:
        what(part or one.folder)
    except FileNotFoundError:
        # Another prune is at it.
        return None
    except OSError as error:
        return Stays(one.folder, f"{error.filename}: {error.strerror}" if error.filename else str(error))
    return None


def _seconds(text: str) -> int:
    return int(datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp())
