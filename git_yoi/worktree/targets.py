"""The branches that work is merged to: never a ticket's own branch, never removed."""

from __future__ import annotations

from git_yoi.config.policy import load_policy
from git_yoi.config.settings import read_settings
from git_yoi.errors import YoiError
from git_yoi.git.branches import default_branch
from git_yoi.git.repository import Repository


def target_of(repository: Repository, configured: str | None) -> str | None:
    """The branch that work is merged to: `yoi.target`, else the one that `init` would choose."""
    return configured or default_branch(repository)


def known_targets(repository: Repository) -> frozenset[str] | None:
    """The same as `target_branches`; None with a policy that cannot be read, by which anything may be one."""
    try:
        return target_branches(repository)
    except YoiError as error:
        if error.code != "policy-file":
            raise
        return None


def target_branches(repository: Repository) -> frozenset[str]:
    """Every branch that is a target, by `yoi.target` and the policy; YoiError `policy-file`."""
    target = target_of(repository, read_settings(repository).target)
    if target is None:
        return frozenset()
    policy = load_policy(repository, target)
    return frozenset({target, *policy.targets, *([policy.target] if policy.target else [])})
