"""What stands in the tip's tree, whatever the history says: safe paths and modes, readable files, no lost objects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from git_yoi.codec.json_line import CorruptError
from git_yoi.domain.ids import is_id
from git_yoi.domain.ticket import Ticket
from git_yoi.git.objects import MissingObjectError, Objects
from git_yoi.git.raw import FILE_MODE, TREE_MODE, MalformedError, TreeEntry
from git_yoi.store import tree as paths
from git_yoi.store.findings import Problem, owner
from git_yoi.store.root import FORMAT_FILE
from git_yoi.store.snapshot import Snapshot

_FOLDERS = (paths.TICKETS, paths.FILES, paths.OBJECTIVES)


@dataclass(frozen=True, slots=True)
class Standing:
    """The tickets that can be read at the tip, by id, how many it has with the others, and what is wrong there."""

    tickets: dict[str, Ticket]
    count: int
    problems: tuple[Problem, ...]


def check_tip(objects: Objects, tip: str) -> Standing:
    """Look at every path of the tip's tree; attachments are compared by id, not read."""
    check = _Check(Snapshot(objects, tip))
    for name, entry in check.folder(check.before.tree, ()):
        if name != FORMAT_FILE and (name not in _FOLDERS or entry.mode != TREE_MODE):
            check.stray((name,))
    check.records()
    check.attachments()
    return Standing(check.tickets, check.count, tuple(check.problems))


@dataclass
class _Check:
    before: Snapshot
    tickets: dict[str, Ticket] = field(default_factory=dict)
    count: int = 0
    problems: list[Problem] = field(default_factory=list)

    def stray(self, path: tuple[str, ...]) -> None:
        """Note a path that no record has."""
        self._find("path", path, "no record has this path, or its mode is not a plain file's")

    def _find(self, code: str, path: tuple[str, ...], message: str, *, lost: bool = False) -> None:
        mine = owner(path)
        self.problems.append(Problem(code, "/".join(path), message, frozenset({mine} if mine else ()), lost=lost))

    def folder(self, tree: str, path: tuple[str, ...]) -> Iterator[tuple[str, TreeEntry]]:
        """What a folder holds; nothing, and a finding, when it cannot be read."""
        try:
            yield from self.before.objects.tree(tree).items()
        except (MissingObjectError, MalformedError) as error:
            self._find("missing", path, f"the folder cannot be read: {error}", lost=True)

    def _below(self, name: str) -> Iterator[tuple[str, TreeEntry]]:
        top = dict(self.folder(self.before.tree, ())).get(name)
        if top is not None and top.mode == TREE_MODE:
            yield from self.folder(top.oid, (name,))

    def records(self) -> None:
        """Read every ticket and objective."""
        for part, entry in self._below(paths.TICKETS):
            if entry.mode != TREE_MODE:
                self.stray((paths.TICKETS, part))
                continue
            for name, _ in self.folder(entry.oid, (paths.TICKETS, part)):
                self._ticket((paths.TICKETS, part, name))
        for name, _ in self._below(paths.OBJECTIVES):
            self._objective((paths.OBJECTIVES, name))

    def _ticket(self, path: tuple[str, ...]) -> None:
        ticket_id = owner(path)
        if not ticket_id or paths.ticket_path(ticket_id) != path:
            self.stray(path)
            return
        self.count += 1
        try:
            found = self.before.ticket(ticket_id)
        except CorruptError as error:
            self._find("ticket", path, f"the ticket's file is bad: {error}")
            return
        if found is not None:
            self.tickets[ticket_id] = found

    def _objective(self, path: tuple[str, ...]) -> None:
        objective_id = path[-1].removesuffix(paths.SUFFIX)
        if not is_id(objective_id) or paths.objective_path(objective_id) != path:
            self.stray(path)
            return
        try:
            self.before.objective(objective_id)
        except CorruptError as error:
            self._find("ticket", path, f"the objective's file is bad: {error}")

    def attachments(self) -> None:
        """Compare each ticket's folder of files with what the ticket lists."""
        there = dict(self._below(paths.FILES))
        listed = {t.id: {a.name: TreeEntry(FILE_MODE, a.blob) for a in t.attachments} for t in self.tickets.values()}
        for name, entry in there.items():
            path = (paths.FILES, name)
            if entry.mode != TREE_MODE or name not in listed:
                self.stray(path)
            elif dict(self.folder(entry.oid, path)) != listed[name]:
                self._find("path", path, "the files are not those that the ticket lists")
        for ticket_id, files in listed.items():
            if files and ticket_id not in there:
                self._find("path", (paths.FILES, ticket_id), "the files that the ticket lists are missing")
