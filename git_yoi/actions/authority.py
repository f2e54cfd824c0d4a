"""Who may do what, by the policy of the target branch; never by anything that a ticket's branch says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_yoi.domain.authority import HUMAN, role_problem
from git_yoi.domain.ids import short_id
from git_yoi.errors import YoiError

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.config.policy import Policy
    from git_yoi.domain.ticket import Ticket

# What moves a ticket on, or judges its work, waits until the rules for it can be read again.
_LIFECYCLE = frozenset(
    {"queue", "ready", "return", "start", "takeover", "release", "complete", "review", "done", "close", "reopen"}
)


def require_role(session: Session, verb: str) -> None:
    """YoiError `not-authorized` unless the session's role may use `verb`; `policy-file` when that cannot be told."""
    policy = _policy(session, verb)
    problem = role_problem(session.role, verb, policy.roles)
    if problem is None:
        return
    raise YoiError(
        "not-authorized",
        f"role {session.role} may not use {verb}",
        cause=problem,
        hint=f"ask a human, or grant it under `roles` in {_where(session)}",
    )


def require_let_begin(session: Session, ticket: Ticket) -> None:
    """YoiError `not-authorized` unless the ticket in progress was queued here, or the role may queue.

    An import can say that a ticket is in progress, and anybody may import: that is history, and nobody's word here.
    """
    if ticket.queued_text is not None:
        return
    try:
        require_role(session, "queue")
    except YoiError as error:
        if error.code != "not-authorized":
            raise
        raise YoiError(
            "not-authorized",
            f"ticket {short_id(ticket.id)} came in progress from elsewhere, and nobody has queued it here",
            cause=error.cause,
            hint=f"ask a human to let the work begin: git yoi takeover {short_id(ticket.id)} -m WHY",
        ) from error


def _policy(session: Session, verb: str) -> Policy:
    from git_yoi.config.policy import Policy, load_policy

    if session.settings.target is None:
        return Policy()
    try:
        return load_policy(session.repository, session.settings.target)
    except YoiError as error:
        # A human must be able to write things down while mending the file; nobody else gains by breaking it.
        if error.code != "policy-file" or session.role != HUMAN or verb in _LIFECYCLE:
            raise
        session.notice(f"notice: the policy cannot be read, so it restricts no human: {error.message}")
        return Policy()


def _where(session: Session) -> str:
    from git_yoi.config.policy import POLICY_FILE

    return f"{POLICY_FILE} on {session.settings.target or 'the target branch'}"
