"""Landing where tickets are shared: target and ticket ref move on the remote first, in one atomic push, then here.

What the remote did is read from its refs, never from its answer; a journal that was left is finished by the same look.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import NamedTuple

from git_yoi.config.settings import read_settings
from git_yoi.domain.ids import short_id
from git_yoi.errors import YoiError
from git_yoi.git import network
from git_yoi.git.ancestry import difference
from git_yoi.git.branches import head_of, is_ancestor, remotes
from git_yoi.git.evidence import kinds
from git_yoi.git.network import Pushed, PushResult, RemoteUpdate
from git_yoi.git.push_urls import require_one_repository
from git_yoi.git.refs import (
    RefChange,
    RefMovedError,
    branch_ref,
    fetch_refspec,
    move_refs,
    read_refs,
    remote_tickets,
)
from git_yoi.merge.closing_entry import is_on_thread, read_closing
from git_yoi.merge.finish import Hands, Landed, finish, followers
from git_yoi.merge.journal import Journal, JournalFile
from git_yoi.merge.refusals import refused, unknown
from git_yoi.store.entry_commit import write_commit
from git_yoi.store.snapshot import Snapshot
from git_yoi.sync.confirm import publish_entries
from git_yoi.sync.exchange import Exchange, publish, settle
from git_yoi.sync.judging import Judge

# A lock on the server that another push holds is gone in a moment.
_PUSHES = 4


class There(NamedTuple):
    """The remote's target and ticket ref; `merged`: the target has the merge; `closed`: the thread the entries."""

    target: str | None
    tickets: str | None
    merged: bool
    closed: bool


def land_shared(hands: Hands, file: JournalFile, journal: Journal, *, fresh: bool) -> Landed | None:
    """As `land`, on the remote first.

    YoiError `protected` or `remote` where it refuses, with nothing moved and the journal dropped; `remote-unknown`
    where nobody can tell, and the journal stays.
    """
    remote = _remote_of(hands, journal)
    if fresh:
        there = _push(hands, file, journal, remote)
    else:
        there = _asked(hands, journal, remote)
        if _is_untouched(hands, journal, there):
            there = _push(hands, file, journal, remote)
    if there is None or not (there.merged or there.closed):
        file.end()
        return None
    if not there.merged:
        _push_target(hands, journal, remote)
    # The target first, here too: a merge whose ticket is open is closed by the next command.
    _target_here(hands, file, journal)
    _record_here(hands, journal, remote, closed=there.closed)
    return finish(hands, file, journal, target_has_it=True, fresh=fresh)


def _remote_of(hands: Hands, journal: Journal) -> str:
    """The journal's remote, by the name that it has now: where that one is gone, the shared remote was renamed."""
    named = str(journal.remote)
    if named in remotes(hands.repository):
        return named
    return read_settings(hands.repository).remote or named


def _push(hands: Hands, file: JournalFile, journal: Journal, remote: str) -> There | None:
    """The commit point; None when the race was lost, and nothing has moved."""
    if journal.remote_ticket_old is None:
        shown = _shown_record(hands, file, journal, remote)
        if shown != journal.ticket_old:
            return None
        journal = replace(journal, remote_ticket_old=shown)
    updates = [
        RemoteUpdate(branch_ref(journal.target), journal.remote_target_old, journal.merge),
        RemoteUpdate(journal.ticket_ref, journal.remote_ticket_old, journal.ticket_new),
    ]
    before = (journal.remote_target_old, journal.remote_ticket_old)
    for attempt in range(1, _PUSHES + 1):
        if head_of(hands.repository, journal.branch) != journal.head:
            return None
        pushed = network.push(
            hands.repository, remote, updates, atomic=True, started=lambda pid: _noted(file, journal, pid)
        )
        there = _after(hands, file, journal, remote, pushed)
        if there.merged or there.closed:
            if pushed.partly:
                hands.notice(f"not every push URL of {remote} took the merge: {pushed.said}")
            return there
        if not pushed.over:
            raise unknown(journal, remote, pushed.said)
        if (there.target, there.tickets) != before:
            # Servers have many words for a race that was lost; that the refs are elsewhere is the same in all of them.
            return None
        # Where a lease does not hold and yet nothing has moved, somebody may have held the server's lock just then.
        if pushed.result is not PushResult.RACED or attempt == _PUSHES:
            break
        if attempt == 1:
            _require_one_repository(hands, file, updates, remote)
        time.sleep(0.1 * attempt)
    file.end()
    raise refused(journal, remote, pushed)


def _require_one_repository(hands: Hands, file: JournalFile, updates: list[RemoteUpdate], remote: str) -> None:
    try:
        require_one_repository(hands.repository, remote, {update.ref: update.old for update in updates})
    except YoiError:
        file.end()
        raise


def _shown_record(hands: Hands, file: JournalFile, journal: Journal, remote: str) -> str:
    """Give a remote that shows no tickets the record as it is here, alone, and read it back; YoiError `remote`.

    Of refs that the remote hides, git's `--atomic` does not hold: the target would move, and the ticket ref be refused.
    """
    x = _exchange(hands, journal, remote)
    try:
        publish(x, journal.ticket_old, None)
        shown, said = _look(hands, journal, remote).tickets, "; ".join(x.heard)
    except YoiError as error:
        shown, said = None, error.cause or error.message
    if shown is None:
        file.end()
        raise YoiError(
            "remote",
            f"{remote} does not show the tickets that are shared through it",
            cause=said or f"it was sent {journal.ticket_ref}, and has nothing there",
            hint="nothing was merged; whoever keeps the remote may have hidden that ref (transfer.hideRefs)",
        )
    return shown


def _after(hands: Hands, file: JournalFile, journal: Journal, remote: str, pushed: Pushed) -> There:
    """What the remote has after a push; YoiError where it cannot be asked."""
    try:
        return _look(hands, journal, remote)
    except YoiError as error:
        if not pushed.failed:
            said = pushed.said if pushed.result is not PushResult.MOVED else error.cause or error.message
            raise unknown(journal, remote, said) from error
        file.end()
        if pushed.result is PushResult.RACED:
            raise
        raise refused(journal, remote, pushed) from error


def _noted(file: JournalFile, journal: Journal, pid: int) -> None:
    file.note_child(journal, pid)


def _asked(hands: Hands, journal: Journal, remote: str) -> There:
    try:
        return _look(hands, journal, remote)
    except YoiError as error:
        raise unknown(journal, remote, error.cause or error.message) from error


def _look(hands: Hands, journal: Journal, remote: str) -> There:
    """What the remote has by now, fetched; YoiError `remote` when it cannot be reached."""
    repository = hands.repository
    network.fetch(repository, remote, fetch_refspec(remote, journal.ticket_ref))
    target = network.fetch_branch(repository, remote, journal.target)
    tickets = read_refs(repository, remote_tickets(remote)).get(remote_tickets(remote))
    here = kinds(repository, (journal.merge,))
    return There(
        target,
        tickets,
        merged=target is not None and journal.merge in here and is_ancestor(repository, journal.merge, target),
        closed=tickets is not None and is_on_thread(repository, journal, tickets),
    )


def _is_untouched(hands: Hands, journal: Journal, there: There) -> bool:
    """Whether nothing has happened yet, there or here, and all that would be pushed is still what was judged."""
    before = (journal.remote_target_old, journal.remote_ticket_old)
    whole = len(kinds(hands.repository, (journal.merge, journal.ticket_new))) == 2
    return (there.target, there.tickets) == before and whole


def _record_here(hands: Hands, journal: Journal, remote: str, *, closed: bool) -> None:
    """Take the remote's record; where it has the merge without the closing entries, it gets them."""
    x = _exchange(hands, journal, remote)
    judge = Judge(x, lambda: ())
    if closed:
        settle(x, judge.accept, judge.check, send=False, fetched=True)
        return
    entries = [read_closing(entry) for entry in journal.entries]
    try:
        met = settle(x, judge.accept, judge.check, send=False, fetched=True)
        publish_entries(x, hands.writer, met, judge, lambda _: entries, lambda now: _is_closed(hands, journal, now))
    except YoiError as error:
        raise YoiError(
            error.code,
            f"{remote} has the merge of ticket {short_id(journal.ticket)}, and not the ticket's closing",
            cause=error.cause or error.message,
            hint=f"once {remote} takes {journal.ticket_ref}, the next command that writes sends it",
        ) from error


def _push_target(hands: Hands, journal: Journal, remote: str) -> None:
    update = RemoteUpdate(branch_ref(journal.target), journal.remote_target_old, journal.merge)
    pushed = network.push(hands.repository, remote, [update])
    if not _asked(hands, journal, remote).merged:
        raise unknown(journal, remote, f"it has the closing of the ticket, and not the merge: {pushed.said}")


def _is_closed(hands: Hands, journal: Journal, now: Snapshot) -> bool:
    return is_on_thread(hands.repository, journal, now.commit)


def _exchange(hands: Hands, journal: Journal, remote: str) -> Exchange:
    return Exchange(
        hands.repository,
        hands.writer.objects,
        journal.ticket_ref,
        remote,
        lambda: hands.writer.committer,
        lambda tip, without: difference(hands.repository.git, tip, without),
        lambda commit: write_commit(hands.writer, commit, "join"),
    )


def _target_here(hands: Hands, file: JournalFile, journal: Journal) -> None:
    """Let the local target follow, where it is here and has nothing that the merge lacks; else it is left, and said."""
    repository = hands.repository
    for _ in range(3):
        tip = head_of(repository, journal.target)
        if tip is None or is_ancestor(repository, journal.merge, tip):
            return
        if not is_ancestor(repository, tip, journal.merge):
            break
        try:
            move_refs(
                repository,
                [RefChange(branch_ref(journal.target), tip, journal.merge)],
                message=f"yoi: complete {journal.ticket}",
                started=lambda pid: _noted(file, journal, pid),
            )
        except RefMovedError:
            time.sleep(0.01)
        else:
            return
    if journal.target_old is not None and followers(repository, journal):
        # Its worktrees say so, each for itself.
        return
    hands.notice(f"{journal.target} went on here without the merge of {short_id(journal.ticket)}; it is left as it is")
