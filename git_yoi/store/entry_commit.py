"""An entry as a commit: the tree that follows from it, its author and committer, its signature."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from git_yoi.codec.json_line import CorruptError
from git_yoi.codec.message import Signature, decode, encode
from git_yoi.codec.ticket_file import decode_ticket
from git_yoi.domain.apply import Rejection
from git_yoi.domain.entry import Entry, TextChange
from git_yoi.domain.events import Edit, Repair
from git_yoi.domain.ticket import Actor
from git_yoi.git.objects import MissingObjectError, Objects
from git_yoi.git.raw import Commit, MalformedError
from git_yoi.git.repository import Repository
from git_yoi.git.signing import sign_commit
from git_yoi.store import tree as paths
from git_yoi.store.actor import actor_as_kept
from git_yoi.store.record import Changes, Record, changes_for, record_before, step
from git_yoi.store.snapshot import Snapshot

_PERSON = re.compile(rb"(.*?) ?<([^<>]*)> (-?\d{1,18}) [+-]\d{4}\Z", re.DOTALL)
# The end of year 9999: what the ticket's file can spell; git refuses a time before 1970.
_LAST_SECOND = 253_402_300_799


@dataclass(frozen=True, slots=True)
class Writer:
    """Who commits, and whether git is to sign (`commit.gpgSign`)."""

    repository: Repository
    objects: Objects
    committer: Signature
    sign: bool


def person_line(who: Signature) -> bytes:
    """An author or committer line's value, of what can stand in one."""
    who = as_kept(who, signed=False)
    return f"{who.actor.name} <{who.actor.email}> {who.at} +0000".encode()


def as_kept(who: Signature, *, signed: bool) -> Signature:
    """Name, mail and time as the commit will keep them: the ticket's file must say the same, or nothing follows."""
    return Signature(actor_as_kept(who.actor, signed=signed), min(max(who.at, 0), _LAST_SECOND))


def read_person(line: bytes) -> Signature:
    """Read an author or committer line's value; CorruptError when it is none."""
    match = _PERSON.match(line)
    if match is None:
        raise CorruptError(f"{line[:60]!r} is no person and time")
    name, email = (part.decode(errors="replace") for part in (match[1], match[2]))
    return Signature(Actor(name, email), int(match[3]))


def tree_after(
    objects: Objects, before: Snapshot, entry: Entry, made: Callable[[Record, Changes], None] | None = None
) -> str | Rejection:
    """The root tree that follows from an entry on a snapshot, or why it has no effect; CorruptError for a bad file.

    `made` is told the record that the entry makes, and the paths that change with it.
    """
    old = record_before(before, entry)
    new = step(old, entry)
    if isinstance(new, Rejection):
        return new
    changes = changes_for(objects, old, new, whole=isinstance(entry.event, Repair))
    if made is not None:
        made(new, changes)
    tree = paths.with_entries(objects, before.tree, changes)
    if tree is None:
        raise RuntimeError("a tree without even its format file")
    return tree


def as_committed(writer: Writer, entry: Entry) -> Entry:
    """The entry as its commit will be read back: what the tree is to follow from."""
    kept = as_kept(Signature(entry.actor, entry.at), signed=writer.sign)
    return entry if (kept.actor, kept.at) == (entry.actor, entry.at) else replace(entry, actor=kept.actor, at=kept.at)


def write_entry(writer: Writer, parent: str, tree: str, entry: Entry) -> str:
    """Store an entry's commit, as `write_commit` does."""
    author = person_line(Signature(entry.actor, entry.at))
    commit = Commit(tree, (parent,), author, person_line(writer.committer), encode(entry).encode())
    return write_commit(writer, commit)


def write_commit(writer: Writer, commit: Commit, what: str = "entry") -> str:
    """Store a commit, signed where git is set so, referenced by nothing yet; YoiError `identity` where it cannot be."""
    return sign_commit(writer.repository, commit, what) if writer.sign else writer.objects.write_commit(commit)


def read_entry(objects: Objects, oid: str, commit: Commit | None = None) -> Entry:
    """Read the entry of a single-parent commit, with what stands in its tree; CorruptError when it is none."""
    commit = commit or objects.commit(oid)
    try:
        message = commit.message.decode()
    except UnicodeDecodeError as error:
        raise CorruptError(f"its message is not UTF-8: {error}") from error
    entry = decode(message, read_person(commit.author))
    try:
        if isinstance(entry.event, Edit) and commit.parents:
            return _with_text(objects, entry, commit)
        if isinstance(entry.event, Repair):
            return _with_replacement(objects, entry, commit)
    except (MissingObjectError, MalformedError) as error:
        raise CorruptError(f"what stands in its tree cannot be read: {error}") from error
    return entry


def _with_text(objects: Objects, entry: Entry, commit: Commit) -> Entry:
    """The description's change is what the commit's tree and its parent's tell (design.md: `edit`)."""
    path = paths.ticket_path(entry.ticket)
    before = paths.find(objects, objects.commit(commit.parents[0]).tree, path)
    after = paths.find(objects, commit.tree, path)
    if before is None or after is None or before.oid == after.oid:
        return entry
    base, new = decode_ticket(objects.blob(before.oid)).body, decode_ticket(objects.blob(after.oid)).body
    return entry if base == new else replace(entry, text=TextChange(base, new))


def _with_replacement(objects: Objects, entry: Entry, commit: Commit) -> Entry:
    found = paths.find(objects, commit.tree, paths.ticket_path(entry.ticket))
    if found is None:
        raise CorruptError("a repair without the ticket's file")
    return replace(entry, replacement=decode_ticket(objects.blob(found.oid)))
