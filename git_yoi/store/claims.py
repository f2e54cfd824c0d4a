"""Which claim is this clone's: one small file a ticket, below the common git directory; never the ticket itself.

The record is written before the acceptance and says finished after branch and worktree are there, so that a killed
`start` is told from somebody else's. It is replaced by rename, because a half-written one would lose the claim; and
because a rename gives the file another inode, the lock lies beside it, in a file of its own.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from git_yoi.domain.ids import is_id
from git_yoi.domain.ticket import Actor
from git_yoi.errors import YoiError
from git_yoi.git.lock_files import is_held

# A file that is being written, by the process of that id, to be renamed in the end.
DRAFT = "*.json.*.new"
# What a killed process left running (a checkout, a hook) holds its lock still; nobody else will end that work.
_PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Claim:
    """An acceptance or takeover of this clone: settled when the ticket's claim is `nonce`, or its generation went on.

    `generation` is the ticket's before it; `ends` is the claim that a takeover ends, None for a start. `worktree` is
    None where none was asked for. `begun_at` is seconds since the epoch. `finished`: branch and worktree are there.
    """

    ticket: str
    nonce: str
    generation: int
    branch: str
    worktree: Path | None
    base: str
    target: str
    actor: Actor
    role: str
    begun_at: int
    ends: str | None = None
    finished: bool = False


def read_claim(private: Path, ticket_id: str) -> Claim | None:
    """The record of this clone for a ticket; None when there is none, or none that can be read: no claim then."""
    path = _record(private, ticket_id)
    if not path.is_file():
        return None
    try:
        values = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError, RecursionError):
        return None
    try:
        return _decode(values, ticket_id)
    except (KeyError, TypeError, ValueError):
        return None


def read_claims(private: Path) -> list[Claim]:
    """Every record of this clone that can be read, by ticket."""
    names = sorted(path.stem for path in (private / "claims").glob("*.json") if is_id(path.stem))
    return [found for name in names if (found := read_claim(private, name)) is not None]


def my_claim(private: Path, ticket_id: str) -> str | None:
    """The nonce of this clone's own claim on a ticket, or None; whether it still holds is for the ticket to say."""
    found = read_claim(private, ticket_id)
    return found.nonce if found else None


def drop_claim(private: Path, ticket_id: str) -> None:
    """Forget this clone's record for a ticket, if there is one."""
    _record(private, ticket_id).unlink(missing_ok=True)


def claimed_tickets(private: Path) -> list[str]:
    """The tickets that this clone has a record of, readable or not."""
    return sorted(path.stem for path in (private / "claims").glob("*.json") if is_id(path.stem))


def drafts_left(private: Path) -> list[Path]:
    """What processes that were killed had begun to write, of a claim's record or of what else lies with them."""
    drafts = [*private.glob(DRAFT), *(private / "claims").glob(DRAFT)]
    return [path for path in sorted(drafts) if not _runs(path.name.split(".")[-2])]


def is_claim_held(private: Path, ticket_id: str) -> bool:
    """Whether a living process is at work on a ticket's record."""
    return is_held(_record(private, ticket_id).with_suffix(".lock"))


def write_claim(private: Path, claim: Claim) -> None:
    """Put a record in place of the ticket's earlier one, at once and durably; OSError when it cannot be written."""
    path = _record(private, claim.ticket)
    path.parent.mkdir(parents=True, exist_ok=True)
    values = asdict(claim) | {"worktree": os.fspath(claim.worktree) if claim.worktree else None}
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with new.open("w") as file:
            json.dump(values, file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
    _sync_directory(path.parent)


@dataclass(frozen=True, slots=True)
class ClaimLock:
    """A held lock; a child that is given `descriptor` keeps it held should this process be killed."""

    descriptor: int


@contextmanager
def lock_claim(private: Path, ticket_id: str) -> Iterator[ClaimLock]:
    """Hold the lock of a ticket's record; YoiError `taken` at once when another process does, `read-only`, `io`."""
    path = _record(private, ticket_id).with_suffix(".lock")
    descriptor = _locked(path, ticket_id)
    try:
        yield ClaimLock(descriptor)
    finally:
        # Gone before it is unlocked: who waits at the old inode sees that, and begins anew.
        path.unlink(missing_ok=True)
        # A child may have the descriptor still (a hook that went into the background): unlock for all of them.
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)


def _locked(path: Path, ticket_id: str) -> int:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            descriptor = _try_lock(path)
        except OSError as error:
            raise _unwritable(path, error) from error
        if descriptor is not None:
            return descriptor
        if _owner_lives(path) or time.monotonic() > deadline:
            raise YoiError(
                "taken",
                f"another process is taking ticket {ticket_id[:8]} just now",
                cause="it holds the lock of this clone's claim record",
                hint=f"git yoi show {ticket_id[:8]}",
            )
        time.sleep(0.02)


def _try_lock(path: Path) -> int | None:
    """The descriptor of the locked file, with this process named in it; None while another holds it; OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_still(path, descriptor):
                os.ftruncate(descriptor, 0)
                os.pwrite(descriptor, b"%d\n" % os.getpid(), 0)
                return descriptor
        except BlockingIOError:
            os.close(descriptor)
            return None
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _owner_lives(path: Path) -> bool:
    """Whether the process that took the lock still runs; one that has just taken it may not have said its id yet."""
    try:
        return _runs(path.read_text())
    except FileNotFoundError:
        return False


def _runs(pid: str) -> bool:
    """Whether a process of that id runs; true for what is no id."""
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except (ValueError, PermissionError, OverflowError):
        return True
    return True


def _is_still(path: Path, descriptor: int) -> bool:
    """Whether the file that was locked is the one that others find by its name."""
    try:
        named = path.stat()
    except FileNotFoundError:
        return False
    return os.path.samestat(named, os.fstat(descriptor))


def _record(private: Path, ticket_id: str) -> Path:
    if not is_id(ticket_id):
        raise ValueError(f"{ticket_id!r} is no ticket id")
    return private / "claims" / f"{ticket_id}.json"


def _decode(values: dict[str, object], ticket_id: str) -> Claim:
    known = {field.name: values[field.name] for field in fields(Claim)}
    actor, worktree = known["actor"], known["worktree"]
    if not isinstance(actor, dict) or known["ticket"] != ticket_id or not isinstance(known["nonce"], str):
        raise TypeError("a claim record of another shape")
    known["actor"] = Actor(**actor)
    known["worktree"] = Path(str(worktree)) if worktree is not None else None
    return Claim(**known)  # type: ignore[arg-type]  # our own file: what else is wrong with it shows in its use


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unwritable(path: Path, error: OSError) -> YoiError:
    code = "read-only" if isinstance(error, PermissionError) or error.errno == errno.EROFS else "io"
    return YoiError(
        code,
        "this clone's claim record cannot be written",
        cause=f"{path.parent}: {error.strerror or error}",
        hint="nothing was changed; free some space or mend permissions",
    )
