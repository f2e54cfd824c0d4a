"""`git yoi init`: begin tickets in a repository; running it again changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from git_yoi.actions.authority import require_role
from git_yoi.actions.checks import require_line
from git_yoi.actions.refspec import add_refspec
from git_yoi.config.settings import set_local
from git_yoi.domain.ids import short_id
from git_yoi.domain.states import RESOLVED
from git_yoi.errors import YoiError
from git_yoi.git import refs
from git_yoi.git.branches import default_branch, is_valid_branch_name, remotes

if TYPE_CHECKING:
    from git_yoi.actions.session import Session


@dataclass(frozen=True, slots=True)
class Initialised:
    """What `init` found or made: the ticket ref and its tip, the target branch, and whether anything was new.

    `adopted` is the remote that had tickets already, through which they are shared from now on; else None. `policy` is
    the policy file that was written, None where none was asked for.
    """

    ref: str
    tip: str
    target: str
    created: bool
    adopted: str | None = None
    tickets: int = 0
    policy: str | None = None


def init(
    session: Session, *, target: str | None = None, offline: bool = False, policy: str | None = None
) -> Initialised:
    """Adopt the remote's tickets, or make the root commit and the ticket ref; set `yoi.target`, add fetch refspecs.

    A remote that cannot be asked is a notice, and `offline` asks none. YoiError `not-authorized` for another target
    than the one that is set: the policy would go with it; `exists` where a policy file is there that was asked for.
    """
    from git_yoi.store.root import write_root

    repository = session.repository
    if target is not None:
        _require_branch_name(session, target)
    chosen = target or session.settings.target or default_branch(repository)
    if chosen is None:
        raise YoiError(
            "detached",
            "no target branch can be told",
            cause="HEAD is detached, and neither main nor master exists",
            hint="git yoi init --target BRANCH",
        )
    if session.settings.target not in (None, chosen):
        # By the policy of the old target, which `yoi.target` names still.
        require_role(session, "init")
    _require_writable(session)
    written = _write_policy(session, policy, chosen) if policy is not None else None
    from git_yoi.actions.adopt_remote import adopt_remote, carry_over

    carry_over(session)
    created = refs.read_ref(repository, session.ref) is None
    session, adopted = adopt_remote(session, offline=offline)
    tip = refs.read_ref(repository, session.ref) or _create(session, write_root(session.objects))
    session.snapshot().format()
    if session.settings.target != chosen:
        _require_no_tickets_branch(session, chosen)
        set_local(repository, "yoi.target", chosen)
    for remote in remotes(repository):
        add_refspec(session, remote)
    tickets = session.index().rows("SELECT count(*) FROM ids")[0][0]
    return Initialised(session.ref, tip, chosen, created, adopted, int(tickets), written)


def _write_policy(session: Session, kind: str, target: str) -> str:
    """Write a policy file to begin with, at the root of this worktree; YoiError `exists`, `usage`, `io`."""
    from git_yoi.config.policy import POLICY_FILE
    from git_yoi.config.policy_templates import policy_text

    top = session.repository.top
    if top is None:
        raise YoiError(
            "usage", "a bare repository has no place for a file", hint=f"commit {POLICY_FILE} in a clone, and push it"
        )
    try:
        with (top / POLICY_FILE).open("x", encoding="utf-8") as file:
            file.write(policy_text(kind, target))
    except FileExistsError as error:
        raise YoiError(
            "exists", f"{POLICY_FILE} is there already", cause=str(top / POLICY_FILE), hint="nothing was changed"
        ) from error
    except OSError as error:
        raise YoiError("io", f"{POLICY_FILE} cannot be written", cause=error.strerror or str(error)) from error
    return str(top / POLICY_FILE)


def _require_branch_name(session: Session, name: str) -> None:
    """YoiError `usage` for what cannot be a branch: no later verb could merge to it."""
    require_line("target", name)
    if not is_valid_branch_name(session.repository, name):
        raise YoiError("usage", f"{name} is no name for a branch", hint="git yoi init --target BRANCH")


def _require_no_tickets_branch(session: Session, name: str) -> None:
    """YoiError `usage` for the branch of an open ticket: whoever works on it would write the policy."""
    for ticket_id, state, branch in session.lookup().branches():
        if state not in RESOLVED and branch.casefold() == name.casefold():
            raise YoiError(
                "usage",
                f"{name} cannot be the target",
                cause=f"it is the branch of ticket {short_id(ticket_id)}, which is {state}",
                hint="git yoi init --target BRANCH",
            )


def _require_writable(session: Session) -> None:
    if session.repository.shallow:
        raise YoiError("read-only", "a shallow clone is read-only", hint="git fetch --unshallow")


def _create(session: Session, root: str) -> str:
    """Move the ref to the root; somebody else's `init` at the same moment made the same commit."""
    try:
        refs.move_refs(session.repository, [refs.RefChange(session.ref, None, root)], message="yoi: init")
    except refs.RefMovedError:
        return session.local_tip()
    return root
