"""Proving the record: every commit's tree follows from its parents' trees and its own entry (design.md, fsck).

Each commit is judged against its parent as it stands, so one bad commit is one finding, and all after it are still
proved. What a later `repair` of the same ticket replaced is counted as mended, for history is never rewritten.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from git_yoi.codec.json_line import CorruptError
from git_yoi.domain.apply import Rejection
from git_yoi.domain.entry import Entry
from git_yoi.domain.events import Repair
from git_yoi.domain.ids import is_id
from git_yoi.errors import YoiError
from git_yoi.git.objects import MissingObjectError, Objects
from git_yoi.git.raw import Commit, MalformedError
from git_yoi.store.dry import DryObjects
from git_yoi.store.entry_commit import read_entry
from git_yoi.store.findings import Problem, differing, owner
from git_yoi.store.history import order
from git_yoi.store.join import join_tree, read_rejected
from git_yoi.store.lineage import Difference, diverge, only
from git_yoi.store.root import ROOT_IDS

Progress = Callable[[int, int], None]
# Of many nonces those that an entry which was proved before carries, each with that entry's commit.
Standing = Callable[[Collection[str]], Mapping[str, str]]

# Four times the longest text: room for the trailers of a long review, none for a flood.
MAX_MESSAGE = 4 << 20
_TICKET = re.compile(rb"^Yoi-Ticket: ([!-~]{1,64})$", re.MULTILINE)
_UNREADABLE = (CorruptError, MissingObjectError, MalformedError)
_SHOWN_PATHS = 3


@dataclass(frozen=True, slots=True)
class Proof:
    """How many entries a history holds, what is wrong with it, and how many findings a `repair` has settled.

    `signed` are the commits that carry a signature; `git.signatures` tells what it is worth.
    """

    entries: int
    problems: tuple[Problem, ...]
    repaired: int
    signed: tuple[str, ...] = ()


def verify(
    objects: Objects,
    tip: str,
    progress: Progress = lambda _done, _total: None,
    *,
    since: str | None = None,
    difference: Difference | None = None,
    whole: bool = False,
    standing: Standing = lambda _: {},
) -> Proof:
    """Prove all that `tip` stands on, or only what it adds to a tip that is proved already (`since`).

    `progress` gets the commits done and their number now and then. `difference` spares walks of the whole history.
    With `whole`, git has just seen that no object is missing, as it does of all that it fetches or is sent. `standing`
    tells which entries stand already, where `since` leaves them out.
    """
    walk = _Parents(objects)
    commits = _commits(walk, tip, since, difference)
    proof = _Verifier(DryObjects(objects, whole=whole), difference)
    for at, oid in enumerate(commits):
        if at % 256 == 0:
            progress(at, len(commits))
        proof.commit(oid)
        proof.at += 1
    progress(len(commits), len(commits))
    proof.replays(standing(proof.nonces.keys()))
    return proof.result()


def _commits(walk: _Parents, tip: str, since: str | None, difference: Difference | None) -> list[str]:
    """What is to be judged, in the record's order."""
    if since is None:
        return [oid for oid, _ in order(walk, tip)]
    if difference is not None:
        walk.known = difference(tip, since)
        return [oid for oid, _ in only(walk, tip, lambda oid: oid not in walk.known)]
    return [oid for oid, _ in only(walk, tip, {oid for oid, _ in order(walk, since)}.__contains__)]


@dataclass
class _Parents:
    """Commits without their words, so that half a million of them fit; one that cannot be read has no parents."""

    objects: Objects
    known: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def commit(self, oid: str) -> Commit:
        """The commit's shape."""
        parents = self.known.get(oid)
        if parents is None:
            with suppress(MissingObjectError, MalformedError):
                parents = self.objects.commit(oid).parents
        return Commit("", parents or (), b"", b"", b"")


@dataclass
class _Verifier:
    """One proof under way; `at` counts the commits that are done."""

    objects: DryObjects
    difference: Difference | None = None
    at: int = 0
    entries: int = 0
    problems: list[Problem] = field(default_factory=list)
    signed: list[str] = field(default_factory=list)
    nonces: dict[str, str] = field(default_factory=dict)
    twice: list[tuple[int, str, str, str]] = field(default_factory=list)
    without_effect: set[str] = field(default_factory=set)
    repairs: dict[str, int] = field(default_factory=dict)

    def find(self, code: str, where: str, message: str, *tickets: str, lost: bool = False) -> None:
        """Note a finding at the present commit."""
        mended = frozenset(ticket for ticket in tickets if ticket)
        self.problems.append(Problem(code, where, message, mended, self.at, lost))

    def commit(self, oid: str) -> None:
        """Judge one commit against its parents."""
        try:
            commit = self.objects.commit(oid)
        except (MissingObjectError, MalformedError) as error:
            self.find("missing", oid, f"the commit cannot be read: {error}", lost=True)
            return
        if commit.signed:
            self.signed.append(oid)
        if not commit.parents:
            if oid not in ROOT_IDS:
                self.find("root", oid, "the history does not begin with the constant root commit")
        elif len(commit.parents) == 1:
            self.entries += 1
            self._entry(oid, commit)
        elif len(commit.parents) == 2:
            self._join(oid, commit)
        else:
            self.find("shape", oid, f"a commit with {len(commit.parents)} parents is neither an entry nor a join")

    def _entry(self, oid: str, commit: Commit) -> None:
        if len(commit.message) > MAX_MESSAGE:
            self.find("size", oid, f"its message is longer than {MAX_MESSAGE >> 20} MiB", _named(commit))
            return
        try:
            entry = read_entry(self.objects, oid, commit)
        except _UNREADABLE as error:
            self.find("corrupt", oid, f"it is no entry: {error}", _named(commit), *self._touched(commit))
            return
        self._nonce(oid, entry)
        self._follows(oid, commit, entry)

    def _nonce(self, oid: str, entry: Entry) -> None:
        first = self.nonces.setdefault(entry.nonce, oid)
        if first != oid:
            self.twice.append((self.at, oid, first, entry.ticket))

    def _follows(self, oid: str, commit: Commit, entry: Entry) -> None:
        """The very code that writes gives the tree that must be there."""
        try:
            tree = self.objects.tree_after(commit.parents[0], entry)
        except _UNREADABLE as error:
            self.find("damaged", oid, f"what it stands on is bad: {error}", entry.ticket, *self._touched(commit))
        except YoiError as error:
            self.find("missing", oid, f"its parent has no tree: {error.cause}", entry.ticket, lost=True)
        except ValueError as error:
            self.find("corrupt", oid, f"its values cannot be kept: {error}", entry.ticket, *self._touched(commit))
        else:
            self._compare(oid, commit, entry, tree)

    def _compare(self, oid: str, commit: Commit, entry: Entry, tree: str | Rejection) -> None:
        if isinstance(tree, Rejection):
            message = f"its {entry.event.name} is refused: {tree.reason}"
            self.find("illegal", oid, message, entry.ticket, *self._touched(commit))
        elif tree != commit.tree:
            self._unfounded(oid, tree, commit.tree, "its entry")
        elif isinstance(entry.event, Repair):
            self.repairs[entry.ticket] = self.at

    def _unfounded(self, oid: str, expected: str, found: str, source: str) -> None:
        spoilt = list(differing(self.objects, expected, found))
        shown = ", ".join("/".join(path) for path in spoilt[:_SHOWN_PATHS])
        more = f" and {len(spoilt) - _SHOWN_PATHS} more" if len(spoilt) > _SHOWN_PATHS else ""
        self.find("tree", oid, f"its tree does not follow from {source}: {shown}{more}", *map(owner, spoilt))

    def _touched(self, commit: Commit) -> set[str]:
        """Whose files a commit changes, whatever its message says."""
        try:
            before = self.objects.commit(commit.parents[0]).tree
        except (MissingObjectError, MalformedError):
            return set()
        return {owner(path) for path in differing(self.objects, before, commit.tree)}

    def _join(self, oid: str, commit: Commit) -> None:
        remote, local = commit.parents
        try:
            made = join_tree(self.objects, remote, diverge(self.objects, local, remote, difference=self.difference))
        except (*_UNREADABLE, YoiError) as error:
            self.find("damaged", oid, f"what it joins is bad: {error}", *self._touched(commit))
            return
        if made.tree != commit.tree:
            self._unfounded(oid, made.tree, commit.tree, "the histories that it joins")
        rejected = tuple((r.commit, r.code) for r in made.rejected)
        if read_rejected(commit.message) != rejected:
            self.find("rejected", oid, "the entries that it names as without effect are not those that have none")
        self.without_effect |= {r.commit for r in made.rejected}

    def replays(self, standing: Mapping[str, str]) -> None:
        """Note the entries whose nonce an earlier one has."""
        for nonce, first in standing.items():
            oid = self.nonces[nonce]
            if oid != first:
                self.twice.append((self.at, oid, first, read_entry(self.objects, oid).ticket))

    def result(self) -> Proof:
        """All findings in the record's order, but for what was repaired since."""
        for at, oid, first, ticket in self.twice:
            if oid not in self.without_effect:
                message = f"it stands twice: {first[:12]} has its nonce"
                self.problems.append(Problem("duplicate", oid, message, frozenset({ticket}), at))
        open_: list[Problem] = []
        for problem in sorted(self.problems, key=lambda p: p.at):
            left = frozenset(t for t in problem.tickets if self.repairs.get(t, -1) < problem.at)
            if left or not problem.tickets:
                open_.append(replace(problem, tickets=left))
        return Proof(self.entries, tuple(open_), len(self.problems) - len(open_), tuple(self.signed))


def _named(commit: Commit) -> str:
    """The ticket that a message names, though the rest of it cannot be read."""
    found = _TICKET.findall(commit.message)
    name = found[-1].decode("ascii") if found else ""
    return name if is_id(name) else ""
