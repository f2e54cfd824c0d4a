"""Finishing what a killed completion left; every command that writes does this before its own work."""

from __future__ import annotations

from collections.abc import Callable

from git_yoi.domain.ids import short_id
from git_yoi.errors import YoiError
from git_yoi.git.child import wait_until_gone
from git_yoi.git.repository import Repository
from git_yoi.merge.decide import Step, decide
from git_yoi.merge.finish import Hands, Landed, blocked_followers
from git_yoi.merge.journal import Journal, JournalFile, is_there, lock_journal
from git_yoi.merge.land import land, look
from git_yoi.merge.scratch import sweep
from git_yoi.merge.stale_locks import remove_stale_locks

# The transaction takes milliseconds; a checkout of a large tree that goes on after its parent's death may take longer.
_CHILD_SECONDS = 30.0


def settle(repository: Repository, hands: Callable[[], Hands]) -> None:
    """Finish what is found unlocked, for a command with work of its own: what cannot be finished now is only said."""
    sweep(repository)
    if not is_there(repository):
        return
    with lock_journal(repository, wait=False) as held:
        if not held:
            return
        made = hands()
        try:
            finish_found(made)
        except YoiError as error:
            made.notice(f"an interrupted completion waits to be finished: {error.message}")


def pending(repository: Repository, notice: Callable[[str], None]) -> Journal | None:
    """The completion that waits for its remote to answer, and that nobody is at work on; None where there is none."""
    if not is_there(repository):
        return None
    with lock_journal(repository, wait=False) as held:
        try:
            found = JournalFile(repository).read(notice) if held else None
        except YoiError:
            # A newer version's, of which `settle` has said all that is known.
            return None
    return found if found is not None and found.remote is not None else None


def finish_found(hands: Hands) -> Landed | None:
    """Finish the journal that is found, if there is one; the caller holds its lock. YoiError when that cannot be."""
    file = JournalFile(hands.repository)
    journal = file.read(hands.notice)
    if journal is None:
        return None
    if journal.child is not None and not wait_until_gone(journal.child, seconds=_CHILD_SECONDS):
        raise YoiError(
            "io",
            f"git is still at work on the completion of {short_id(journal.ticket)}",
            cause=f"process {journal.child.pid} has not ended",
            hint="let it end, then run the same command again",
        )
    for lock in remove_stale_locks(hands.repository, journal):
        hands.notice(f"removed a lock file that a killed git process left: {lock}")
    landed = None if _is_blocked(hands, journal) else land(hands, file, journal)
    if landed is None:
        file.end()
        hands.notice(f"the completion of {short_id(journal.ticket)} was interrupted before anything moved")
        return None
    hands.notice(f"finished the interrupted completion of {short_id(journal.ticket)}: {journal.title}")
    return landed


def _is_blocked(hands: Hands, journal: Journal) -> bool:
    """Whether nothing has moved yet, and a worktree could not follow any more."""
    # Where tickets are shared the remote tells how far it came, and a worktree that cannot follow is only said.
    if journal.remote is not None or decide(journal, look(hands.repository, journal)) is not Step.MOVE:
        return False
    return bool(blocked_followers(hands.repository, journal))
