"""Real repositories of every kind that the store must serve, and a writer on each."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from git_yoi.codec.message import Signature
from git_yoi.domain.entry import Entry
from git_yoi.domain.events import Event
from git_yoi.domain.ticket import Actor
from git_yoi.git.objects import open_objects
from git_yoi.git.refs import RefChange, move_refs
from git_yoi.git.repository import Repository, discover
from git_yoi.store.append import Appended, append
from git_yoi.store.entry_commit import Writer
from git_yoi.store.root import write_root
from git_yoi.store.snapshot import Snapshot
from tests.conftest import Repo, make_repo

REF = "refs/yoi/tickets"
ADA = Actor("Ada", "ada@example.org")
AT = 1_750_000_000


def _git_version() -> tuple[int, ...]:
    program = os.environ.get("GIT_YOI_TEST_GIT", "git")
    words = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.split()
    return tuple(int(part) for part in words[2].split(".")[:2])


# backend and the options of `git init`; a git without reftable (before 2.45) leaves those cases out.
KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "pygit2-sha1": ("pygit2", ()),
    "dulwich-sha1": ("dulwich", ()),
    "dulwich-sha256": ("dulwich", ("--object-format=sha256",)),
}
if _git_version() >= (2, 45):
    KINDS |= {
        "pygit2-sha1-reftable": ("pygit2", ("--ref-format=reftable",)),
        "dulwich-sha256-reftable": ("dulwich", ("--object-format=sha256", "--ref-format=reftable")),
    }


@dataclass(frozen=True)
class Store:
    """One repository whose tickets have begun, and a writer on it."""

    repo: Repo
    repository: Repository
    writer: Writer
    numbers: count[int] = field(default_factory=lambda: count(1))

    def tip(self) -> str:
        return self.repo.git("rev-parse", REF)

    def entry(self, ticket: str, event: Event, body: str = "", *, actor: Actor = ADA, at: int = AT) -> Entry:
        """An entry with a nonce of its own."""
        return Entry(ticket, event, actor, at, "human", os.urandom(16).hex(), body)

    def add(self, *entries: Entry) -> Appended:
        return append(self.writer, REF, self.tip, lambda _: entries)

    def build(self, make: Callable[[Snapshot], Sequence[Entry]]) -> Appended:
        return append(self.writer, REF, self.tip, make)

    def snapshot(self) -> Snapshot:
        return Snapshot(self.writer.objects, self.tip())

    def signing(self) -> Store:
        """The same store, with commits signed."""
        return replace(self, writer=replace(self.writer, sign=True))

    def again(self) -> Store:
        """Another process's view: objects of its own."""
        objects = open_objects(self.repository, backend=type(self.writer.objects.backend).__name__[:-7].lower())
        return replace(self, writer=replace(self.writer, objects=objects))


def make_store(path: Path, kind: str) -> Store:
    """A repository of one of `KINDS`."""
    backend, options = KINDS[kind]
    repo = make_repo(path, *options)
    repository = discover(path, os.environ.copy())
    objects = open_objects(repository, backend=backend)
    move_refs(repository, [RefChange(REF, None, write_root(objects))], message="begin")
    return Store(repo, repository, Writer(repository, objects, Signature(ADA, AT), False))
