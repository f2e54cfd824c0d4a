"""The policy of a target branch: who may do what, and how work is merged (design.md, section 2)."""

from __future__ import annotations

from dataclasses import dataclass, field

from git_yoi.errors import YoiError
from git_yoi.git.process import GitError
from git_yoi.git.refs import branch_ref, read_ref
from git_yoi.git.repository import Repository

POLICY_FILE = ".yoi.yaml"
MAX_BYTES = 64 * 1024
_LINK_MODE = "120000"
# What stands in the commit, whatever a replacement ref says of it.
_TRUE = "--no-replace-objects"


@dataclass(frozen=True, slots=True)
class ValidateCommand:
    """A command that a merge candidate must pass, and its time limit in seconds."""

    run: str
    timeout: float = 1800.0


@dataclass(frozen=True, slots=True)
class Policy:
    """What `.yoi.yaml` says; every default is the conservative one.

    `sparse` are the patterns of what a ticket's worktree has checked out, none for everything. `roles` maps a role to
    the verbs that it may use; a role that is not named may use all but the human's gates.
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
    found = _entry(repository, branch_ref(target))
    if found is None:
        return Policy()
    mode, kind, oid, size = found
    where = f"{target}:{POLICY_FILE}"
    if kind != "blob" or mode == _LINK_MODE or int(size) > MAX_BYTES:
        raise YoiError(
            "policy-file",
            f"{where}:1:1: it is not a file of at most {MAX_BYTES // 1024} KiB",
            hint="commit a plain file in its place",
        )
    from git_yoi.config.policy_cache import recall

    return recall(repository.private, oid) or _parsed(repository, oid, where)


def _parsed(repository: Repository, oid: str, where: str) -> Policy:
    from git_yoi.config.policy_cache import remember
    from git_yoi.config.policy_file import parse_policy

    policy = parse_policy(repository.git.run(_TRUE, "cat-file", "blob", oid).out, where=where)
    remember(repository.private, oid, policy)
    return policy


def _entry(repository: Repository, ref: str) -> list[str] | None:
    """Mode, kind, object id and size of the policy file; None without the file, or without the branch."""
    done = repository.git.run(_TRUE, "ls-tree", "--full-tree", "-l", ref, "--", POLICY_FILE, ok=None)
    if done.code != 0 and read_ref(repository, ref) is not None:
        # Not "no policy": the validation that it may ask for must not be left out because an object is missing.
        raise GitError(("ls-tree",), done)
    return done.text.split("\t")[0].split() if done.code == 0 and done.out else None
