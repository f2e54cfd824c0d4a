"""Branches, remotes, and the questions of ancestry about them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from git_yoi.git.refs import HEADS, branch_ref, read_ref, read_refs, remote_branch
from git_yoi.git.repository import Repository

# Ancestry as it is, whatever a replacement ref says of it.
_TRUE = "--no-replace-objects"

_OBJECT_ID = re.compile(r"[0-9a-fA-F]{40}|[0-9a-fA-F]{64}")


def current_branch(repository: Repository) -> str | None:
    """The branch that HEAD of this worktree names, born or not; None when HEAD is detached."""
    done = repository.here.run("symbolic-ref", "-q", "HEAD", ok=(0, 1))
    return done.text.removeprefix(HEADS) if done.code == 0 else None


def default_branch(repository: Repository) -> str | None:
    """The branch that work is merged to: what the remote calls its HEAD, else main or master, else HEAD's.

    The first remote's (`origin`, if there is one) need not be a branch here: `git clone -b` makes another one.
    """
    heads = read_refs(repository, HEADS)
    for number, name in enumerate(remotes(repository)):
        done = repository.git.run("symbolic-ref", "-q", f"refs/remotes/{name}/HEAD", ok=(0, 1))
        branch = done.text.removeprefix(f"refs/remotes/{name}/")
        if done.code != 0:
            continue
        if branch_ref(branch) in heads or (number == 0 and read_ref(repository, remote_branch(name, branch))):
            return branch
    main = repository.git.run("symbolic-ref", "-q", "HEAD", ok=(0, 1))
    at_main = main.text.removeprefix(HEADS) if main.code == 0 else None
    if at_main is not None and (branch_ref(at_main) not in heads or at_main in ("main", "master", "trunk")):
        return at_main
    for name in ("main", "master", "trunk"):
        if branch_ref(name) in heads:
            return name
    return at_main


def remotes(repository: Repository) -> list[str]:
    """The configured remotes, `origin` first."""
    names = repository.git.run("remote").lines
    return sorted((name for name in names if name), key=lambda name: (name != "origin", name))


def head_of(repository: Repository, branch: str) -> str | None:
    """A branch's commit, or None."""
    return read_refs(repository, branch_ref(branch)).get(branch_ref(branch))


def named_by(repository: Repository, branch: str) -> str | None:
    """The branch (or other ref) that a symbolic ref in a branch's place stands for; None for a branch of its own."""
    done = repository.git.run("symbolic-ref", "-q", branch_ref(branch), ok=(0, 1))
    return done.text.removeprefix(HEADS) if done.code == 0 else None


def resolve_commit(repository: Repository, revision: str) -> str | None:
    """The commit that a revision names, or None."""
    done = repository.here.run("rev-parse", "--verify", "-q", "--end-of-options", f"{revision}^{{commit}}", ok=None)
    return done.text if done.code == 0 else None


def is_ancestor(repository: Repository, old: str, new: str) -> bool:
    """Whether `old` is `new` or among its ancestors."""
    return repository.git.run(_TRUE, "merge-base", "--is-ancestor", old, new, ok=(0, 1)).code == 0


def newest(repository: Repository, commits: Iterable[str]) -> tuple[str, ...]:
    """Those of `commits` that are in no other one of them."""
    found = list(dict.fromkeys(commits))
    return tuple(
        one for one in found if not any(one != other and is_ancestor(repository, one, other) for other in found)
    )


def merge_base(repository: Repository, one: str, other: str) -> str | None:
    """The best common ancestor of two commits, or None for unrelated histories."""
    done = repository.git.run(_TRUE, "merge-base", one, other, ok=(0, 1))
    return done.text if done.code == 0 else None


def is_valid_branch_name(repository: Repository, name: str) -> bool:
    """Whether git would create a branch of that name."""
    done = repository.git.run("check-ref-format", "--branch", name, ok=None)
    # Where a name is wanted, git takes as many hexadecimal digits as an object id has for that.
    if _OBJECT_ID.fullmatch(name):
        return False
    # What git puts out is another name for `@{-1}`: the branch that was left last.
    return done.code == 0 and done.text == name and name not in ("HEAD", "@") and not name.startswith("-")


def tracking_ref(repository: Repository, remote: str, branch: str) -> str | None:
    """Where `git fetch` keeps a remote's branch, by the remote's refspecs; None where it is not fetched."""
    source = branch_ref(branch)
    for spec in repository.git.run("config", "--get-all", f"remote.{remote}.fetch", ok=(0, 1)).lines:
        left, _, right = spec.removeprefix("+").partition(":")
        before, glob, after = left.partition("*")
        if left == source and right:
            return right
        if glob and right and source.startswith(before) and source.endswith(after) and source != before + after:
            return right.replace("*", source[len(before) : len(source) - len(after)], 1)
    return None
