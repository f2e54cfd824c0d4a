"""A tree as Git stores it: a changed copy is spelled without taking the other rows apart.

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
# Beyond this many changes in one tree, spelling it anew is cheaper than one copy a change.
_FEW = 8

Rows = dict[str, bytes]
# Where the row of each name begins, in Git's order.
Places = dict[str, int]


class Tree(Mapping[str, TreeEntry]):
    """What a tree names, in Git's order; it never changes."""

    __slots__ = ("_at", "_data", "_id_bytes")

    def __init__(self, data: bytes, at: Places, id_bytes: int) -> None:
        """Take a tree's bytes, where in them each name's row begins, and how long its object ids are."""
        self._data = data
        self._at = at
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
        return cls._spell(rows, id_bytes)

    @classmethod
    def of(cls, entries: Mapping[str, TreeEntry], *, id_bytes: int) -> Tree:
        """Spell entries, in whatever order; MalformedError for an object id of another length."""
        return cls._spell({name: _row(name, entry, id_bytes) for name, entry in entries.items()}, id_bytes)

    @classmethod
    def _spell(cls, rows: Rows, id_bytes: int) -> Tree:
        at, position, ordered = {}, 0, sorted(rows.items(), key=_place)
        for name, row in ordered:
            at[name] = position
            position += len(row)
        return cls(b"".join([row for _, row in ordered]), at, id_bytes)

    def __getitem__(self, name: str) -> TreeEntry:
        mode, _, oid = self._row(name).partition(b" ")
        return TreeEntry(mode.decode("ascii"), oid[-self._id_bytes :].hex())

    def __iter__(self) -> Iterator[str]:
        return iter(self._at)

    def __len__(self) -> int:
        return len(self._at)

    def encoded(self) -> bytes:
        """The bytes that Git stores."""
        return self._data

    def changed(self, changes: Mapping[str, TreeEntry | None]) -> Tree:
        """A tree like this one but for `changes` (None removes); MalformedError for an id of another length."""
        wanted = {n: None if entry is None else _row(n, entry, self._id_bytes) for n, entry in changes.items()}
        if len(wanted) > _FEW:
            rows = {name: self._row(name) for name in self._at} | wanted
            return self._spell({name: row for name, row in rows.items() if row is not None}, self._id_bytes)
        data, at = self._data, self._at
        for name, row in wanted.items():
            data, at = self._with(data, at, name, row)
        return Tree(data, at, self._id_bytes)

    def _row(self, name: str) -> bytes:
        return _row_at(self._data, self._at[name], self._id_bytes)

    def _with(self, data: bytes, at: Places, name: str, row: bytes | None) -> tuple[bytes, Places]:
        """One row replaced, added or removed (None)."""
        start = at.get(name)
        if start is not None:
            old = _row_at(data, start, self._id_bytes)
            if row is not None and len(row) == len(old) and old.startswith(_FOLDER) == row.startswith(_FOLDER):
                # The usual case: another object under the same name. All rows stay where they are.
                return data[:start] + row + data[start + len(row) :], at
            data = data[:start] + data[start + len(old) :]
            at = {n: p if p < start else p - len(old) for n, p in at.items() if n != name}
        return (data, at) if row is None else self._added(data, at, name, row)

    def _added(self, data: bytes, at: Places, name: str, row: bytes) -> tuple[bytes, Places]:
        names = list(at)
        later = bisect_left(names, _place((name, row)), key=lambda n: _place((n, _row_at(data, at[n], self._id_bytes))))
        start = at[names[later]] if later < len(names) else len(data)
        places = {n: at[n] for n in names[:later]} | {name: start}
        places.update((n, at[n] + len(row)) for n in names[later:])
        return data[:start] + row + data[start:], places


def _row_at(data: bytes, start: int, id_bytes: int) -> bytes:
    return data[start : data.index(b"\0", start) + 1 + id_bytes]


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
