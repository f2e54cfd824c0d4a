"""The first step of every write while tickets are shared: what `git fetch` brought becomes ours, once it is checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_yoi.errors import YoiError

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.sync.view import Seen


def adopt(session: Session) -> None:
    """Move the ticket ref to what was fetched where it is merely behind; what cannot be taken is said, and left.

    From then on the session sees the local tip alone: what is judged is what is written upon.
    """
    remote, seen = session.settings.remote, session.view.seen()
    if remote is not None and session.view.is_behind(seen):
        try:
            _take(session, remote, seen)
        except YoiError as error:
            session.notice(f"notice: {error.message} ({error.cause}); written upon what is here")
    session.view.believed = False


def _take(session: Session, remote: str, seen: Seen) -> None:
    """YoiError `rewritten`, `remote` or `format` for what must not be taken."""
    from git_yoi.actions.sharing import exchange, judge, tell
    from git_yoi.store.join import Joined
    from git_yoi.store.lineage import Divergence, on_first_parents
    from git_yoi.sync.exchange import Received, Settled, follow
    from git_yoi.sync.failures import readable

    if seen.theirs is None:
        return
    x = exchange(session, remote)
    with readable(remote):
        on_chain = seen.published is None or on_first_parents(x.objects, seen.published, seen.theirs)
    received = Received(seen.theirs, seen.local, seen.published, "present" if on_chain else "rewritten")
    checks = judge(session, x)
    checks.accept(received)
    joined = Joined(seen.theirs, "behind", Divergence((), ()))
    checks.check(received, joined)
    # Where somebody else moved the ref meanwhile, they took it, or wrote: either is as good.
    if follow(x, received, seen.theirs, seen.theirs):
        tell(session, remote, Settled(joined, received, pushed=False))
