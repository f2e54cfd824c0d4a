"""Adding thousands of entries in one move of the ref, their objects in packs; one that is refused stops no other."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from git_yoi.codec.json_line import CorruptError
from git_yoi.domain.apply import Rejection
from git_yoi.domain.entry import Entry
from git_yoi.errors import YoiError
from git_yoi.git.cached_objects import CachedObjects
from git_yoi.git.objects import Objects
from git_yoi.git.pack_writer import PackingBackend
from git_yoi.git.raw import MalformedError
from git_yoi.git.refs import RefChange, RefMovedError, move_refs
from git_yoi.store.entry_commit import Writer, as_committed, tree_after, write_entry
from git_yoi.store.snapshot import Snapshot

_PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Refused:
    """An entry that was left out, and why."""

    entry: Entry
    reason: str


@dataclass(frozen=True, slots=True)
class BulkAdded:
    """The tip afterwards, how many entries were added, and those that were not."""

    tip: str
    added: int
    refused: tuple[Refused, ...]


# What to add to a snapshot; blobs that entries name are written through the snapshot's objects.
Plan = Callable[[Snapshot], Sequence[Entry]]
# What to write in place of a refused entry, None for nothing.
Instead = Callable[[Refused], Entry | None]


def append_many(
    writer: Writer,
    ref: str,
    read_tip: Callable[[], str],
    plan: Plan,
    *,
    instead: Instead,
    progress: Callable[[int, int], None],
) -> BulkAdded:
    """Add what `plan` makes of the newest snapshot; a lost race plans anew. `progress` gets done and total.

    Nothing is referenced until all of it is stored. YoiError as `plan` raises it; OSError for a full disk.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        before = read_tip()
        # git signs commits one by one, and must find their trees: so no packs then.
        packing = None if writer.sign else PackingBackend(writer.repository, writer.objects)
        objects = CachedObjects(Objects(packing, writer.objects.object_format) if packing else writer.objects)
        done = _write(replace(writer, objects=objects), before, plan, instead, progress)
        if done.tip == before:
            return done
        if packing is not None:
            packing.flush()
        try:
            move_refs(writer.repository, [RefChange(ref, before, done.tip)], message=f"yoi: {done.added} new, imported")
        except RefMovedError:
            if time.monotonic() > deadline:
                raise _too_busy() from None
            time.sleep(random.uniform(0, 0.02))  # noqa: S311  (jitter, no secret)
            continue
        return done


def _write(writer: Writer, tip: str, plan: Plan, instead: Instead, progress: Callable[[int, int], None]) -> BulkAdded:
    snapshot = Snapshot(writer.objects, tip)
    snapshot.require_writable()
    entries = plan(snapshot)
    added, refused = 0, []
    for done, entry in enumerate(entries):
        progress(done, len(entries))
        made = _one(writer, Snapshot(writer.objects, tip), entry)
        if isinstance(made, Refused):
            refused.append(made)
            other = instead(made)
            made = made if other is None else _one(writer, Snapshot(writer.objects, tip), other)
        if not isinstance(made, Refused):
            tip, added = made, added + 1
    progress(len(entries), len(entries))
    return BulkAdded(tip, added, tuple(refused))


def _one(writer: Writer, before: Snapshot, entry: Entry) -> str | Refused:
    entry = as_committed(writer, entry)
    try:
        tree = tree_after(writer.objects, before, entry)
        if isinstance(tree, Rejection):
            return Refused(entry, tree.reason)
        return write_entry(writer, before.commit, tree, entry)
    except (CorruptError, MalformedError) as error:
        return Refused(entry, f"ticket {entry.ticket} is damaged: {error}")
    except ValueError as error:
        return Refused(entry, f"it cannot be kept: {error}")


def _too_busy() -> YoiError:
    return YoiError(
        "io",
        "the ticket ref moved under every attempt",
        cause=f"other writers were faster for {_PATIENCE_SECONDS:.0f} s",
        hint="run the same command again",
    )
