"""Adding entries: build objects, apply, write the commits, move the ref by compare-and-swap, last."""

from __future__ import annotations

import errno
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from git_yoi.codec.json_line import CorruptError
from git_yoi.domain.apply import Rejection
from git_yoi.domain.entry import Entry
from git_yoi.errors import EXIT_CODES, YoiError
from git_yoi.git.raw import MalformedError
from git_yoi.git.refs import RefChange, RefMovedError, move_refs
from git_yoi.store.entry_commit import Writer, as_committed, tree_after, write_entry
from git_yoi.store.snapshot import Snapshot
from git_yoi.store.turn import turn

# Each lost race means that somebody else's entry landed, so trying goes on; 60 s is far beyond 8 busy writers.
_PATIENCE_SECONDS = 60.0

Build = Callable[[Snapshot], Sequence[Entry]]


@dataclass(frozen=True, slots=True)
class Appended:
    """The commits that were added, oldest first, and the tip before and after."""

    before: str
    tip: str
    commits: tuple[str, ...]


def append(writer: Writer, ref: str, read_tip: Callable[[], str], build: Build) -> Appended:
    """Add the entries that `build` makes of the newest snapshot, moving `ref` once.

    A lost race re-reads the tip and calls `build` again: everything is judged anew, nothing is replayed. YoiError as
    `build` raises it, or with a rejection's code; nothing is referenced then.
    """
    with turn(writer.repository.private):
        return _append(writer, ref, read_tip, build)


def _append(writer: Writer, ref: str, read_tip: Callable[[], str], build: Build) -> Appended:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        before = read_tip()
        made = prepare(writer, before, build)
        if not made:
            return Appended(before, before, ())
        try:
            move_refs(
                writer.repository, [RefChange(ref, before, made[-1])], message=f"yoi: {len(made)} new, {made[-1][:12]}"
            )
        except RefMovedError:
            if time.monotonic() > deadline:
                raise _too_busy() from None
            time.sleep(random.uniform(0, 0.02))  # noqa: S311  (jitter, no secret)
            continue
        return Appended(before, made[-1], tuple(made))


def prepare(writer: Writer, tip: str, build: Build) -> list[str]:
    """Write the commits of what `build` makes of the snapshot at `tip`, unreferenced; their ids, oldest first."""
    snapshot = Snapshot(writer.objects, tip)
    snapshot.require_writable()
    entries = build(snapshot)
    made: list[str] = []
    try:
        for entry in entries:
            made.append(_one(writer, Snapshot(writer.objects, made[-1] if made else tip), entry))
    except OSError as error:
        raise _unwritten(error) from error
    return made


def _one(writer: Writer, before: Snapshot, entry: Entry) -> str:
    entry = as_committed(writer, entry)
    try:
        tree = tree_after(writer.objects, before, entry)
        if isinstance(tree, Rejection):
            raise refusal(entry, tree)
        return write_entry(writer, before.commit, tree, entry)
    except (CorruptError, MalformedError) as error:
        raise YoiError(
            "read-only",
            f"ticket {entry.ticket} is damaged and cannot be written",
            cause=str(error),
            hint="`git yoi fsck` names the commit",
        ) from error
    except ValueError as error:
        raise _unkept(entry, error) from error


def _unkept(entry: Entry, error: ValueError) -> YoiError:
    return YoiError(
        "usage",
        f"the {entry.event.name} cannot be kept",
        cause=str(error),
        hint="nothing was changed; give plain text",
    )


def _unwritten(error: OSError) -> YoiError:
    """What a full disk, or a repository that this user may not write, calls for."""
    refused = error.errno in (errno.EACCES, errno.EROFS, errno.EPERM)
    return YoiError(
        "read-only" if refused else "io",
        "the entry could not be written",
        cause=error.strerror or str(error),
        hint="nothing was changed; make the repository writable" if refused else "nothing was changed; free some space",
    )


def refusal(entry: Entry, rejection: Rejection) -> YoiError:
    """What a person is told of an entry that `apply` refuses."""
    code = rejection.code if rejection.code in EXIT_CODES else "internal"
    return YoiError(
        code,
        f"{entry.event.name} is refused for ticket {entry.ticket[:8]}",
        cause=rejection.reason,
        hint=f"`git yoi show {entry.ticket[:8]}` has its state and thread",
    )


def _too_busy() -> YoiError:
    return YoiError(
        "io",
        "the ticket ref moved under every attempt",
        cause=f"other writers were faster for {_PATIENCE_SECONDS:.0f} s",
        hint="run the same command again",
    )
