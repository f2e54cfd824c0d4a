"""Objects for proving: reads are real and remembered, writes only tell the id that Git would give.

So what follows from an entry is worked out by the very code that writes, and nothing is stored. Consecutive commits
share all but three trees: remembering them makes 6,000 entries a matter of seconds, not of minutes.
"""

from __future__ import annotations

from git_yoi.git.objects import Objects
from git_yoi.git.raw import Commit, TreeEntry, encode_commit, encode_tree, object_id

# 256 folders of tickets change one at a time: some thousand trees cover the last stretch of any history.
_REMEMBERED = 2048


class DryObjects(Objects):
    """`Objects` that store nothing."""

    def __init__(self, real: Objects) -> None:
        """Read from `real`."""
        super().__init__(real.backend, real.object_format)
        self._trees: dict[str, dict[str, TreeEntry]] = {}
        self._commits: dict[str, Commit] = {}

    def commit(self, oid: str) -> Commit:
        """Read a commit; MissingObjectError, MalformedError."""
        found = self._commits.get(oid)
        if found is None:
            if len(self._commits) >= _REMEMBERED:
                self._commits.clear()
            found = self._commits[oid] = super().commit(oid)
        return found

    def tree(self, oid: str) -> dict[str, TreeEntry]:
        """Read a tree; MissingObjectError, MalformedError. It is shared: copy it to change it."""
        found = self._trees.get(oid)
        return self._remember(oid, super().tree(oid)) if found is None else found

    def write_commit(self, commit: Commit) -> str:
        """The id of a commit."""
        return object_id("commit", encode_commit(commit), self.object_format)

    def write_tree(self, entries: dict[str, TreeEntry]) -> str:
        """The id of a tree, which can be read from now on."""
        self.require_ids(entries)
        oid = object_id("tree", encode_tree(entries), self.object_format)
        self._remember(oid, entries)
        return oid

    def write_blob(self, data: bytes) -> str:
        """The id of a blob."""
        return object_id("blob", data, self.object_format)

    def _remember(self, oid: str, entries: dict[str, TreeEntry]) -> dict[str, TreeEntry]:
        if len(self._trees) >= _REMEMBERED:
            self._trees.clear()
        self._trees[oid] = entries
        return entries
