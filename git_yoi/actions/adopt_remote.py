"""What `init` does where tickets exist already: on the remote, or here under the ref that `yoi.ref` named before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from git_yoi.actions.remote import begin_sharing, default_remote
from git_yoi.config.settings import set_local
from git_yoi.errors import YoiError
from git_yoi.git import refs
from git_yoi.git.branches import remotes

if TYPE_CHECKING:
    from git_yoi.actions.session import Session


def carry_over(session: Session) -> list[refs.RefChange]:
    """Move the tickets to the ref that `yoi.ref` names now, where they lie under the default one still; what moved."""
    if session.ref == refs.TICKETS:
        return []
    found = refs.read_refs(session.repository, session.ref, refs.TICKETS)
    tip = found.get(refs.TICKETS)
    if tip is None or session.ref in found:
        return []
    changes = [refs.RefChange(session.ref, None, tip), refs.RefChange(refs.TICKETS, tip, None)]
    refs.move_refs(session.repository, changes, message=f"yoi: tickets are on {session.ref} from now on")
    return changes


def adopt_remote(session: Session, *, offline: bool) -> tuple[Session, str | None]:
    """Begin sharing with the remote if it has tickets: its name, and the session that sees them; else None.

    Asked once: where tickets are shared already, or no remote is the obvious one, nothing is asked.
    """
    remote = default_remote(remotes(session.repository))
    if offline or remote is None or session.settings.remote is not None:
        return session, None
    found = _asked(session, remote)
    if not found:
        return session, None
    chosen = session.settings.ref is None and refs.TICKETS not in found
    if chosen:
        # The host takes branches only; whoever shared first has chosen so for all.
        set_local(session.repository, "yoi.ref", refs.TICKETS_BRANCH)
    sharing = _anew(session)
    moved = carry_over(sharing)
    if sharing.ref not in found:
        return sharing, None
    try:
        _take(sharing, remote)
    except YoiError:
        if chosen:
            _put_back(session, moved)
        raise
    begin_sharing(sharing, remote)
    return _anew(session), remote


def _put_back(session: Session, moved: list[refs.RefChange]) -> None:
    """Undo the choice of the ref: a branch of that name may be anything."""
    session.repository.git.run("config", "--local", "--unset", "yoi.ref")
    back = [refs.RefChange(change.ref, change.new, change.old) for change in moved]
    if back:
        refs.move_refs(session.repository, back, message=f"yoi: tickets are on {refs.TICKETS} still")


def _asked(session: Session, remote: str) -> dict[str, str]:
    """The ticket refs that the remote has; none, and a notice, where it cannot be asked."""
    from git_yoi.git.network import ls_remote

    try:
        names = dict.fromkeys((session.ref, refs.TICKETS, refs.TICKETS_BRANCH))
        return ls_remote(session.repository, remote, *names, ask=False)
    except YoiError as error:
        session.notice(f"notice: {error.message} ({error.cause}); git yoi sync takes its tickets, if it has any")
        return {}


def _take(session: Session, remote: str) -> None:
    from git_yoi.actions.sharing import exchange, judge, turn
    from git_yoi.sync.exchange import settle

    x = exchange(session, remote)
    checks = judge(session, x)
    with turn(session, remote):
        settle(x, checks.accept, checks.check, send=False)


def _anew(session: Session) -> Session:
    """The same session as its configuration says now."""
    from git_yoi.git.repository import discover

    here = session.repository
    return replace(session, repository=discover(here.directory, here.environment))
