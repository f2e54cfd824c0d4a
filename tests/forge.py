"""Commits on the ticket ref that no honest git-yoi would make."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace

from git_yoi.git.objects import Objects, open_objects
from git_yoi.git.raw import FILE_MODE, Commit, TreeEntry
from git_yoi.git.repository import discover
from git_yoi.store import tree as paths
from tests.conftest import Repo

TICKETS = "refs/yoi/tickets"


@dataclass(frozen=True)
class Forger:
    """A hand on one repository's ticket ref."""

    repo: Repo

    @property
    def objects(self) -> Objects:
        return open_objects(discover(self.repo.path, os.environ))

    @property
    def tip(self) -> str:
        return self.repo.git("rev-parse", TICKETS)

    def message(self, ticket: str, event: str, *trailers: str, nonce: str = "f" * 32, body: str = "") -> str:
        """An entry's message, by hand."""
        lines = [f"Yoi-Event: {event}", f"Yoi-Ticket: {ticket}", *trailers, "Yoi-Role: human", f"Yoi-Nonce: {nonce}"]
        text = f"\n\n{body}" if body else ""
        return f"{event}: forged{text}\n\n" + "\n".join(lines) + "\n"

    def put(
        self,
        message: str,
        changes: Mapping[tuple[str, ...], bytes | TreeEntry | None] | None = None,
        *,
        parents: tuple[str, ...] | None = None,
        base: str | None = None,
    ) -> str:
        """Commit on the tip (or `parents`), files changed in the tree of `base` (the first parent); the ref moves."""
        objects = self.objects
        on = (self.tip,) if parents is None else parents
        tree = objects.commit(base or on[0]).tree
        entries = {
            path: TreeEntry(FILE_MODE, objects.write_blob(new)) if isinstance(new, bytes) else new
            for path, new in (changes or {}).items()
        }
        made = paths.with_entries(objects, tree, entries)
        assert made is not None
        line = b"Eve <eve@example.org> 1750000000 +0000"
        oid = objects.write_commit(Commit(made, on, line, line, message.encode()))
        self.repo.git("update-ref", TICKETS, oid)
        return oid

    def amend_tree(self, changes: Mapping[tuple[str, ...], bytes | TreeEntry | None]) -> str:
        """Replace the tip by a commit of the same message whose tree differs; the ref moves to it."""
        old = self.objects.commit(self.tip)
        made = self.put(old.message.decode(), changes, parents=old.parents, base=self.tip)
        again = replace(self.objects.commit(made), author=old.author, committer=old.committer)
        oid = self.objects.write_commit(again)
        self.repo.git("update-ref", TICKETS, oid)
        return oid

    def file(self, ticket: str) -> bytes:
        """A ticket's file at the tip."""
        path = "/".join(paths.ticket_path(ticket))
        return self.repo.git("cat-file", "blob", f"{TICKETS}:{path}").encode() + b"\n"
