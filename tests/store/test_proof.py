"""What a proof remembers changes nothing in what it finds, whatever a stranger put into the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from unittest.mock import patch

from hypothesis import example, given, settings
from hypothesis import strategies as st

from git_yoi.codec.message import encode
from git_yoi.domain import events as ev
from git_yoi.domain.apply import Rejection
from git_yoi.domain.entry import Entry, TextChange
from git_yoi.domain.ticket import Actor
from git_yoi.git.objects import MissingObjectError, Objects
from git_yoi.git.raw import FILE_MODE, TREE_MODE, Commit, TreeEntry, object_id
from git_yoi.git.tree import Tree
from git_yoi.store import tree as paths
from git_yoi.store.dry import DryObjects
from git_yoi.store.entry_commit import read_person, tree_after
from git_yoi.store.join import join_tree
from git_yoi.store.lineage import diverge
from git_yoi.store.root import write_root
from git_yoi.store.snapshot import Snapshot
from git_yoi.store.verify import verify

IDS = ["kkkkkkkkkkkkkkkk", "llllllllllllllkk", "zzzzzzzzzzzzzzzz", "Old-7"]
BLOB, COMMIT, CLAIM = "b" * 40, "c" * 40, "0" * 31 + "9"
# In this order they are a ticket's life; the acceptance is its ninth entry.
EVENTS: list[ev.Event] = [
    *(
        ev.Create("A title 設定", labels=("ui",)),
        ev.Edit("Other"),
        ev.Edit(),
        ev.Comment(),
        ev.Label(("a", "b"), ("ui",)),
    ),
    *(ev.Attach("a.txt", BLOB), ev.StateChange("planning", "ready"), ev.StateChange("ready", "queued", text="0" * 64)),
    *(ev.Accept("queued", 0, "work/x", COMMIT, "main"), ev.Report(CLAIM), ev.Review("approve", COMMIT)),
    *(ev.Attach("b", BLOB), ev.Detach("a.txt"), ev.Link("blocks", IDS[1]), ev.Takeover(CLAIM), ev.Release(CLAIM)),
    *(ev.Merge(COMMIT, "main", COMMIT), ev.Close("obsolete", ("Old-7",)), ev.Import({"kind": "note"}, "closed")),
    *(ev.Reopen("r"), ev.Repair("bad"), ev.ObjectiveChange("new", "A goal"), ev.ObjectiveChange("close")),
]
# Spellings that no git-yoi writes: other spaces, no name, angle brackets in a name, times out of every range.
AUTHORS = [
    *(b"Ada <ada@example.org> 1750000000 +0000", b"Ada  <ada@example.org> 5 +0100", b"Ada<a> 99999999999999999 -0800"),
    *(
        b" <> -62135596900 +0000",
        b"A <b> C <d> 7 +0000",
        b"\xff\xfe <x> 8 +0000",
        b"nobody",
        b"Bea <bea@b> 1750000001 +0000",
    ),
]
TAMPERINGS = ["", "", "", "", "drop", "garbage", "swap", "mode", "stray", "folder", "same", "words", "again", "lose"]


@dataclass
class Memory:
    """Objects in a dictionary."""

    kept: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    def read(self, oid: str) -> tuple[str, bytes]:
        if oid not in self.kept:
            raise MissingObjectError(oid)
        return self.kept[oid]

    def write(self, kind: str, data: bytes) -> str:
        oid = object_id(kind, data, "sha1")
        self.kept[oid] = kind, data
        return oid


class Forgetful(DryObjects):
    """The proof's objects without its memory, and with every tree spelled from its entries."""

    def commit(self, oid: str) -> Commit:
        return Objects.commit(self, oid)

    def tree(self, oid: str) -> Tree:
        try:
            return Objects.tree(self, oid)
        except MissingObjectError:
            return super().tree(oid)

    def write_changed(self, tree: str | None, changes: Mapping[str, TreeEntry | None]) -> str | None:
        entries: dict[str, TreeEntry | None] = {**(self.tree(tree) if tree else {}), **changes}
        left = {name: entry for name, entry in entries.items() if entry is not None}
        return self.write_tree(left) if left else None

    def tree_after(self, parent: str, entry: Entry) -> str | Rejection:
        return tree_after(self, Snapshot(self, parent), entry)


@dataclass(frozen=True)
class Step:
    """One commit: an entry, its author's line, the commit that it stands on (how far back), and what is forged."""

    ticket: str
    event: ev.Event
    author: bytes
    back: int
    forged: str
    joins: bool


STEPS = st.builds(
    Step,
    ticket=st.sampled_from(IDS[:2]) | st.sampled_from(IDS),
    event=st.sampled_from([ev.Comment(), ev.Label(("a", "b"), ("ui",))]) | st.sampled_from(EVENTS),
    author=st.just(AUTHORS[0]) | st.sampled_from(AUTHORS),
    back=st.sampled_from([0, 0, 0, 0, 1, 2]),
    forged=st.sampled_from(TAMPERINGS),
    joins=st.sampled_from([False, False, False, False, True]),
)
BEGUN = [Step(ticket, EVENTS[0], AUTHORS[0], 0, "", False) for ticket in IDS[:3]]
WHOLE_LIFE = [Step(IDS[0], event, AUTHORS[0], 0, "", False) for event in EVENTS]


@given(st.lists(STEPS, max_size=24))
@example(WHOLE_LIFE[1:])
@settings(max_examples=300, deadline=None)
def test_remembering_finds_what_reading_everything_finds(steps: list[Step]) -> None:
    backend = Memory()
    objects = Objects(backend, "sha1")
    history = [write_root(objects)]
    lost = [made for step in [*BEGUN, *steps] if (made := commit(objects, history, step)) is not None]
    for oid in lost:
        backend.kept.pop(oid, None)
    with patch("git_yoi.store.verify.DryObjects", Forgetful):
        plain = verify(objects, history[-1])
    assert verify(objects, history[-1]) == plain
    if not lost:
        assert verify(objects, history[-1], whole=True) == plain


def commit(objects: Objects, history: list[str], step: Step) -> str | None:
    """Add a commit to the history; the blob that is to be lost, if any."""
    parent = history[max(0, len(history) - 1 - step.back)]
    if step.joins and parent != history[-1]:
        history.append(joined(objects, parent, history[-1], forged=step.forged))
        return None
    entry = Entry(step.ticket, step.event, Actor("", ""), 0, "human", f"{len(history):032x}", f"Body {len(history)}")
    message = encode(entry).encode()
    if step.forged == "words":
        message = message.replace(b"Yoi-Role: ", b"Yoi-Rule: ")
    if step.forged == "again":
        message = objects.commit(history[-1]).message
    before = objects.commit(parent).tree
    tree = before if step.forged == "same" else forged(objects, after(objects, parent, entry, step.author), step)
    history.append(objects.write_commit(Commit(tree, (parent,), step.author, AUTHORS[0], message)))
    found = paths.find(objects, tree, paths.ticket_path(step.ticket)) if step.forged == "lose" else None
    return found.oid if found is not None else None


def after(objects: Objects, parent: str, entry: Entry, author: bytes) -> str:
    """The tree that follows, or where none does the parent's."""
    before = Snapshot(objects, parent)
    try:
        who, ticket = read_person(author), before.ticket(entry.ticket)
        entry = replace(entry, actor=who.actor, at=who.at, replacement=ticket)
        if isinstance(entry.event, ev.Edit) and ticket is not None:
            entry = replace(entry, text=TextChange(ticket.body, f"{ticket.body}\nmore {entry.nonce}\n"))
        made = tree_after(objects, before, entry)
    except ValueError:
        return before.tree
    return before.tree if isinstance(made, Rejection) else made


def forged(objects: Objects, tree: str, step: Step) -> str:
    """The tree with one path spoilt."""
    path, blob = paths.ticket_path(step.ticket), objects.write_blob(b"---\nid: 1\n---\n")
    other = paths.find(objects, tree, paths.ticket_path(IDS[0]))
    own = paths.find(objects, tree, path)
    changes: dict[str, dict[tuple[str, ...], TreeEntry | None]] = {
        "drop": {path: None},
        "garbage": {path: TreeEntry(FILE_MODE, blob)},
        "swap": {path: other},
        "mode": {path: TreeEntry("100755", own.oid if own else blob)},
        "stray": {("stray",): TreeEntry(FILE_MODE, blob)},
        "folder": {path: TreeEntry(TREE_MODE, objects.write_tree({"x": TreeEntry(FILE_MODE, blob)}))},
    }
    return paths.with_entries(objects, tree, changes.get(step.forged, {})) or tree


def joined(objects: Objects, remote: str, local: str, *, forged: str) -> str:
    """A join of two commits, whose tree is the remote's where it is forged."""
    try:
        made = join_tree(objects, remote, diverge(objects, local, remote)).tree
    except ValueError:
        made = objects.commit(remote).tree
    tree = objects.commit(remote).tree if forged else made
    return objects.write_commit(Commit(tree, (remote, local), AUTHORS[0], AUTHORS[0], b"join: some\n"))


def test_a_whole_life_is_proved() -> None:
    objects = Objects(Memory(), "sha1")
    history = [write_root(objects)]
    for step in WHOLE_LIFE:
        commit(objects, history, step)
    proof = verify(objects, history[-1])
    # A claim that has ended cannot be released, nor an import come after; the repair settled both.
    assert (proof.entries, proof.problems, proof.repaired) == (len(EVENTS), (), 2)
