"""A tree as Git stores it, row by row: a changed copy is spelled without taking the others apart.

Every entry of the record changes one row in each of three trees; taking 256 rows apart and spelling them again was
nine tenths of proving it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping

from git_yoi.git.raw import TREE_MODE, MalformedError, TreeEntry

_MODE = re.compile(rb"[0-7]{5,6}")
_FOLDER = TREE_MODE.encode() + b" "
# Beyond this many new names in one tree, sorting it is cheaper than finding each one's place.
_FEW = 8

Rows = dict[str, bytes]


class Tree(Mapping[str, TreeEntry]):
    """What a tree names, in Git's order; it never changes."""

    __slots__ = ("_id_bytes", "_rows")

    def __init__(self, rows: Rows, id_bytes: int) -> None:
        """Take rows in Git's order, each under its name: mode, space, name, NUL, `id_bytes` of object id."""
        self._rows = rows
        self._id_bytes = id_bytes

    @classmethod
    def parse(cls, data: bytes, *, id_bytes: int) -> Tree:
        """Read a tree whose object ids are `id_bytes` long (20 or 32); MalformedError."""
        rows: Rows = {}
        position = 0
        while position < len(data):
            space = data.find(b" ", position)
            end = data.find(b"\0", space) + 1 + id_bytes
            if space < 0 or end <= space + id_bytes or end > len(data):
                raise MalformedError("a tree that ends in the middle of an entry")
            name = data[space + 1 : end - 1 - id_bytes].decode(errors="surrogateescape")
            if not _MODE.fullmatch(data, position, space) or name in rows:
                raise MalformedError(f"a tree with a bad mode, or twice the name {name[:60]!r}")
            rows[name] = data[position:end]
            position = end
        return cls(_sorted(rows), id_bytes)

    @classmethod
    def of(cls, entries: Mapping[str, TreeEntry], *, id_bytes: int) -> Tree:
        """Spell entries, in whatever order; MalformedError for an object id of another length."""
        return cls(_sorted({name: _row(name, entry, id_bytes) for name, entry in entries.items()}), id_bytes)

    def __getitem__(self, name: str) -> TreeEntry:
        row = self._rows[name]
        return TreeEntry(row[: row.index(b" ")].decode("ascii"), row[-self._id_bytes :].hex())

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def encoded(self) -> bytes:
        """The bytes that Git stores."""
        return b"".join(self._rows.values())

    def changed(self, changes: Mapping[str, TreeEntry | None]) -> Tree:
        """A tree like this one but for `changes` (None removes); MalformedError for an id of another length."""
        rows, new = self._rows.copy(), Rows()
        for name, entry in changes.items():
            old = rows.get(name)
            if entry is None:
                rows.pop(name, None)
                continue
            row = _row(name, entry, self._id_bytes)
            # A folder that becomes a file, or the reverse, has another place.
            if old is not None and old.startswith(_FOLDER) == row.startswith(_FOLDER):
                rows[name] = row
            else:
                rows.pop(name, None)
                new[name] = row
        return Tree(_with(rows, new) if new else rows, self._id_bytes)


def _row(name: str, entry: TreeEntry, id_bytes: int) -> bytes:
    if len(entry.oid) != 2 * id_bytes:
        # The tree's bytes would mean something else.
        raise MalformedError("a tree entry whose object id is of another length")
    # A stranger's name need not be UTF-8, and stays as it is.
    return b"%b %b\0%b" % (entry.mode.encode(), name.encode("utf-8", "surrogateescape"), bytes.fromhex(entry.oid))


def _place(item: tuple[str, bytes]) -> bytes:
    """What Git sorts by: a folder as if its name ended in a slash."""
    name, row = item
    raw = name.encode("utf-8", "surrogateescape")
    return raw + b"/" if row.startswith(_FOLDER) else raw


def _sorted(rows: Rows) -> Rows:
    return dict(sorted(rows.items(), key=_place))


def _with(rows: Rows, new: Rows) -> Rows:
    """Rows that are in order, and new ones put into their places."""
    if len(new) > _FEW:
        return _sorted(rows | new)
    items = list(rows.items())
    for item in new.items():
        items.insert(bisect_left(items, _place(item), key=_place), item)
    return dict(items)
