"""From the journal to the end: refs, worktrees, claim, cleaning up; each part may be done again after a kill."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from git_yoi.codec.message import Signature, decode, encode
from git_yoi.domain.entry import Entry
from git_yoi.domain.ids import short_id
from git_yoi.domain.ticket import Actor
from git_yoi.errors import YoiError
from git_yoi.git.branches import is_ancestor
from git_yoi.git.evidence import kinds
from git_yoi.git.follow import follow, obstacles
from git_yoi.git.index_lock import IndexHeldError
from git_yoi.git.refs import RefChange, RefMovedError, branch_ref, move_refs, read_refs
from git_yoi.git.repository import Repository
from git_yoi.git.worktrees import Worktree, list_worktrees, same_path
from git_yoi.merge.decide import Seen, Step, decide
from git_yoi.merge.journal import ClosingEntry, Journal, JournalFile
from git_yoi.merge.scratch import scratch_folder
from git_yoi.merge.stale_locks import remove_stale_locks
from git_yoi.store.append import prepare
from git_yoi.store.claims import drop_claim, my_claim
from git_yoi.store.entry_commit import Writer
from git_yoi.worktree.remove import Cleaned, clean_up

# Each attempt that fails means that another writer's entry landed.
_PATIENCE_SECONDS = 60.0


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


def closing_entry(entry: Entry) -> ClosingEntry:
    """An entry as the journal keeps it."""
    return ClosingEntry(encode(entry), entry.actor.name, entry.actor.email, entry.at, entry.nonce)


def read_closing(entry: ClosingEntry) -> Entry:
    """The entry again."""
    return decode(entry.message, Signature(Actor(entry.name, entry.email), entry.at))


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


def finish(hands: Hands, file: JournalFile, journal: Journal, *, target_has_it: bool, fresh: bool) -> Landed:
    """What follows once refs have moved: worktrees, cleaning up, the claim, the journal's end.

    A target that somebody took back behind the merge: the branch is what is left of the work, and stays.
    """
    _follow_all(hands, file, journal)
    cleaned = clean_up(
        hands.repository,
        ticket_id=journal.ticket,
        branch=journal.branch,
        merged_into=journal.merge,
        merged_head=journal.head,
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


def is_on_thread(repository: Repository, journal: Journal, tip: str) -> bool:
    """Whether the closing entries are in the record: told by a nonce, for another commit may carry them by now."""
    if tip == journal.ticket_old:
        return False
    nonce = journal.entries[0].nonce
    # The encoding: `--grep` searches the message as i18n.logOutputEncoding has it.
    options = ("--encoding=UTF-8", "--max-count=1", "-F", f"--grep=Yoi-Nonce: {nonce}")
    found = repository.git.run("--no-replace-objects", "rev-list", *options, tip, f"^{journal.ticket_old}", "--")
    return bool(found.out)


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


def _follow_all(hands: Hands, file: JournalFile, journal: Journal) -> None:
    """Bring the target's worktrees along; YoiError once all have had their turn, where another git was in the way."""
    repository, held = hands.repository, None
    if journal.target_old is None:
        return
    for worktree in followers(repository, journal):
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
            held = error.path
            continue
        if why is not None:
            hands.notice(f"{worktree.path} has not followed {journal.target}: {why}; see `git status`")
    if held is not None:
        raise YoiError(
            "io",
            f"ticket {short_id(journal.ticket)} is merged, but a worktree of {journal.target} could not follow yet",
            cause=f"{held} is in the way: another git command holds it, or left it when it was killed",
            hint="let that command end; the next command that writes goes on",
        )


def _noted(file: JournalFile, journal: Journal, pid: int) -> None:
    file.note_child(journal, pid)


def followers(repository: Repository, journal: Journal) -> list[Worktree]:
    """The journal's worktrees that still have the target checked out."""
    return [
        worktree
        for worktree in list_worktrees(repository)
        if worktree.branch == journal.target
        and not worktree.missing
        and any(same_path(worktree.path, Path(path)) for path in journal.worktrees)
    ]


def blocked_followers(repository: Repository, journal: Journal) -> list[Path]:
    """The worktrees in which something came into the way since the journal was written."""
    scratch = scratch_folder(repository)
    if journal.target_old is None:
        return []
    return [
        worktree.path
        for worktree in followers(repository, journal)
        if obstacles(repository, worktree.path, journal.target_old, journal.merge, scratch=scratch)
    ]
