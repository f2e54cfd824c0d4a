"""From the journal to the end: refs, worktrees, claim, cleaning up; each part may be done again after a kill."""

from __future__ import annotations

import time

from git_yoi.domain.ids import short_id
from git_yoi.errors import YoiError
from git_yoi.git.branches import is_ancestor
from git_yoi.git.evidence import kinds
from git_yoi.git.refs import RefChange, RefMovedError, branch_ref, move_refs, read_refs
from git_yoi.git.repository import Repository
from git_yoi.merge.closing_entry import is_on_thread, read_closing
from git_yoi.merge.decide import Seen, Step, decide
from git_yoi.merge.finish import Hands, Landed, finish
from git_yoi.merge.journal import Journal, JournalFile
from git_yoi.merge.stale_locks import remove_stale_locks
from git_yoi.store.append import prepare

# Each attempt that fails means that another writer's entry landed.
_PATIENCE_SECONDS = 60.0


def land(hands: Hands, file: JournalFile, journal: Journal, *, fresh: bool = False) -> Landed | None:
    """Do whatever the journal still calls for, and remove it; None when it is dropped, with no ref moved by it.

    The caller holds the journal's lock, and says `fresh` when it has just written it. YoiError when the refs cannot be
    moved: the journal stays if one has.
    """
    if journal.remote is not None:
        from git_yoi.merge.land_shared import land_shared

        return land_shared(hands, file, journal, fresh=fresh)
    # A fresh one needs no look first: the less time passes, the less often another writer's entry comes in between.
    if fresh or decide(journal, look(hands.repository, journal)) is Step.MOVE:
        journal = _move(hands, file, journal)
    seen = look(hands.repository, journal)
    step = decide(journal, seen)
    if step in (Step.MOVE, Step.DROP):
        file.end()
        return None
    if step is Step.APPEND:
        journal = _append(hands, file, journal)
    return finish(hands, file, journal, target_has_it=seen.merged, fresh=fresh)


def look(repository: Repository, journal: Journal) -> Seen:
    """Where the journal's refs are."""
    target, branch = branch_ref(journal.target), branch_ref(journal.branch)
    now = read_refs(repository, target, branch, journal.ticket_ref)
    tip, ticket = now.get(target), now.get(journal.ticket_ref)
    here = kinds(repository, (journal.merge, journal.ticket_new))
    return Seen(
        target=tip,
        ticket=ticket,
        head=now.get(branch),
        merged=tip is not None and journal.merge in here and is_ancestor(repository, journal.merge, tip),
        closed=ticket is not None and is_on_thread(repository, journal, ticket),
        whole=len(here) == 2,
    )


def _move(hands: Hands, file: JournalFile, journal: Journal) -> Journal:
    """The commit point; on any failure but a lost race the journal is dropped, unless a ref has moved."""
    noted = [journal]
    changes = [
        # The target first: what a kill may leave is a merge whose ticket is open, which the next command closes.
        RefChange(branch_ref(journal.target), journal.target_old, journal.merge),
        RefChange(journal.ticket_ref, journal.ticket_old, journal.ticket_new),
        RefChange(branch_ref(journal.branch), journal.head, journal.head),
    ]
    try:
        move_refs(
            hands.repository,
            changes,
            message=f"yoi: complete {journal.ticket}",
            started=lambda pid: noted.append(file.note_child(journal, pid)),
        )
    except RefMovedError:
        remove_stale_locks(hands.repository, noted[-1])
    except BaseException:
        remove_stale_locks(hands.repository, noted[-1])
        if decide(journal, look(hands.repository, journal)) in (Step.MOVE, Step.DROP):
            file.end()
        raise
    return noted[-1]


def _append(hands: Hands, file: JournalFile, journal: Journal) -> Journal:
    """The closing entries, on whatever the record's tip is now."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    entries = [read_closing(entry) for entry in journal.entries]
    noted = [journal]
    while True:
        tip = read_refs(hands.repository, journal.ticket_ref)[journal.ticket_ref]
        if is_on_thread(hands.repository, journal, tip):
            return noted[-1]
        made = prepare(hands.writer, tip, lambda _: entries)
        try:
            move_refs(
                hands.repository,
                [RefChange(journal.ticket_ref, tip, made[-1])],
                message=f"yoi: complete {journal.ticket}",
                started=lambda pid: noted.append(file.note_child(journal, pid)),
            )
        except RefMovedError:
            if time.monotonic() > deadline:
                raise YoiError(
                    "io",
                    f"ticket {short_id(journal.ticket)} is merged, but its closing could not be recorded yet",
                    cause="other writers were faster all the time",
                    hint="the next command that writes goes on with it",
                ) from None
        else:
            return noted[-1]
