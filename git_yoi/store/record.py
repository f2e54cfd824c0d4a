"""A record, be it a ticket or an objective: reading it, taking one step, and the paths that change with it."""

from __future__ import annotations

from typing import TypeAlias

from git_yoi.codec.ticket_file import encode_objective, encode_ticket
from git_yoi.domain.apply import Rejection, apply
from git_yoi.domain.entry import Entry
from git_yoi.domain.events import ObjectiveChange, Repair
from git_yoi.domain.objective import Objective, apply_objective
from git_yoi.domain.ticket import Ticket
from git_yoi.git.objects import Objects
from git_yoi.git.raw import FILE_MODE, TreeEntry
from git_yoi.store import tree as paths
from git_yoi.store.snapshot import Snapshot

Record: TypeAlias = Ticket | Objective
Changes: TypeAlias = dict[tuple[str, ...], TreeEntry | None]


def record_before(snapshot: Snapshot, entry: Entry) -> Record | None:
    """What an entry is judged on: None for what does not exist, or is to be replaced; CorruptError for a bad file."""
    if isinstance(entry.event, ObjectiveChange):
        return snapshot.objective(entry.ticket)
    return None if isinstance(entry.event, Repair) else snapshot.ticket(entry.ticket)


def step(record: Record | None, entry: Entry) -> Record | Rejection:
    """The record after an entry, or why it stays as it is."""
    if isinstance(entry.event, ObjectiveChange):
        if isinstance(record, Ticket):
            return Rejection("usage", f"{entry.ticket} is a ticket, not an objective")
        return apply_objective(record, entry)
    if isinstance(record, Objective):
        return Rejection("usage", f"{entry.ticket} is an objective, not a ticket")
    return apply(record, entry)


def changes_for(objects: Objects, before: Record | None, after: Record, *, whole: bool = False) -> Changes:
    """The paths that differ once `before` has become `after`, blobs stored; `whole` renews the attachments' folder."""
    if isinstance(after, Objective):
        blob = objects.write_blob(encode_objective(after))
        return {paths.objective_path(after.id): TreeEntry(FILE_MODE, blob)}
    blob = objects.write_blob(encode_ticket(after))
    changes: Changes = {paths.ticket_path(after.id): TreeEntry(FILE_MODE, blob)}
    old = before.attachments if isinstance(before, Ticket) else ()
    if whole or old != after.attachments:
        files = {a.name: a.blob for a in after.attachments}
        changes[paths.files_path(after.id)] = paths.attachments_tree(objects, files)
    return changes
