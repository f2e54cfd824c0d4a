"""An entry as a commit: the tree that follows from it, its author and committer, its signature."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from git_yoi.codec.json_line import CorruptError
from git_yoi.codec.message import Signature, decode, encode
from git_yoi.codec.ticket_file import decode_ticket
from git_yoi.domain.apply import Rejection
from git_yoi.domain.entry import Entry, TextChange
from git_yoi.domain.events import Edit, Repair
from git_yoi.domain.ticket import Actor
from git_yoi.git.objects import Objects
from git_yoi.git.raw import Commit
from git_yoi.git.repository import Repository
from git_yoi.store import tree as paths
from git_yoi.store.record import changes_for, record_before, step
from git_yoi.store.snapshot import Snapshot

_PERSON = re.compile(rb"(.*?) ?<([^<>]*)> (-?\d{1,18}) [+-]\d{4}\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Writer:
    """Who commits, and whether git is to sign (`commit.gpgSign`)."""

    repository: Repository
    objects: Objects
    committer: Signature
    sign: bool


def person_line(who: Signature) -> bytes:
    """An author or committer line's value; characters that would break the line are dropped, as git does."""
    name, email = (re.sub(r"[<>\n\0]", "", part).strip() for part in (who.actor.name, who.actor.email))
    return f"{name} <{email}> {who.at} +0000".encode()


def read_person(line: bytes) -> Signature:
    """Read an author or committer line's value; CorruptError when it is none."""
    match = _PERSON.match(line)
    if match is None:
        raise CorruptError(f"{line[:60]!r} is no person and time")
    name, email = (part.decode(errors="replace") for part in (match[1], match[2]))
    return Signature(Actor(name, email), int(match[3]))


def tree_after(objects: Objects, before: Snapshot, entry: Entry) -> str | Rejection:
    """The root tree that follows from an entry on a snapshot, or why it has no effect; CorruptError for a bad file."""
    old = record_before(before, entry)
    new = step(old, entry)
    if isinstance(new, Rejection):
        return new
    changes = changes_for(objects, old, new, whole=isinstance(entry.event, Repair))
    made = paths.with_entries(objects, before.tree, changes)
    if made is None:
        raise RuntimeError("a tree without even its format file")
    return made


def write_entry(writer: Writer, parent: str, tree: str, entry: Entry) -> str:
    """Store an entry's commit, signed where git is set so; it is not referenced by anything yet."""
    author = person_line(Signature(entry.actor, entry.at))
    committer = person_line(writer.committer)
    message = encode(entry).encode()
    if writer.sign:
        return _signed(writer, parent, tree, author, committer, message)
    return writer.objects.write_commit(Commit(tree, (parent,), author, committer, message))


def _signed(writer: Writer, parent: str, tree: str, author: bytes, committer: bytes, message: bytes) -> str:
    """Let `git commit-tree -S` sign: it knows `gpg.format`, `user.signingKey` and their programs."""
    extra: dict[str, str] = {}
    for role, line in (("AUTHOR", author), ("COMMITTER", committer)):
        who = read_person(line)
        extra |= {f"GIT_{role}_NAME": who.actor.name, f"GIT_{role}_EMAIL": who.actor.email}
        extra[f"GIT_{role}_DATE"] = f"@{who.at} +0000"
    arguments = ("commit-tree", "-S", "-p", parent, "-F", "-", tree)
    return writer.repository.git.run(*arguments, data=message, extra=extra).text


def read_entry(objects: Objects, oid: str, commit: Commit | None = None) -> Entry:
    """Read the entry of a single-parent commit, with what stands in its tree; CorruptError when it is none."""
    commit = commit or objects.commit(oid)
    try:
        message = commit.message.decode()
    except UnicodeDecodeError as error:
        raise CorruptError(f"its message is not UTF-8: {error}") from error
    entry = decode(message, read_person(commit.author))
    if isinstance(entry.event, Edit) and commit.parents:
        return _with_text(objects, entry, commit)
    if isinstance(entry.event, Repair):
        return _with_replacement(objects, entry, commit)
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
