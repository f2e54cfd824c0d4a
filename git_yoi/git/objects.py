"""Git's object store behind one small interface: pygit2, or dulwich where libgit2 cannot open the repository."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from git_yoi.git.quarantine import object_folders
from git_yoi.git.raw import Commit, TreeEntry, decode_commit, encode_commit
from git_yoi.git.repository import Repository
from git_yoi.git.tree import Tree


class MissingObjectError(KeyError):
    """An object id that this repository does not have."""


class Backend(Protocol):
    """Reading and writing one object, its kind being `commit`, `tree`, `blob` or `tag`."""

    def read(self, oid: str) -> tuple[str, bytes]:
        """Kind and bytes of an object; MissingObjectError, MalformedError for one that cannot be read whole."""
        ...

    def write(self, kind: str, data: bytes) -> str:
        """Store an object, and give its id; OSError when it cannot be written."""
        ...


class Objects:
    """Commits, trees and blobs of one repository."""

    def __init__(self, backend: Backend, object_format: str) -> None:
        """Wrap a backend; `object_format` is sha1 or sha256."""
        self.backend = backend
        self.object_format = object_format
        self._id_bytes = 32 if object_format == "sha256" else 20

    def commit(self, oid: str) -> Commit:
        """Read a commit; MissingObjectError, MalformedError."""
        return decode_commit(self._read(oid, "commit"))

    def tree(self, oid: str) -> Tree:
        """Read a tree; MissingObjectError, MalformedError."""
        return Tree.parse(self._read(oid, "tree"), id_bytes=self._id_bytes)

    def blob(self, oid: str) -> bytes:
        """Read a blob; MissingObjectError."""
        return self._read(oid, "blob")

    def write_commit(self, commit: Commit) -> str:
        """Store an unsigned commit."""
        return self.backend.write("commit", encode_commit(commit))

    def write_tree(self, entries: Mapping[str, TreeEntry]) -> str:
        """Store a tree; MalformedError for an object id of the other hash."""
        return self.put_tree(Tree.of(entries, id_bytes=self._id_bytes))

    def write_changed(self, tree: str | None, changes: Mapping[str, TreeEntry | None]) -> str | None:
        """Store a tree like `tree` (None: an empty one) but for `changes`, of which None removes.

        None when nothing is left in it; MissingObjectError, MalformedError.
        """
        before = Tree.of({}, id_bytes=self._id_bytes) if tree is None else self.tree(tree)
        made = before.changed(changes)
        return self.put_tree(made) if made else None

    def put_tree(self, tree: Tree) -> str:
        """Store a tree as it stands."""
        return self.backend.write("tree", tree.encoded())

    def write_blob(self, data: bytes) -> str:
        """Store a blob."""
        return self.backend.write("blob", data)

    def _read(self, oid: str, kind: str) -> bytes:
        found, data = self.backend.read(oid)
        if found != kind:
            raise MissingObjectError(f"{oid} is a {found}, not a {kind}")
        return data


def open_objects(repository: Repository, *, backend: str | None = None) -> Objects:
    """Open a repository's objects, with `backend` pygit2 or dulwich, else the first that can."""
    chosen = backend or ("dulwich" if repository.object_format == "sha256" else "pygit2")
    path, *lenders = object_folders(repository)
    opened: Backend
    if chosen == "pygit2":
        from git_yoi.git.pygit2_objects import Pygit2Backend

        opened = Pygit2Backend(path, lenders)
    else:
        from git_yoi.git.dulwich_objects import DulwichBackend

        opened = DulwichBackend(path, repository.object_format, lenders)
    return Objects(opened, repository.object_format)
