"""The join of two histories of the ticket ref (design.md, section 1, Join).

The shared remote's order is final; what only the local side has follows it, judged by `apply` on what the remote made
of the ticket. An entry that no longer applies stays in the history, has no effect, and is named in the join's message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from git_yoi.codec.json_line import CorruptError
from git_yoi.codec.message import Signature
from git_yoi.domain.apply import Rejection
from git_yoi.domain.entry import Entry
from git_yoi.domain.events import ObjectiveChange, Repair
from git_yoi.git.objects import Objects
from git_yoi.git.raw import Commit
from git_yoi.store import tree as paths
from git_yoi.store.entry_commit import person_line, read_entry
from git_yoi.store.lineage import Difference, Divergence, diverge, on_first_parents
from git_yoi.store.record import Changes, Record, changes_for, record_before, step
from git_yoi.store.snapshot import Snapshot

REJECTED = "Yoi-Rejected"


@dataclass(frozen=True, slots=True)
class Rejected:
    """An entry that has no effect after a join: its commit, its ticket (or "" when unreadable), and the code."""

    commit: str
    ticket: str
    code: str


@dataclass(frozen=True, slots=True)
class Joined:
    """The tip after a join: `how` is same, ahead, behind or joined; `divergence` is what each side brought."""

    tip: str
    how: str
    divergence: Divergence
    rejected: tuple[Rejected, ...] = ()


@dataclass(frozen=True, slots=True)
class JoinTree:
    """The tree that follows from joining two tips, and the local entries that have no effect in it."""

    tree: str
    rejected: tuple[Rejected, ...]


def join(
    objects: Objects,
    local: str,
    remote: str,
    who: Callable[[], Signature],
    *,
    difference: Difference | None = None,
    write: Callable[[Commit], str] | None = None,
) -> Joined:
    """Bring `local` and the shared remote's tip together; a new commit is stored, and referenced by nothing yet.

    `who` makes that commit, and is asked only where there is one: what is merely taken or sent needs nobody's name.
    `write` stores it in another way: `store.entry_commit.write_commit`, where git is set to sign.
    """
    if local == remote:
        return Joined(local, "same", Divergence((), ()))
    found = diverge(objects, local, remote, difference=difference)
    if not found.remote and on_first_parents(objects, remote, local):
        return Joined(local, "ahead", found)
    if not any(len(commit.parents) < 2 for _, commit in found.local):
        return Joined(remote, "behind", found)
    made = join_tree(objects, remote, found)
    line = person_line(who())
    commit = Commit(made.tree, (remote, local), line, line, _message(found, made.rejected).encode())
    return Joined((write or objects.write_commit)(commit), "joined", found, made.rejected)


def _message(found: Divergence, rejected: Sequence[Rejected]) -> str:
    ours, theirs = (sum(len(c.parents) < 2 for _, c in side) for side in (found.local, found.remote))
    lines = [f"join: {ours} of ours after {theirs} of theirs"]
    if rejected:
        lines += ["", *(f"{REJECTED}: {r.commit} {r.code}" for r in rejected)]
    return "\n".join(lines) + "\n"


def read_rejected(message: bytes) -> tuple[tuple[str, str], ...]:
    """The (commit, code) pairs that a join's message names."""
    prefix = f"{REJECTED}: ".encode()
    lines = (line for line in message.split(b"\n") if line.startswith(prefix))
    pairs = (line[len(prefix) :].decode(errors="replace").partition(" ") for line in lines)
    return tuple((commit, code) for commit, _, code in pairs)


def join_tree(objects: Objects, remote: str, found: Divergence) -> JoinTree:
    """The join's tree: the remote's, with every entry that only the local side has applied to it, in order.

    Where the remote added nothing to a ticket, that gives the local side's own file.
    """
    before, changes, rejected = Snapshot(objects, remote), Changes(), []
    seen = {(e.ticket, e.nonce) for _, e in _entries(objects, found.remote) if e is not None}
    state: dict[tuple[bool, str], Record | None] = {}
    for oid, entry in _entries(objects, found.local):
        if entry is None:
            rejected.append(Rejected(oid, "", "corrupt"))
            continue
        key = (isinstance(entry.event, ObjectiveChange), entry.ticket)
        after = _judged(before, state, key, entry, seen)
        if isinstance(after, Rejection):
            rejected.append(Rejected(oid, entry.ticket, after.code))
            continue
        seen.add((entry.ticket, entry.nonce))
        changes |= changes_for(objects, state.get(key), after, whole=isinstance(entry.event, Repair))
        state[key] = after
    tree = paths.with_entries(objects, before.tree, changes)
    if tree is None:
        raise CorruptError("what is joined has not even a format file")
    return JoinTree(tree, tuple(rejected))


def _judged(
    before: Snapshot,
    state: dict[tuple[bool, str], Record | None],
    key: tuple[bool, str],
    entry: Entry,
    seen: set[tuple[str, str]],
) -> Record | Rejection:
    """One local entry on what has become of its record so far."""
    if (entry.ticket, entry.nonce) in seen:
        return Rejection("duplicate", "the thread has this entry already")
    try:
        if key not in state:
            state[key] = record_before(before, entry)
        return step(None if isinstance(entry.event, Repair) else state[key], entry)
    except CorruptError as error:
        return Rejection("corrupt", str(error))


def _entries(objects: Objects, side: tuple[tuple[str, Commit], ...]) -> Iterator[tuple[str, Entry | None]]:
    """The entries of one side, None for one that cannot be read; joins are no entries."""
    for oid, commit in side:
        if len(commit.parents) > 1:
            continue
        try:
            yield oid, read_entry(objects, oid, commit)
        except CorruptError:
            yield oid, None
