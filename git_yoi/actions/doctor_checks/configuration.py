"""What git's configuration and the policy say: whether git, the names and the branches in it can be used at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from git_yoi.actions.doctor_checks.case import Ailment, Case
from git_yoi.domain.states import ROLES
from git_yoi.errors import YoiError
from git_yoi.git import refs
from git_yoi.git.branches import current_branch
from git_yoi.git.version import version

_OLDEST_GIT = (2, 38)


def git_version(case: Case) -> Iterator[Ailment]:
    """Git is new enough for what is asked of it."""
    found = version(case.repository.git)
    if found < _OLDEST_GIT:
        said, wanted = (".".join(map(str, numbers)) for numbers in (found, _OLDEST_GIT))
        yield Ailment("git-version", "git", f"git {said}", f"git {wanted} or newer", "install a newer git")


def identity(case: Case) -> Iterator[Ailment]:
    """Entries can be signed with a name."""
    if not case.begun:
        return
    try:
        # Anew, not from the session's cache: who acts, then who commits.
        fresh = replace(case.session)
        _ = fresh.actor
        if not case.repository.shallow:
            _ = fresh.bare_writer
    except YoiError as error:
        if error.code != "identity":
            raise
        observed = ": ".join(part for part in (error.message, error.cause) if part)
        fix = error.hint or "git config yoi.actor 'Name <mail>', or unset it"
        yield Ailment("identity", "user.name", observed, "a name and a mail address for every entry", fix)


def role(case: Case) -> Iterator[Ailment]:
    """`yoi.role` is a role."""
    found = case.settings.role
    if found and found not in ROLES:
        expected = f"one of {', '.join(ROLES)}"
        yield Ailment(
            "role", "yoi.role", f"yoi.role is {found}", expected, "git config yoi.role ROLE, with one of these"
        )


def ref_name(case: Case) -> Iterator[Ailment]:
    """`yoi.ref` is a ref's whole name, and no tickets lie under another one."""
    configured = case.settings.ref
    if configured is None:
        return
    if case.ref is None:
        expected = "a ref's whole name, as refs/heads/yoi-tickets"
        fix = "git config yoi.ref refs/heads/yoi-tickets, or unset it"
        yield Ailment("ref", "yoi.ref", f"yoi.ref is {configured[:70]!r}", expected, fix)
        return
    if case.ref != refs.TICKETS and case.tip is None and refs.TICKETS in case.refs:
        yield Ailment(
            "ref-elsewhere",
            "yoi.ref",
            f"there are tickets under {refs.TICKETS}, and none under {case.ref}",
            "tickets under the ref that yoi.ref names",
            "git yoi init begins the ref that yoi.ref names; unset yoi.ref if the others are the ones that are meant",
        )


def target(case: Case) -> Iterator[Ailment]:
    """`yoi.target` names a branch, or the one that HEAD will make; the shared remote's is enough."""
    name = case.settings.target
    if name is None or name in case.heads or current_branch(case.repository) == name:
        return
    if any(worktree.branch == name for worktree in case.worktrees):
        return
    remote = case.settings.remote
    if remote is not None and refs.read_ref(case.repository, refs.remote_branch(remote, name)) is not None:
        return
    yield Ailment(
        "target",
        "yoi.target",
        f"yoi.target is {name!r}, and there is no such branch here",
        "the branch that work is merged to",
        "make that branch, or git yoi init --target BRANCH",
    )


def policy(case: Case) -> Iterator[Ailment]:
    """The policy file of the target can be read."""
    from git_yoi.config.policy import POLICY_FILE, load_policy

    name = case.settings.target
    if name is None:
        return
    try:
        load_policy(case.repository, name)
    except YoiError as error:
        if error.code != "policy-file":
            raise
        observed = ": ".join(part for part in (error.message, error.cause) if part)
        fix = f"mend it in a commit on {name}" + (f": {error.hint}" if error.hint else "")
        yield Ailment("policy-file", f"{name}:{POLICY_FILE}", observed, "a policy that can be read", fix)


def remote_name(case: Case) -> Iterator[Ailment]:
    """`yoi.remote` names a remote."""
    name = case.settings.remote
    if name is not None and name not in case.remotes:
        there = ", ".join(case.remotes) or "none"
        yield Ailment(
            "remote-name",
            "yoi.remote",
            f"yoi.remote is {name!r}, and git has no such remote (it has: {there})",
            "the remote that the tickets are shared on",
            "git remote add brings it back; git yoi remote names another",
        )
