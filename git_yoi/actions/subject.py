"""The ticket that is to be merged and the rules for it: what the dossier and `complete` both begin with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from git_yoi.errors import YoiError

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.git.repository import Repository
    from git_yoi.merge.gather import Subject


def subject_of(
    session: Session, ticket_id: str, *, target: str | None = None, overridden: bool = False, asked: bool = False
) -> Subject:
    """The ticket at the record's tip, under the policy of now; YoiError `policy-file`, `read-only`, `not-found`.

    `asked`: the shared remote's target was just fetched.
    """
    from git_yoi.config.policy import load_policy
    from git_yoi.merge.gather import Subject

    snapshot = session.snapshot()
    ticket = session.ticket(snapshot, ticket_id)
    default = session.settings.target
    if default is None:
        raise YoiError(
            "not-initialised", "no target branch is set here", hint="git yoi init --target BRANCH names the default one"
        )
    return Subject(
        repository=session.repository,
        settings=session.settings,
        policy=load_policy(session.repository, default),
        snapshot=snapshot,
        lookup=session.lookup(snapshot),
        ticket=ticket,
        target=_branch_itself(session.repository, target or ticket.target or default),
        overridden=overridden,
        asked=asked,
        remote_tip=_remote_tip(session, target or ticket.target or default),
    )


def _remote_tip(session: Session, target: str) -> str | None:
    """The shared remote's commit of the target, as it was fetched last; None where there is none."""
    from git_yoi.git.refs import read_ref, remote_branch

    remote = session.settings.remote
    return read_ref(session.repository, remote_branch(remote, target)) if remote is not None else None


def _branch_itself(repository: Repository, target: str) -> str:
    """The target; YoiError `usage` where it is another branch's second name, for no worktree has that checked out."""
    from git_yoi.git.branches import named_by

    other = named_by(repository, target)
    if other is None:
        return target
    raise YoiError(
        "usage",
        f"the target {target} is another name of {other}",
        cause="a symbolic ref is no branch that a worktree could follow",
        hint=f"name the branch itself: git config yoi.target {other}, or --target {other}",
    )


def ground_of(subject: Subject) -> tuple[object, ...]:
    """What a judgement stands on besides refs and files: equal at two moments, it still holds at the second."""
    from git_yoi.store.lookup import blockers_of

    ticket = replace(subject.ticket, updated_at=0)
    others = blockers_of(subject.lookup, ticket.id), subject.lookup.branches()
    return ticket, subject.policy, *others, subject.remote_tip


def needs_authority(session: Session, subject: Subject, *, authorized: bool) -> bool:
    """Whether a human's word is missing: without delegation it takes a human, who says so."""
    return subject.policy.authority != "delegated" and not (session.role == "human" and authorized)
