"""Objects for proving: reads are real and remembered, writes only tell the id that Git would give.

So what follows from an entry is worked out by the very code that writes, and nothing is stored. Consecutive commits
share all but three trees, and what an entry makes of a ticket is what the ticket's next entry stands on: remembering
both makes 60,000 entries a matter of seconds, not of a minute.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from git_yoi.domain.apply import Rejection
from git_yoi.domain.entry import Entry
from git_yoi.domain.ticket import Ticket
from git_yoi.git.objects import MissingObjectError, Objects
from git_yoi.git.raw import FILE_MODE, Commit, MalformedError, TreeEntry, encode_commit, object_id
from git_yoi.git.tree import Tree
from git_yoi.store import tree as paths
from git_yoi.store.entry_commit import tree_after
from git_yoi.store.record import Changes, Record
from git_yoi.store.snapshot import Snapshot

# What is remembered of each kind, roughly in bytes; all of it together stays far below what the longest history takes.
_MOST = 16 << 20
# An entry asks for its parent alone.
_COMMITS = 1 << 20
# What Python adds to a ticket's own bytes.
_TICKET = 2048

T = TypeVar("T")


class _Recent(Generic[T]):
    """The values that were put or asked for last, of some `most` bytes twice over."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._held = 0
        self._young: dict[str, tuple[T, int]] = {}
        self._old: dict[str, tuple[T, int]] = {}

    def get(self, key: str) -> T | None:
        found = self._young.get(key)
        if found is not None:
            return found[0]
        found = self._old.get(key)
        return None if found is None else self.put(key, *found)

    def put(self, key: str, value: T, size: int) -> T:
        if self._held > self._most:
            self._young, self._old, self._held = {}, self._young, 0
        self._young[key] = value, size
        self._held += size
        return value

    def drop(self, key: str) -> None:
        """Forget a value: what is still in use then stays close together in memory, which a proof feels."""
        self._held -= self._young.pop(key, (None, 0))[1]
        self._old.pop(key, None)


class DryObjects(Objects):
    """`Objects` that store nothing."""

    def __init__(self, real: Objects, *, whole: bool = False) -> None:
        """Read from `real`; `whole`: git has just seen that no object is missing, so what is known need not be read."""
        super().__init__(real.backend, real.object_format)
        self._whole = whole
        self._trees = _Recent[Tree]()
        self._commits = _Recent[Commit](_COMMITS)
        self._tickets = _Recent[Ticket]()
        self._written = 0

    def commit(self, oid: str) -> Commit:
        """Read a commit; MissingObjectError, MalformedError."""
        found = self._commits.get(oid)
        if found is None:
            found = super().commit(oid)
            self._commits.put(oid, found, len(found.message))
        return found

    def tree(self, oid: str) -> Tree:
        """Read a tree; MissingObjectError, MalformedError."""
        found = self._trees.get(oid)
        return found if found is not None else self._keep(oid, super().tree(oid))

    def write_commit(self, commit: Commit) -> str:
        """The id of a commit."""
        return object_id("commit", encode_commit(commit), self.object_format)

    def write_changed(self, tree: str | None, changes: Mapping[str, TreeEntry | None]) -> str | None:
        """The id of a changed tree; the one before is not asked for again but by a join, and can be read anew."""
        made = super().write_changed(tree, changes)
        if tree not in (None, made):
            self._trees.drop(str(tree))
        return made

    def put_tree(self, tree: Tree) -> str:
        """The id of a tree, which can be read from now on."""
        oid = object_id("tree", tree.encoded(), self.object_format)
        self._keep(oid, tree)
        return oid

    def write_blob(self, data: bytes) -> str:
        """The id of a blob."""
        self._written = len(data)
        return object_id("blob", data, self.object_format)

    def ticket(self, tree: str, ticket_id: str) -> Ticket | None:
        """A ticket below a root tree, where an entry before made it; else None. MissingObjectError, MalformedError."""
        entry = paths.find(self, tree, paths.ticket_path(ticket_id))
        found = self._tickets.get(entry.oid) if entry is not None and entry.mode == FILE_MODE else None
        if entry is None or found is None or found.id != ticket_id:
            return None
        if not self._whole:
            self.blob(entry.oid)
        self._tickets.drop(entry.oid)
        return found

    def tree_after(self, parent: str, entry: Entry) -> str | Rejection:
        """The root tree that follows from an entry on a commit (`entry_commit.tree_after`)."""
        return tree_after(self, _Before(self, parent), entry, self._learn)

    def _learn(self, record: Record, changes: Changes) -> None:
        """Remember what the blob that was written last holds."""
        blob = changes.get(paths.ticket_path(record.id))
        if isinstance(record, Ticket) and blob is not None:
            self._tickets.put(blob.oid, record, _TICKET + self._written)

    def _keep(self, oid: str, tree: Tree) -> Tree:
        return self._trees.put(oid, tree, len(tree.encoded()))


@dataclass(frozen=True, slots=True)
class _Before(Snapshot):
    """A snapshot that takes a ticket as the entry before made it."""

    objects: DryObjects

    def ticket(self, ticket_id: str) -> Ticket | None:
        """A ticket by its whole id, or None; CorruptError when its file is bad."""
        try:
            known = self.objects.ticket(self.tree, ticket_id)
        except (MissingObjectError, MalformedError):
            known = None
        return known or Snapshot.ticket(self, ticket_id)
