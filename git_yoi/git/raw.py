"""Commits and trees as Git stores them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

FILE_MODE = "100644"
TREE_MODE = "40000"

# `hashlib.new` looks the name up each time, which costs as much as hashing a ticket.
_HASHES = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}
# What a commit of ours looks like, and most of everybody's: read in one step.
_PLAIN = re.compile(
    rb"tree ([0-9a-f]+)\n((?:parent [0-9a-f]+\n)*)author ([^\n\0]*)\ncommitter ([^\n\0]*)\n\n(.*)\Z", re.DOTALL
)
_TREE, _PARENT, _AUTHOR, _COMMITTER = b"tree", b"parent", b"author", b"committer"
_OWN = (_TREE, _PARENT, _AUTHOR, _COMMITTER)


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
    """Read a commit; MalformedError when a header is missing, stands twice, or out of its place."""
    if plain := _PLAIN.match(data):
        tree, parents, author, committer, message = plain.groups()
        return Commit(tree.decode(), tuple(parents.decode().split()[1::2]), author, committer, message)
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
    parents = [value for key, value in headers if key == _PARENT]
    expected = [_TREE, *(_PARENT for _ in parents), _AUTHOR, _COMMITTER]
    own, more = headers[: len(expected)], tuple(headers[len(expected) :])
    # Of a header that stands twice git takes one, and who else reads it the other: each would see another commit.
    if [key for key, _ in own] != expected or any(key in _OWN for key, _ in more) or b"\0" in head:
        raise MalformedError("a commit whose headers are not those that git writes, each in its place")
    values = dict(own)
    try:
        return Commit(
            tree=values[_TREE].decode("ascii"),
            parents=tuple(parent.decode("ascii") for parent in parents),
            author=values[_AUTHOR],
            committer=values[_COMMITTER],
            message=message,
            headers=more,
        )
    except UnicodeDecodeError as error:
        raise MalformedError(f"a commit with a bad header: {error}") from error


def object_id(kind: str, data: bytes, object_format: str) -> str:
    """The id under which Git would store an object; `object_format` is sha1 or sha256."""
    return _HASHES[object_format](f"{kind} {len(data)}\0".encode() + data, usedforsecurity=False).hexdigest()
