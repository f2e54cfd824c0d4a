"""The state of every ticket at one commit of the ticket ref."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from git_yoi.codec.json_line import CorruptError
from git_yoi.codec.ticket_file import decode_objective, decode_ticket
from git_yoi.domain.objective import Objective
from git_yoi.domain.ticket import Ticket
from git_yoi.errors import YoiError
from git_yoi.git.objects import MissingObjectError, Objects
from git_yoi.git.raw import FILE_MODE, MalformedError
from git_yoi.store import tree as paths
from git_yoi.store.root import FORMAT, FORMAT_FILE, foreign, read_format


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Tickets and objectives as one commit's tree has them."""

    objects: Objects
    commit: str

    @property
    def tree(self) -> str:
        """The root tree's id; YoiError `format` when the ref names no commit."""
        try:
            return self.objects.commit(self.commit).tree
        except (MissingObjectError, MalformedError) as error:
            raise foreign(f"{self.commit} is no commit of this repository") from error

    def ticket(self, ticket_id: str) -> Ticket | None:
        """A ticket by its whole id, or None; CorruptError when its file is bad."""
        data = self._file(paths.ticket_path(ticket_id))
        if data is None:
            return None
        ticket = decode_ticket(data)
        if ticket.id != ticket_id:
            raise CorruptError(f"the file of {ticket_id} says it is {ticket.id}")
        return ticket

    def objective(self, objective_id: str) -> Objective | None:
        """An objective by its whole id, or None; CorruptError when its file is bad."""
        data = self._file(paths.objective_path(objective_id))
        if data is None:
            return None
        objective = decode_objective(data)
        if objective.id != objective_id:
            raise CorruptError(f"the file of {objective_id} says it is {objective.id}")
        return objective

    def _file(self, path: tuple[str, ...]) -> bytes | None:
        """A plain file's bytes, None where nothing stands; CorruptError for a link, a folder, or a lost object."""
        tree = self.tree
        try:
            entry = paths.find(self.objects, tree, path)
            if entry is None:
                return None
            if entry.mode != FILE_MODE:
                raise CorruptError(f"{'/'.join(path)} has mode {entry.mode}, not {FILE_MODE}")
            return self.objects.blob(entry.oid)
        except (MissingObjectError, MalformedError) as error:
            raise CorruptError(f"{'/'.join(path)} cannot be read: {error}") from error

    def ticket_ids(self) -> Iterator[str]:
        """The id of every ticket, in no order that means anything."""
        return (ticket_id for ticket_id, _ in paths.ticket_blobs(self.objects, self.tree))

    def format(self) -> int:
        """The record's format; YoiError `format` when it cannot be told."""
        try:
            data = self._file((FORMAT_FILE,))
        except CorruptError as error:
            raise foreign(str(error)) from error
        return read_format(data)

    def require_writable(self) -> None:
        """YoiError `format` when the record is of a newer format, which is read-only here."""
        found = self.format()
        if found > FORMAT:
            raise YoiError(
                "format",
                f"the tickets are of format {found}, and this git-yoi writes format {FORMAT}",
                cause="a newer git-yoi has written here",
                hint="upgrade git-yoi; what is here already can still be read",
            )
