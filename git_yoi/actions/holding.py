"""What `start` and `takeover` share: the claim record, the entry that takes the ticket, then branch and worktree."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from git_yoi.domain.ids import short_id
from git_yoi.errors import YoiError
from git_yoi.store.claims import Claim, ClaimLock, drop_claim, read_claim, write_claim

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from git_yoi.actions.session import Session
    from git_yoi.domain.entry import Entry
    from git_yoi.domain.ticket import Ticket
    from git_yoi.store.lookup import Lookup
    from git_yoi.store.snapshot import Snapshot
    from git_yoi.sync.exchange import Settled
    from git_yoi.worktree.plan import Ground


@dataclass(frozen=True, slots=True)
class Held:
    """A ticket that this clone holds now: `worktree` is None where none was asked for.

    `remote_confirmed` is None while the tickets are not shared, and false while the remote has not confirmed the claim.
    """

    id: str
    title: str
    state: str
    generation: int
    branch: str
    worktree: str | None
    base: str
    remote_confirmed: bool | None


def ground(session: Session, lookup: Lookup) -> Ground:
    """What the branch and the worktree are chosen by; YoiError `detached`, `policy-file`."""
    from git_yoi.config.policy import load_policy
    from git_yoi.worktree.plan import Ground
    from git_yoi.worktree.targets import target_branches, target_of

    target = target_of(session.repository, session.settings.target)
    if target is None:
        raise YoiError(
            "detached",
            "no target branch can be told",
            cause="HEAD is detached, and yoi.target is not set",
            hint="git yoi init --target BRANCH",
        )
    template = load_policy(session.repository, target).worktree_path
    return Ground(target, target_branches(session.repository), template, lookup.branches(), session.settings.remote)


def find_ticket(session: Session, given: str, *, offline: bool = False) -> str:
    """The whole id that a prefix names; what is not known here is asked of the shared remote, which may have it.

    YoiError `not-found`, `ambiguous`, `usage`, `remote`.
    """
    remote = session.settings.remote
    try:
        return session.resolve(given)
    except YoiError as error:
        if error.code != "not-found" or remote is None or offline:
            raise
    from git_yoi.actions.sharing import meet

    meet(session, remote)
    return session.resolve(given)


def meet_remote(session: Session, ticket_id: str, *, offline: bool = False) -> Settled | None:
    """Where tickets are shared: join the remote's tip, and fetch the ticket's recorded branch where only it has that.

    None where nothing is shared, or nobody is to be asked; YoiError `remote`, `rewritten`, with nothing changed.
    """
    remote = session.settings.remote
    if remote is None or offline:
        return None
    from git_yoi.actions.sharing import meet
    from git_yoi.git.branches import head_of, is_valid_branch_name
    from git_yoi.git.network import fetch
    from git_yoi.git.refs import branch_ref, remote_branch

    met = meet(session, remote)
    branch = session.ticket(session.snapshot(), ticket_id).branch
    here = session.repository
    if branch is not None and is_valid_branch_name(here, branch) and head_of(here, branch) is None:
        fetch(here, remote, f"+{branch_ref(branch)}*:{remote_branch(remote, branch)}*")
    return met


def take(session: Session, claim: Claim, build: Callable[[Snapshot], Sequence[Entry]], met: Settled | None) -> None:
    """Write the record, then the entry that makes it true, at the shared remote first; a refusal leaves neither.

    The record stays, unfinished, only where it cannot be told whether the entry landed: the next attempt settles that.
    """
    session.require_told(claim.ticket)
    before = read_claim(session.repository.private, claim.ticket)
    _write(session, claim)
    try:
        if met is None or session.settings.remote is None:
            session.append(build)
        else:
            from git_yoi.actions.sharing import append_confirmed

            append_confirmed(session, session.settings.remote, met, build, lambda now: _holds(now, claim))
    except YoiError as error:
        if error.code != "remote-unknown" and not _landed(session, claim):
            if before is not None and before.nonce != claim.nonce:
                # Who takes over what this clone holds itself, and is refused, holds it as before.
                _write(session, before)
            else:
                drop_claim(session.repository.private, claim.ticket)
        raise


def _holds(snapshot: Snapshot, claim: Claim) -> bool:
    """Whether an earlier attempt landed after all."""
    try:
        ticket = snapshot.ticket(claim.ticket)
    except ValueError:
        # Damaged on the way: whoever builds the entry is told so.
        return False
    return ticket is not None and ticket.claim == claim.nonce


def _landed(session: Session, claim: Claim) -> bool:
    """Whether the ticket is held by the claim after a failure; true where that cannot be told."""
    try:
        return session.ticket(session.snapshot(), claim.ticket).claim == claim.nonce
    except YoiError:
        return True


def settle_record(session: Session, ticket: Ticket, before: Claim | None) -> Claim | None:
    """The record of an earlier attempt; None, and it is forgotten, where that can never land: others were first."""
    if before is None or before.finished or before.nonce == ticket.claim or before.generation == ticket.generation:
        return before
    drop_claim(session.repository.private, before.ticket)
    return None


def settle_locks(session: Session, before: Claim | None) -> None:
    """Remove the lock files that a killed attempt of this clone left, so that the next one can go on; YoiError `io`."""
    from git_yoi.worktree.left_locks import remove_left_locks

    if before is None or before.finished:
        return
    try:
        remove_left_locks(
            session.repository, session.ref, branch=before.branch, worktree=before.worktree, since=before.begun_at
        )
    except OSError as error:
        raise YoiError("io", "a killed start left lock files", cause=error.strerror or str(error)) from error


def finish(session: Session, claim: Claim, lock: ClaimLock, *, resumed: bool) -> Held:
    """Make branch and worktree of a claim that holds its ticket, and note that nothing is left to do.

    A failure is recorded on the ticket, by its holder, and raised: the ticket stays in progress.
    """
    from git_yoi.worktree.add import Order, provide

    order = Order(
        ticket_id=claim.ticket,
        nonce=claim.nonce,
        branch=claim.branch,
        base=claim.base,
        worktree=claim.worktree,
        lock=lock.descriptor,
        since=claim.begun_at,
        resumed=resumed,
        remote=session.settings.remote,
        sparse=_sparse(session),
    )
    try:
        lies = provide(session.repository, order, now=session.clock(), notice=session.notice)
        _note_branch(session, claim)
        done = replace(claim, worktree=lies, finished=True)
        _write(session, done)
    except YoiError as error:
        _record_failure(session, claim, error)
        raise
    return _told(session, done)


def _sparse(session: Session) -> tuple[str, ...]:
    """The part of the files that the policy lets a worktree have, none for everything; YoiError `policy-file`."""
    from git_yoi.config.policy import load_policy
    from git_yoi.worktree.targets import target_of

    target = target_of(session.repository, session.settings.target)
    return load_policy(session.repository, target).sparse if target is not None else ()


def _note_branch(session: Session, claim: Claim) -> None:
    """Say in git's configuration whose branch it is, which is what the hooks go by; the start does not fail of it."""
    from git_yoi.config.branch_tickets import note_ticket

    try:
        note_ticket(session.repository, claim.branch, claim.ticket)
    except YoiError as error:
        session.notice(
            f"notice: branch {claim.branch} is not noted as the ticket's, so hooks pass it over: {error.cause}"
        )


def _write(session: Session, claim: Claim) -> None:
    try:
        write_claim(session.repository.private, claim)
    except OSError as error:
        raise YoiError(
            "read-only" if isinstance(error, PermissionError) else "io",
            "this clone's claim record cannot be written",
            cause=error.strerror or str(error),
            hint="free some space or mend permissions, then run the same command again",
        ) from error


def _record_failure(session: Session, claim: Claim, error: YoiError) -> None:
    """Say on the thread what is missing; where it failed is local, so no path and no word of git's stands there."""
    from git_yoi.domain.events import Report
    from git_yoi.git.branches import head_of

    head = head_of(session.repository, claim.branch)
    missing = "its worktree" if head is not None else f"branch {claim.branch}"
    text = f"Accepted, but {missing} could not be made ({error.code}). The holder's clone goes on with `git yoi start`."

    def build(snapshot: Snapshot) -> list[Entry]:
        if session.ticket(snapshot, claim.ticket).claim != claim.nonce or _is_recorded(session, claim, head, text):
            return []
        return [session.entry(claim.ticket, Report(claim.nonce, head), text)]

    try:
        session.append(build)
    except YoiError as second:
        session.notice(f"notice: the failure could not be recorded on {short_id(claim.ticket)}: {second.message}")


def _is_recorded(session: Session, claim: Claim, head: str | None, text: str) -> bool:
    """Whether the thread has the same failure of this claim already: trying again and again says nothing new."""
    from git_yoi.index.thread import thread

    said = {"claim": claim.nonce, **({"commit": head} if head is not None else {})}
    return any(
        one.kind == "report" and one.body.strip() == text and one.rejected is None and one.details == said
        for one in thread(session.index(), claim.ticket)
    )


def _told(session: Session, claim: Claim) -> Held:
    from git_yoi.actions.sharing import is_confirmed

    ticket = session.ticket(session.snapshot(), claim.ticket)
    return Held(
        id=claim.ticket,
        title=ticket.title,
        state=ticket.state,
        generation=ticket.generation,
        branch=claim.branch,
        worktree=str(claim.worktree) if claim.worktree is not None else None,
        base=claim.base,
        remote_confirmed=is_confirmed(session, claim.ticket, claim.nonce),
    )


def wished_path(session: Session, given: str | None) -> Path | None:
    """A path that was given on the command line, absolute; YoiError `usage` for one that no list could show."""
    from git_yoi.actions.checks import require_line

    if given is None:
        return None
    require_line("path", given)
    import os

    return Path(os.path.normpath(session.repository.directory / given))
