"""The policy of a target branch: who may do what, and how work is merged (design.md, section 2)."""

from __future__ import annotations

from dataclasses import dataclass, field

from git_yoi.config.settings import read_settings
from git_yoi.errors import YoiError
from git_yoi.git.ancestry import is_ancestor
from git_yoi.git.process import GitError
from git_yoi.git.refs import branch_ref, read_ref, read_refs, remote_branch
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
    """The policy in the commit of the branch `target`, as it counts here; YoiError `policy-file` with line and column.

    That is the branch's commit here where it has everything that the shared remote's copy of it has, as it was fetched
    last; else (behind, diverged, no such branch here) that copy's: what others have agreed on is not left out.
    """
    name, ref = _counting(repository, target)
    found = _entry(repository, ref)
    if found is None:
        return Policy()
    mode, kind, oid, size = found
    where = f"{name}:{POLICY_FILE}"
    if problem := _problem(mode, kind, size):
        raise YoiError("policy-file", f"{where}:1:1: {problem}", hint="commit a plain file in its place")
    from git_yoi.config.policy_cache import recall

    return recall(repository.private, oid) or _parsed(repository, oid, where)


def _counting(repository: Repository, target: str) -> tuple[str, str]:
    """The branch whose policy counts, as people name it, and its ref."""
    local, remote = branch_ref(target), read_settings(repository).remote
    if remote is None:
        return target, local
    copy = remote_branch(remote, target)
    at = read_refs(repository, local, copy)
    here, there = at.get(local), at.get(copy)
    if there is None or (here is not None and (here == there or is_ancestor(repository.git, there, here))):
        return target, local
    return f"{remote}/{target}", copy


def _problem(mode: str, kind: str, size: str) -> str | None:
    """Why what stands in the file's place is not read, or None."""
    if mode == _LINK_MODE:
        return "it is a symbolic link, not a file"
    if kind != "blob":
        return "it is a directory, not a file" if kind == "tree" else "it is a submodule, not a file"
    return f"it is longer than {MAX_BYTES // 1024} KiB" if int(size) > MAX_BYTES else None


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
