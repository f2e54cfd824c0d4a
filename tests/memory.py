"""Git objects in memory: the rules of the record can be played thousands of times without a disk."""

from __future__ import annotations

import hashlib

from git_yoi.git.objects import MissingObjectError, Objects


class MemoryBackend:
    """A SHA-1 object store in a dictionary."""

    def __init__(self) -> None:
        self._objects: dict[str, tuple[str, bytes]] = {}

    def read(self, oid: str) -> tuple[str, bytes]:
        try:
            return self._objects[oid]
        except KeyError:
            raise MissingObjectError(oid) from None

    def write(self, kind: str, data: bytes) -> str:
        oid = hashlib.sha1(f"{kind} {len(data)}\0".encode() + data).hexdigest()
        self._objects[oid] = (kind, data)
        return oid


def memory_objects() -> Objects:
    """An empty store."""
    return Objects(MemoryBackend(), "sha1")
