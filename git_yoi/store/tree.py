"""The tree of the ticket ref: where each record lies, and a new tree that differs in a few paths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from git_yoi.domain.ids import is_id, shard
from git_yoi.git.objects import Objects
from git_yoi.git.raw import FILE_MODE, TREE_MODE, TreeEntry

TICKETS = "tickets"
FILES = "files"
OBJECTIVES = "objectives"
SUFFIX = ".md"


def ticket_path(ticket_id: str) -> tuple[str, ...]:
    """Where a ticket's file lies."""
    return (TICKETS, shard(ticket_id), ticket_id + SUFFIX)


def objective_path(objective_id: str) -> tuple[str, ...]:
    """Where an objective's file lies."""
    return (OBJECTIVES, objective_id + SUFFIX)


def files_path(ticket_id: str) -> tuple[str, ...]:
    """The folder of a ticket's attachments."""
    return (FILES, ticket_id)


def find(objects: Objects, tree: str, path: tuple[str, ...]) -> TreeEntry | None:
    """What stands at `path` below a tree, or None."""
    entry: TreeEntry | None = TreeEntry(TREE_MODE, tree)
    for name in path:
        if entry is None or entry.mode != TREE_MODE:
            return None
        entry = objects.tree(entry.oid).get(name)
    return entry


def with_entries(objects: Objects, tree: str | None, changes: Mapping[tuple[str, ...], TreeEntry | None]) -> str | None:
    """Store a tree like `tree` but for `changes` (None removes); untouched subtrees are never opened.

    None when nothing is left in it.
    """
    here: dict[str, TreeEntry | None] = {}
    below: dict[str, dict[tuple[str, ...], TreeEntry | None]] = {}
    for path, entry in changes.items():
        if len(path) > 1:
            below.setdefault(path[0], {})[path[1:]] = entry
        else:
            here[path[0]] = entry
    before: Mapping[str, TreeEntry] = objects.tree(tree) if tree is not None else {}
    for name, inner in below.items():
        old = here[name] if name in here else before.get(name)
        made = with_entries(objects, old.oid if old is not None and old.mode == TREE_MODE else None, inner)
        here[name] = None if made is None else TreeEntry(TREE_MODE, made)
    return objects.write_changed(tree, here)


def attachments_tree(objects: Objects, names: Mapping[str, str]) -> TreeEntry | None:
    """The folder of attachments for (name, blob) pairs, or None for none."""
    if not names:
        return None
    return TreeEntry(TREE_MODE, objects.write_tree({name: TreeEntry(FILE_MODE, oid) for name, oid in names.items()}))


def ticket_blobs(objects: Objects, tree: str) -> Iterator[tuple[str, str]]:
    """Every ticket's id and its file's blob, below a root tree; what else stands there is for `fsck` to name."""
    top = objects.tree(tree).get(TICKETS)
    if top is None or top.mode != TREE_MODE:
        return
    for part, folder in objects.tree(top.oid).items():
        if folder.mode != TREE_MODE:
            continue
        for name, entry in objects.tree(folder.oid).items():
            ticket_id = name.removesuffix(SUFFIX)
            if name.endswith(SUFFIX) and is_id(ticket_id) and shard(ticket_id) == part:
                yield ticket_id, entry.oid
