"""Commits and trees as Git stores them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

FILE_MODE = "100644"
TREE_MODE = "40000"


_MODE = re.compile("[0-7]{5,6}")


class MalformedError(ValueError):
    """An object whose bytes are not what Git would write, or that cannot be read whole."""


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit object; `author` and `committer` are whole lines, `message` the bytes as they stand."""

    tree: str
    parents: tuple[str, ...]
    author: bytes
    committer: bytes
    message: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()

    @property
    def signed(self) -> bool:
        """Whether it carries a signature, of whatever kind."""
        return any(key in (b"gpgsig", b"gpgsig-sha256") for key, _ in self.headers)


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """What a tree names: an octal mode without leading zero, and an object id."""

    mode: str
    oid: str


def encode_commit(commit: Commit) -> bytes:
    """Spell an unsigned commit."""
    lines = [b"tree " + commit.tree.encode()]
    lines += [b"parent " + parent.encode() for parent in commit.parents]
    lines += [b"author " + commit.author, b"committer " + commit.committer]
    lines += [key + b" " + value.replace(b"\n", b"\n ") for key, value in commit.headers]
    return b"\n".join(lines) + b"\n\n" + commit.message


def decode_commit(data: bytes) -> Commit:
    """Read a commit; MalformedError when a header is missing."""
    head, separator, message = data.partition(b"\n\n")
    if not separator:
        raise MalformedError("a commit without a message")
    headers: list[tuple[bytes, bytes]] = []
    for line in head.split(b"\n"):
        if line.startswith(b" ") and headers:
            headers[-1] = (headers[-1][0], headers[-1][1] + b"\n" + line[1:])
        else:
            key, _, value = line.partition(b" ")
            headers.append((key, value))
    values = dict(headers)
    try:
        return Commit(
            tree=values[b"tree"].decode("ascii"),
            parents=tuple(v.decode("ascii") for k, v in headers if k == b"parent"),
            author=values[b"author"],
            committer=values[b"committer"],
            message=message,
            headers=tuple(h for h in headers if h[0] not in (b"tree", b"parent", b"author", b"committer")),
        )
    except (KeyError, UnicodeDecodeError) as error:
        raise MalformedError(f"a commit with a bad header: {error}") from error


def encode_tree(entries: Mapping[str, TreeEntry]) -> bytes:
    """Spell a tree, in Git's order: a folder sorts as if its name ended in a slash."""
    # One plain loop: every new entry spells a folder of 256, and this is half of what `fsck` does.
    rows: list[tuple[bytes, bytes]] = []
    for name, entry in entries.items():
        raw = name.encode("utf-8", "surrogateescape")  # a stranger's name need not be UTF-8, and stays as it is
        key = raw + b"/" if entry.mode == TREE_MODE else raw
        rows.append((key, entry.mode.encode() + b" " + raw + b"\0" + bytes.fromhex(entry.oid)))
    rows.sort()
    return b"".join([row for _, row in rows])


def object_id(kind: str, data: bytes, object_format: str) -> str:
    """The id under which Git would store an object; `object_format` is sha1 or sha256."""
    return hashlib.new(object_format, f"{kind} {len(data)}\0".encode() + data, usedforsecurity=False).hexdigest()


def decode_tree(data: bytes, *, id_bytes: int) -> dict[str, TreeEntry]:
    """Read a tree whose object ids are `id_bytes` long (20 or 32), in its order."""
    entries: dict[str, TreeEntry] = {}
    position = 0
    while position < len(data):
        space = data.find(b" ", position)
        end = data.find(b"\0", space)
        if space < 0 or end < 0 or end + 1 + id_bytes > len(data):
            raise MalformedError("a tree that ends in the middle of an entry")
        name = data[space + 1 : end].decode(errors="surrogateescape")
        mode = data[position:space].decode("ascii", errors="replace")
        if not _MODE.fullmatch(mode) or name in entries:
            raise MalformedError(f"a tree with a bad mode, or twice the name {name[:60]!r}")
        entries[name] = TreeEntry(mode, data[end + 1 : end + 1 + id_bytes].hex())
        position = end + 1 + id_bytes
    return entries
