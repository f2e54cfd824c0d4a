"""What follows once a completion's refs have moved: worktrees, cleaning up, the claim; each part may be done again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from git_yoi.domain.ids import short_id
from git_yoi.errors import YoiError
from git_yoi.git.branches import is_ancestor
from git_yoi.git.follow import NotFollowedError, follow, is_behind, obstacles
from git_yoi.git.index_lock import IndexHeldError
from git_yoi.git.repository import Repository
from git_yoi.git.worktrees import Worktree, list_worktrees, same_path
from git_yoi.merge.journal import Journal, JournalFile
from git_yoi.merge.scratch import scratch_folder
from git_yoi.store.claims import drop_claim, my_claim
from git_yoi.store.entry_commit import Writer
from git_yoi.worktree.facts import TicketBranch
from git_yoi.worktree.remove import Cleaned, clean_up


@dataclass(frozen=True, slots=True)
class Hands:
    """What landing needs: `directory` is the user's own, `clock` gives seconds, `notice` says a line to people."""

    repository: Repository
    writer: Writer
    directory: Path
    clock: Callable[[], float]
    notice: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Landed:
    """A completion that has come to its end."""

    journal: Journal
    cleaned: Cleaned


def finish(hands: Hands, file: JournalFile, journal: Journal, *, target_has_it: bool, fresh: bool) -> Landed:
    """What follows once refs have moved: worktrees, cleaning up, the claim, the journal's end.

    A target that somebody took back behind the merge: the branch is what is left of the work, and stays.
    """
    _follow_all(hands, file, journal)
    cleaned = clean_up(
        hands.repository,
        TicketBranch(journal.ticket, journal.branch, merged_into=journal.merge, merged_head=journal.head),
        keep_worktree=journal.keep_worktree or not target_has_it,
        keep_branch=journal.keep_branch or not target_has_it,
        had_worktree=journal.had_worktree and not fresh,
        had_branch=not fresh,
        now=hands.clock(),
        current_directory=hands.directory,
    )
    # After cleaning up, which looks in it for the place of the worktree.
    if journal.claim is not None and my_claim(hands.repository.private, journal.ticket) == journal.claim:
        drop_claim(hands.repository.private, journal.ticket)
    file.end()
    return Landed(journal, cleaned)


def _follow_all(hands: Hands, file: JournalFile, journal: Journal) -> None:
    """Bring the target's worktrees along; YoiError once all have had their turn, where another git was in the way."""
    repository, held = hands.repository, None
    if journal.target_old is None:
        return
    for worktree in followers(repository, journal):
        if worktree.unplaced:
            held = "nothing here tells where the main worktree is: run the next command there"
            continue
        if worktree.head is None or not is_ancestor(repository, journal.merge, worktree.head):
            hands.notice(
                f"{journal.target} went on without the merge of {short_id(journal.ticket)}; it is left as it is"
            )
            continue
        try:
            why = follow(
                repository,
                worktree.path,
                journal.target_old,
                worktree.head,
                started=lambda pid: _noted(file, journal, pid),
            )
        except IndexHeldError as error:
            held = f"{error.path} is in the way: another git command holds it, or left it when it was killed"
        except NotFollowedError as error:
            held = f"{worktree.path}: {error}"
        else:
            if why is not None:
                hands.notice(
                    f"{worktree.path} has followed {journal.target} but for some files: {why};"
                    " `git status` there names them, and `git restore FILE` brings one once that is mended"
                )
    if held is not None:
        raise YoiError(
            "io",
            f"ticket {short_id(journal.ticket)} is merged, but a worktree of {journal.target} could not follow yet",
            cause=held,
            hint="see to that; the next command that writes goes on",
        )


def _noted(file: JournalFile, journal: Journal, pid: int) -> None:
    file.note_child(journal, pid)


def followers(repository: Repository, journal: Journal) -> list[Worktree]:
    """The worktrees with the target checked out that the journal names, or that have not gone along with it.

    Somebody may have switched one to the target meanwhile, and a kill may be followed by a move of the repository. One
    that was switched to the target after that had moved has all of it, and is nobody's business.
    """
    return [
        worktree
        for worktree in list_worktrees(repository)
        if worktree.branch == journal.target
        and not worktree.missing
        and (_is_named(journal, worktree) or worktree.unplaced or _is_behind(repository, journal, worktree))
    ]


def _is_named(journal: Journal, worktree: Worktree) -> bool:
    return any(same_path(worktree.path, Path(path)) for path in journal.worktrees)


def _is_behind(repository: Repository, journal: Journal, worktree: Worktree) -> bool:
    if journal.target_old is None or worktree.head is None:
        return False
    if worktree.head == journal.target_old:
        # Nothing has moved yet: it will have to.
        return True
    if not is_ancestor(repository, journal.merge, worktree.head):
        return False
    return is_behind(repository, worktree.path, journal.target_old, worktree.head)


def blocked_followers(repository: Repository, journal: Journal) -> list[Path]:
    """The worktrees in which something came into the way since the journal was written."""
    scratch = scratch_folder(repository)
    if journal.target_old is None:
        return []
    return [
        worktree.path
        for worktree in followers(repository, journal)
        if worktree.unplaced or obstacles(repository, worktree.path, journal.target_old, journal.merge, scratch=scratch)
    ]
