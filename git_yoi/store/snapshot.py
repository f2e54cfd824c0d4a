"""The state of every ticket at one commit of the ticket ref."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from git_yoi.codec.json_line import CorruptError
from git_yoi.codec.ticket_file import decode_objective, decode_ticket
from git_yoi.domain.objective import Objective
from git_yoi.domain.ticket import Ticket
from git_yoi.errors import YoiError
from git_yoi.git.objects import Objects
from git_yoi.store import tree as paths
from git_yoi.store.root import FORMAT, FORMAT_FILE


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Tickets and objectives as one commit's tree has them."""

    objects: Objects
    commit: str

    @property
    def tree(self) -> str:
        """The root tree's id."""
        return self.objects.commit(self.commit).tree

    def ticket(self, ticket_id: str) -> Ticket | None:
        """A ticket by its whole id, or None; CorruptError when its file is bad."""
        entry = paths.find(self.objects, self.tree, paths.ticket_path(ticket_id))
        if entry is None:
            return None
        ticket = decode_ticket(self.objects.blob(entry.oid))
        if ticket.id != ticket_id:
            raise CorruptError(f"the file of {ticket_id} says it is {ticket.id}")
        return ticket

    def objective(self, objective_id: str) -> Objective | None:
        """An objective by its whole id, or None; CorruptError when its file is bad."""
        entry = paths.find(self.objects, self.tree, paths.objective_path(objective_id))
        return None if entry is None else decode_objective(self.objects.blob(entry.oid))

    def ticket_ids(self) -> Iterator[str]:
        """The id of every ticket, in no order that means anything."""
        return (ticket_id for ticket_id, _ in paths.ticket_blobs(self.objects, self.tree))

    def format(self) -> int:
        """The record's format; YoiError `format` when it cannot be told."""
        entry = paths.find(self.objects, self.tree, (FORMAT_FILE,))
        found = re.fullmatch(rb"format: ([0-9]{1,6})\n", self.objects.blob(entry.oid)) if entry is not None else None
        if found is None:
            raise YoiError(
                "format",
                "the ticket ref holds no record of ours",
                cause=f"its tree has no {FORMAT_FILE} that names a format",
                hint="`git yoi fsck` tells more",
            )
        return int(found[1])

    def require_writable(self) -> None:
        """YoiError `format` when the record is of a newer format, which is read-only here."""
        found = self.format()
        if found > FORMAT:
            raise YoiError(
                "format",
                f"the tickets are of format {found}, and this git-yoi writes format {FORMAT}",
                cause="a newer git-yoi has written here",
                hint="upgrade git-yoi; reading goes on to work",
            )
