"""Objects by dulwich: for SHA-256 repositories, which libgit2 cannot open."""

from __future__ import annotations

import os
import tempfile
import weakref
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from dulwich.errors import ChecksumMismatch, FileFormatException
from dulwich.object_format import OBJECT_FORMATS
from dulwich.object_store import BaseObjectStore, DiskObjectStore
from dulwich.objects import ObjectID, ShaFile

from git_yoi.git.objects import MissingObjectError
from git_yoi.git.raw import MalformedError

_KINDS = {1: "commit", 2: "tree", 3: "blob", 4: "tag"}
_TYPES = {kind: number for number, kind in _KINDS.items()}


class _Folder(DiskObjectStore):
    """One folder alone: dulwich opens the ones that it borrows from as SHA-1, whatever this one is."""

    @property
    def alternates(self) -> list[BaseObjectStore]:
        """None."""
        return []


def _lenders(path: Path, depth: int = 5) -> Iterator[Path]:
    """The object folders that one borrows from, as `info/alternates` names them; git follows them five deep."""
    listed = path / "info" / "alternates"
    if depth == 0 or not listed.is_file():
        return
    for line in listed.read_bytes().split(b"\n"):
        if line and not line.startswith(b"#"):
            lender = path / os.fsdecode(line)
            yield lender
            yield from _lenders(lender, depth - 1)


class DulwichBackend:
    """An object folder of either hash, its packs and alternates."""

    def __init__(self, path: Path, object_format: str, lenders: Sequence[Path] = ()) -> None:
        """Open the folder `objects` of a repository, and others to read from."""
        self._path = path
        self._format = OBJECT_FORMATS[object_format]
        self._store = _Folder(path, object_format=self._format)
        borrowed = [*_lenders(path), *(folder for lender in lenders for folder in (lender, *_lenders(lender)))]
        self._lenders = [_Folder(lender, object_format=self._format) for lender in borrowed]
        # dulwich warns of packs that nobody closed.
        for store in (self._store, *self._lenders):
            weakref.finalize(self, store.close)

    def read(self, oid: str) -> tuple[str, bytes]:
        """Kind and bytes of an object; MissingObjectError, MalformedError."""
        if len(oid) != self._format.hex_length:
            raise MissingObjectError(oid)
        for store in (self._store, *self._lenders):
            with suppress(MissingObjectError):
                return self._read(store, oid)
        raise MissingObjectError(oid)

    def _read(self, store: DiskObjectStore, oid: str) -> tuple[str, bytes]:
        try:
            number, data = store.get_raw(ObjectID(oid.encode("ascii")))
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
