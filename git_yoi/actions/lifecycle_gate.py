"""Which entries of a file may move a ticket on that is here already: a line is nobody's word, and no merge."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from git_yoi.domain.authority import HUMAN
from git_yoi.domain.events import Accept, Close, Merge, Release, Repair, Review, StateChange, Takeover
from git_yoi.domain.states import DONE, QUEUED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from git_yoi.actions.session import Session
    from git_yoi.domain.entry import Entry
    from git_yoi.domain.ticket import MergeRecord, Ticket


class Gate:
    """What one session may bring to the tickets that are here."""

    def __init__(self, session: Session) -> None:
        """Read nothing yet."""
        self._session = session

    def sorted_out(self, ticket: Ticket, entries: Sequence[Entry]) -> tuple[list[Entry], list[tuple[Entry, str]]]:
        """The entries for `ticket` that may be written, and the others with the reason; YoiError `policy-file`."""
        kept: list[Entry] = []
        refused: list[tuple[Entry, str]] = []
        merge: Merge | MergeRecord | None = ticket.merge
        branch = ticket.branch
        for entry in entries:
            event = entry.event
            why = self._refusal(entry, merge, branch)
            if why is not None:
                refused.append((entry, why))
                continue
            kept.append(entry)
            if isinstance(event, Merge):
                merge = event
            elif isinstance(event, Accept):
                branch = event.branch
        return kept, refused

    def _refusal(self, entry: Entry, merge: Merge | MergeRecord | None, branch: str | None) -> str | None:
        event = entry.event
        if not _moves(entry):
            return None
        if self._session.role != HUMAN:
            return f"the ticket is here already, and this is a human's to import, not role {self._session.role}'s"
        if isinstance(event, Merge):
            return None if self._is_merged(event) else f"its commit {event.commit[:12]} is not on a target branch here"
        # As `close` itself judges: what has no branch has nothing to merge.
        if _finishes(entry) and branch is not None and (merge is None or not self._is_merged(merge)):
            return f"the work on branch {branch} is not merged here"
        return None

    def _is_merged(self, merge: Merge | MergeRecord) -> bool:
        """Whether the merge commit is on the target that it names, and that is one."""
        from git_yoi.git.evidence import copies_of, kinds, unreached

        repository, commit = self._session.repository, merge.commit
        if merge.target not in self._targets or kinds(repository, [commit]).get(commit) != "commit":
            return False
        refs = copies_of(repository, merge.target)
        return bool(refs) and not unreached(repository, [commit], refs)

    @cached_property
    def _targets(self) -> frozenset[str]:
        from git_yoi.worktree.targets import target_branches

        return target_branches(self._session.repository)


def _finishes(entry: Entry) -> bool:
    """Whether the entry says that the work is finished, and not that it was given up."""
    event = entry.event
    if isinstance(event, Close):
        return event.as_ == "completed"
    return isinstance(event, StateChange) and event.to == DONE


def _moves(entry: Entry) -> bool:
    """Whether the entry is one of those by which work begins, is held, is judged or is finished."""
    event = entry.event
    if isinstance(event, Accept | Takeover | Release | Review | Merge | Repair):
        return True
    return _finishes(entry) or (isinstance(event, StateChange) and event.to == QUEUED)
