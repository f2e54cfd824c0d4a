"""Objects by libgit2: its object database opens on the folder alone, so a reftable repository is no obstacle."""

from __future__ import annotations

from pathlib import Path

import pygit2
from pygit2.enums import ObjectType

from git_yoi.git.objects import MissingObjectError

_KINDS = {
    ObjectType.COMMIT: "commit",
    ObjectType.TREE: "tree",
    ObjectType.BLOB: "blob",
    ObjectType.TAG: "tag",
}
_TYPES = {kind: number for number, kind in _KINDS.items()}


class Pygit2Backend:
    """A SHA-1 object folder, its packs and alternates."""

    def __init__(self, path: Path) -> None:
        """Open the folder `objects` of a repository."""
        self._odb = pygit2.Odb(str(path))

    def read(self, oid: str) -> tuple[str, bytes]:
        """Kind and bytes of an object; MissingObjectError."""
        try:
            kind, data = self._odb.read(oid)
        except (KeyError, ValueError) as error:
            raise MissingObjectError(oid) from error
        return _KINDS[ObjectType(kind)], data

    def write(self, kind: str, data: bytes) -> str:
        """Store an object; OSError when it cannot be written."""
        try:
            return str(self._odb.write(_TYPES[kind], data))
        except pygit2.GitError as error:
            raise OSError(str(error)) from error
