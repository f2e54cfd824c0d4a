"""Thousands of new objects as packs: an import would otherwise leave five loose files for each of its entries.

Every entry has a tree of its own that differs from the last one's in a name or two, so most objects are stored as what
differs from one written a moment ago: 6,000 entries on 1,000 tickets come to 4 MB instead of 60.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from git_yoi.git.objects import Backend, MissingObjectError, Objects
from git_yoi.git.repository import Repository

if TYPE_CHECKING:
    from hashlib import _Hash

_TYPES = {"commit": 1, "tree": 2, "blob": 3, "tag": 4}
_OFFSET_DELTA = 6
# What is waiting is held in memory; a pack of this size is a second's work.
_MAX_WAITING = 48 << 20
# Below this many, git itself unpacks what it fetches (fetch.unpackLimit).
_MIN_PACKED = 100
# A root tree, the folder of tickets, its part and the ticket's file each have their predecessor among the last few.
_CANDIDATES = 6
_MAX_CHAIN = 40
_MAX_DELTA_SOURCE = 1 << 20


class PackingBackend:
    """Reads through to a repository's objects, and holds back what is written until `flush`."""

    def __init__(self, repository: Repository, behind: Objects) -> None:
        """Write for `repository`, whose objects are `behind`."""
        self._repository = repository
        self._behind: Backend = behind.backend
        # Git's own choice of hash; nothing here is a secret.
        self._hash: Callable[[], _Hash] = hashlib.sha256 if behind.object_format == "sha256" else _sha1
        self._waiting: dict[str, tuple[str, bytes]] = {}
        self._size = 0

    def read(self, oid: str) -> tuple[str, bytes]:
        """Kind and bytes of an object, written here or there."""
        found = self._waiting.get(oid)
        return found if found is not None else self._behind.read(oid)

    def write(self, kind: str, data: bytes) -> str:
        """Take an object; OSError when a full batch cannot be stored."""
        digest = self._hash()
        digest.update(f"{kind} {len(data)}\0".encode() + data)
        oid = digest.hexdigest()
        if oid not in self._waiting:
            self._waiting[oid] = (kind, data)
            self._size += len(data)
            if self._size > _MAX_WAITING:
                self.flush()
        return oid

    def flush(self) -> None:
        """Store everything that is waiting; OSError, GitError."""
        if len(self._waiting) < _MIN_PACKED:
            for kind, data in self._waiting.values():
                self._behind.write(kind, data)
        else:
            pack = make_pack(self._waiting.values(), len(self._waiting), self._hash)
            self._repository.git.run("index-pack", "--stdin", data=pack)
            self._seen_by_behind(next(reversed(self._waiting)))
        self._waiting.clear()
        self._size = 0

    def _seen_by_behind(self, oid: str) -> None:
        try:
            self._behind.read(oid)
        except MissingObjectError as error:
            raise OSError(f"git stored a pack, but {oid} is not to be found") from error


def _sha1() -> _Hash:
    return hashlib.sha1(usedforsecurity=False)


@dataclass(slots=True)
class _Packed:
    """An object in the pack: where it begins, and how many differences stand between it and a whole one."""

    offset: int
    data: bytes
    chain: int


def make_pack(objects: Iterable[tuple[str, bytes]], count: int, new_hash: Callable[[], _Hash]) -> bytes:
    """A pack of `count` objects (kind and bytes), later ones as differences from earlier ones where that is shorter."""
    out = bytearray(b"PACK" + struct.pack(">II", 2, count))
    recent: dict[str, deque[_Packed]] = {kind: deque(maxlen=_CANDIDATES) for kind in _TYPES}
    for kind, data in objects:
        offset, chain = len(out), 0
        found = _best(recent[kind], data) if len(data) <= _MAX_DELTA_SOURCE else None
        if found is None:
            out += _header(_TYPES[kind], len(data)) + zlib.compress(data, 1)
        else:
            base, delta = found
            chain = base.chain + 1
            out += _header(_OFFSET_DELTA, len(delta)) + _distance(offset - base.offset) + zlib.compress(delta, 1)
        recent[kind].append(_Packed(offset, data, chain))
    digest = new_hash()
    digest.update(out)
    return bytes(out) + digest.digest()


def _best(candidates: Iterable[_Packed], data: bytes) -> tuple[_Packed, bytes] | None:
    """The base that leaves least to say, if that is worth it."""
    best: tuple[int, _Packed, int, int] | None = None
    for base in candidates:
        if base.chain >= _MAX_CHAIN:
            continue
        head = _common(base.data, data)
        tail = _common(base.data[head:][::-1], data[head:][::-1])
        rest = len(data) - head - tail
        if best is None or rest < best[0]:
            best = (rest, base, head, tail)
    if best is None or best[0] > len(data) // 2:
        return None
    return best[1], _delta(best[1].data, data, best[2], best[3])


def _common(one: bytes, other: bytes) -> int:
    """How many leading bytes are the same, by halving: comparing slices is C's work."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _delta(base: bytes, data: bytes, head: int, tail: int) -> bytes:
    """The head and the tail copied from the base, and what stands between them."""
    middle = data[head : len(data) - tail]
    parts = [_varint(len(base)), _varint(len(data))]
    parts += [_copy(start, min(0xFFFF, head - start)) for start in range(0, head, 0xFFFF)]
    parts += [bytes([len(piece)]) + piece for i in range(0, len(middle), 127) if (piece := middle[i : i + 127])]
    begin = len(base) - tail
    parts += [_copy(begin + done, min(0xFFFF, tail - done)) for done in range(0, tail, 0xFFFF)]
    return b"".join(parts)


def _copy(offset: int, size: int) -> bytes:
    return struct.pack("<BIH", 0b1011_1111, offset, size)


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def _header(kind: int, size: int) -> bytes:
    """Kind and size of an object, as packs spell them."""
    first, rest = kind << 4 | size & 0x0F, size >> 4
    return bytes([first | 0x80]) + _varint(rest) if rest else bytes([first])


def _distance(back: int) -> bytes:
    """How far back the base begins: seven bits a byte, highest first, each continued one counting from one."""
    out = [back & 0x7F]
    while back := back >> 7:
        back -= 1
        out.append(back & 0x7F | 0x80)
    return bytes(reversed(out))
