"""Objects by dulwich: for SHA-256 repositories, which libgit2 cannot open."""

from __future__ import annotations

from pathlib import Path

from dulwich.object_format import OBJECT_FORMATS
from dulwich.object_store import DiskObjectStore
from dulwich.objects import ObjectID, ShaFile

from git_yoi.git.objects import MissingObjectError

_KINDS = {1: "commit", 2: "tree", 3: "blob", 4: "tag"}
_TYPES = {kind: number for number, kind in _KINDS.items()}


class DulwichBackend:
    """An object folder of either hash, its packs and alternates."""

    def __init__(self, path: Path, object_format: str) -> None:
        """Open the folder `objects` of a repository."""
        self._format = OBJECT_FORMATS[object_format]
        self._store = DiskObjectStore(path, object_format=self._format)

    def read(self, oid: str) -> tuple[str, bytes]:
        """Kind and bytes of an object; MissingObjectError."""
        try:
            number, data = self._store.get_raw(ObjectID(oid.encode("ascii")))
        except (KeyError, ValueError) as error:
            raise MissingObjectError(oid) from error
        return _KINDS[number], data

    def write(self, kind: str, data: bytes) -> str:
        """Store an object; OSError when it cannot be written."""
        made = ShaFile.from_raw_string(_TYPES[kind], data, object_format=self._format)
        oid = ObjectID(made.get_id(self._format))
        if oid not in self._store:
            self._store.add_object(made)
        return oid.decode("ascii")
