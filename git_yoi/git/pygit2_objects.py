"""Objects by libgit2: its object database opens on the folder alone, so a reftable repository is no obstacle."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from pathlib import Path

import pygit2
from pygit2.enums import ObjectType

from git_yoi.git.objects import MissingObjectError
from git_yoi.git.raw import MalformedError

_KINDS = {
    ObjectType.COMMIT: "commit",
    ObjectType.TREE: "tree",
    ObjectType.BLOB: "blob",
    ObjectType.TAG: "tag",
}
_TYPES = {kind: number for number, kind in _KINDS.items()}


class Pygit2Backend:
    """A SHA-1 object folder, its packs and alternates."""

    def __init__(self, path: Path, lenders: Sequence[Path] = ()) -> None:
        """Open the folder `objects` of a repository, and others to read from."""
        self._odb = pygit2.Odb(str(path))
        for lender in lenders:
            self._odb.add_disk_alternate(str(lender))

    def read(self, oid: str) -> tuple[str, bytes]:
        """Kind and bytes of an object; MissingObjectError."""
        try:
            kind, data = self._odb.read(oid)
        except (KeyError, ValueError) as error:
            raise MissingObjectError(oid) from error
        except pygit2.GitError as error:
            raise MalformedError(f"{oid} cannot be read: {error}") from error
        return _KINDS[ObjectType(kind)], data

    def write(self, kind: str, data: bytes) -> str:
        """Store an object; OSError when it cannot be written."""
        try:
            return str(self._odb.write(_TYPES[kind], data))
        except (pygit2.GitError, OSError) as error:
            raise _system_error(str(error)) from error


def _system_error(said: str) -> OSError:
    """Give back the errno that libgit2 keeps only as the system's words at the end of its message."""
    for number in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        if os.strerror(number) in said:
            return OSError(number, said)
    return OSError(errno.EIO, said)
