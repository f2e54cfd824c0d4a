"""`git yoi remote`: the one shared remote; which it is, and moving to another, naming the claims at stake."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from git_yoi.actions.authority import require_role
from git_yoi.actions.refspec import add_refspec
from git_yoi.config.settings import set_local
from git_yoi.errors import YoiError
from git_yoi.git import refs
from git_yoi.git.branches import remotes

if TYPE_CHECKING:
    from git_yoi.actions.session import Session


@dataclass(frozen=True, slots=True)
class SharedRemote:
    """The shared remote (None: nothing is shared yet), the one before, and the tickets in progress at a move."""

    remote: str | None
    before: str | None
    claims: tuple[str, ...] = ()


def remote(session: Session, name: str | None = None, *, move: bool = False) -> SharedRemote:
    """Tell the shared remote, or make `name` it; YoiError `taken`, naming the claims at stake, without `move`.

    YoiError `remote-unknown` while it cannot be told whether the remote before took a merge.
    A claim was confirmed by the old remote: somebody who goes on sharing through that one could take the ticket there.
    """
    from git_yoi.actions.sharing import claims_at_stake

    current = session.settings.remote
    if current is None:
        # Where no tickets are, nothing can be shared: `init` comes first.
        session.tip()
    if name is None or name == current:
        return SharedRemote(current, current)
    if name not in remotes(session.repository):
        raise YoiError("usage", f"there is no remote {name}", hint="git remote -v lists them")
    session.local_tip()
    if current is not None:
        require_role(session, "remote")
        _require_told(session, current)
    held = claims_at_stake(session) if current is not None else []
    if held and not move:
        raise YoiError(
            "taken",
            f"{len(held)} claim{'s' if len(held) > 1 else ''} would no longer be confirmed by {current}",
            cause=f"in progress: {', '.join(held)}",
            hint=f"finish or release them, or: git yoi remote {name} --move",
            data={"claims": held},
        )
    _move(session, name)
    return SharedRemote(name, current, tuple(held))


def _require_told(session: Session, current: str) -> None:
    """Finish a completion that was sent to the remote until now; one that was renamed is looked for by its new name."""
    from git_yoi.merge.journal import is_there

    if current not in remotes(session.repository):
        return
    session.finish_leftovers()
    if is_there(session.repository):
        raise YoiError(
            "remote-unknown",
            f"a completion that was sent to {current} has not come to its end",
            cause=f"whether {current} took the merge has to be known before tickets are shared through another",
            hint=f"run it again once {current} answers; if it never will: git remote remove {current}",
        )


def _move(session: Session, name: str) -> None:
    """What the old remote was known to have says nothing of the new one."""
    published = refs.read_ref(session.repository, refs.PUBLISHED)
    if published is not None:
        change = refs.RefChange(refs.PUBLISHED, published, None)
        refs.move_refs(session.repository, [change], message=f"yoi: tickets are shared through {name}")
    begin_sharing(session, name)


def choose_remote(session: Session, named: str | None) -> str:
    """The shared remote: `yoi.remote`, else the one named, else `origin` or the only one; YoiError otherwise."""
    current = session.settings.remote
    if current is not None:
        return _current(session, current, named)
    have = remotes(session.repository)
    if named is not None:
        if named not in have:
            raise YoiError("usage", f"there is no remote {named}", hint="git remote -v lists them")
        return named
    if found := default_remote(have):
        return found
    if not have:
        raise YoiError("remote", "there is no remote to share tickets with", hint="git remote add origin URL")
    raise YoiError("usage", "several remotes, none called origin", cause=", ".join(have), hint="git yoi sync REMOTE")


def default_remote(have: list[str]) -> str | None:
    """`origin`, or the only one."""
    return have[0] if "origin" in have or len(have) == 1 else None


def _current(session: Session, current: str, named: str | None) -> str:
    if named not in (None, current):
        raise YoiError(
            "usage",
            f"the tickets are shared through {current}, not {named}",
            cause="a repository has one shared remote: only one can confirm a claim",
            hint=f"git yoi remote {named} moves them, and names the claims at stake",
        )
    configured = f"remote.{current}.url\n".encode() in session.repository.configuration
    if not configured and current not in remotes(session.repository):
        raise YoiError(
            "remote",
            f"the shared remote {current} is not configured here",
            cause="yoi.remote names it",
            hint="git remote -v; git yoi remote NAME moves to another",
        )
    return current


def begin_sharing(session: Session, name: str) -> None:
    """From now on acceptances are confirmed by this remote."""
    set_local(session.repository, "yoi.remote", name)
    add_refspec(session, name)
