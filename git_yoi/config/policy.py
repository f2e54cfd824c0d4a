"""The policy of a target branch: who may do what, and how work is merged (design.md, section 2)."""

from __future__ import annotations

from dataclasses import dataclass, field

from git_yoi.git.refs import branch_ref
from git_yoi.git.repository import Repository

POLICY_FILE = ".yoi.yaml"


@dataclass(frozen=True, slots=True)
class ValidateCommand:
    """A command that a merge candidate must pass, and its time limit in seconds."""

    run: str
    timeout: float = 1800.0


@dataclass(frozen=True, slots=True)
class Policy:
    """What `.yoi.yaml` says; every default is the conservative one.

    `roles` maps a role to the verbs that it may use; a role that is not named may use all but the human's gates.
    """

    target: str | None = None
    targets: tuple[str, ...] = ()
    authority: str = "human"
    strategy: str = "merge"
    validate: tuple[ValidateCommand, ...] = ()
    approvals: int = 1
    own_approval: bool = False
    worktree_path: str = "../{repo}.worktrees/{branch}"
    sparse: tuple[str, ...] = ()
    unaccepted: str = "warn"
    roles: dict[str, frozenset[str]] = field(default_factory=dict)


def load_policy(repository: Repository, target: str) -> Policy:
    """The policy in the commit of the local branch `target`; YoiError `policy-file` with line and column."""
    done = repository.git.run("cat-file", "blob", f"{branch_ref(target)}:{POLICY_FILE}", ok=(0, 128))
    if done.code != 0:
        return Policy()
    from git_yoi.config.policy_file import parse_policy

    return parse_policy(done.out, where=f"{target}:{POLICY_FILE}")
