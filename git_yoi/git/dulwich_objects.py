"""Objects by dulwich: for SHA-256 repositories, which libgit2 cannot open."""

from __future__ import annotations

import os
import tempfile
import weakref
import zlib
from pathlib import Path

from dulwich.errors import ChecksumMismatch, FileFormatException
from dulwich.object_format import OBJECT_FORMATS
from dulwich.object_store import DiskObjectStore
from dulwich.objects import ObjectID, ShaFile

from git_yoi.git.objects import MissingObjectError
from git_yoi.git.raw import MalformedError

_KINDS = {1: "commit", 2: "tree", 3: "blob", 4: "tag"}
_TYPES = {kind: number for number, kind in _KINDS.items()}


class DulwichBackend:
    """An object folder of either hash, its packs and alternates."""

    def __init__(self, path: Path, object_format: str) -> None:
        """Open the folder `objects` of a repository."""
        self._path = path
        self._format = OBJECT_FORMATS[object_format]
        self._store = DiskObjectStore(path, object_format=self._format)
        # dulwich warns of packs that nobody closed.
        weakref.finalize(self, self._store.close)

    def read(self, oid: str) -> tuple[str, bytes]:
        """Kind and bytes of an object; MissingObjectError, MalformedError."""
        if len(oid) != self._format.hex_length:
            raise MissingObjectError(oid)
        try:
            number, data = self._store.get_raw(ObjectID(oid.encode("ascii")))
        except (ChecksumMismatch, FileFormatException, zlib.error, AssertionError, IndexError) as error:
            raise MalformedError(f"{oid} cannot be read: {error}") from error
        except (KeyError, ValueError) as error:
            raise MissingObjectError(oid) from error
        return _KINDS[number], data

    def write(self, kind: str, data: bytes) -> str:
        """Store an object; OSError when it cannot be written."""
        made = ShaFile.from_raw_string(_TYPES[kind], data, object_format=self._format)
        oid = ObjectID(made.get_id(self._format))
        if not self._store.contains_packed(oid):
            self._place(oid.decode("ascii"), made.as_legacy_object())
        return oid.decode("ascii")

    def _place(self, oid: str, packed: bytes) -> None:
        """Put a loose object in place by rename: dulwich's own lock file makes two writers of one object collide."""
        target = self._path / oid[:2] / oid[2:]
        if _freshened(target):
            return
        target.parent.mkdir(exist_ok=True)
        handle, name = tempfile.mkstemp(prefix="tmp_obj_", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(packed)
                os.fchmod(file.fileno(), 0o444)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def _freshened(target: Path) -> bool:
    """Whether the object is there, and young again: `git gc` spares what is young, and nothing may refer to it yet."""
    try:
        os.utime(target)
    except (FileNotFoundError, PermissionError):
        # Missing, or another user's in a shared repository: writing it gives one of our own.
        return False
    return True
