"""Every ref name, once; refs are read and moved by the `git` program only (design.md, section 1)."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from git_yoi.errors import YoiError
from git_yoi.git.process import GitError
from git_yoi.git.repository import Repository

OWN = "refs/yoi/"
TICKETS = "refs/yoi/tickets"
# For hosts that take branches only (design.md, section 1).
TICKETS_BRANCH = "refs/heads/yoi-tickets"
PUBLISHED = "refs/yoi/published"
RESCUE = "refs/yoi/rescue/"
# What only the reflog of a removed branch or worktree led to.
RESCUED_REFLOG = "refs/yoi/rescue-reflog/"
HEADS = "refs/heads/"

# Another process holds a ref's lock for some milliseconds; git itself gives up after 0.1 s (core.filesRefLockTimeout).
_PATIENCE_SECONDS = 10.0


def ticket_ref(configured: str | None) -> str:
    """The ticket ref's name, where `yoi.ref` may say another; YoiError `usage` for what is no ref's whole name.

    Stricter than git, which would write a file of any name into its own directory.
    """
    if configured is None:
        return TICKETS
    import re

    part = re.compile(r"(?!.*(\.\.|\.lock$|\.$))[A-Za-z0-9_][A-Za-z0-9._-]*")
    first, *parts = configured.split("/")
    if first != "refs" or len(parts) < 2 or not all(part.fullmatch(name) for name in parts):
        raise YoiError(
            "usage",
            "yoi.ref is not the whole name of a ref",
            cause=f"it is {configured[:70]!r}",
            hint="git config yoi.ref refs/heads/yoi-tickets, or unset it",
        )
    return configured


def branch_ref(branch: str) -> str:
    """The full name of a branch."""
    return HEADS + branch


def remote_branch(remote: str, branch: str) -> str:
    """Where `git fetch` keeps a remote's branch, unless its refspec was changed."""
    return f"refs/remotes/{remote}/{branch}"


def remote_tickets(remote: str) -> str:
    """Where `git fetch` keeps a remote's ticket ref."""
    return f"refs/yoi/remotes/{remote}/tickets"


def fetch_refspec(remote: str, ref: str = TICKETS) -> str:
    """The refspec by which `git fetch` brings a remote's tickets; without the glob it fails where they are missing."""
    return f"+{ref}*:{remote_tickets(remote)}*"


class RefMovedError(Exception):
    """A ref was not where the caller saw it: the race is lost."""


class RefChange(NamedTuple):
    """One ref's old and new object id; None for a ref that does not exist before or after."""

    ref: str
    old: str | None
    new: str | None


def read_ref(repository: Repository, ref: str) -> str | None:
    """The object id that a ref holds, or None."""
    return read_refs(repository, ref).get(ref)


def read_refs(repository: Repository, *patterns: str) -> dict[str, str]:
    """Every ref below the patterns (full names or prefixes that end in a slash), by name."""
    done = repository.git.run("for-each-ref", "--format=%(objectname) %(refname)", *patterns)
    pairs = (line.split(" ", 1) for line in done.lines)
    return {name: oid for oid, name in pairs}


def verify(repository: Repository, changes: Sequence[RefChange]) -> bool:
    """Whether every ref is still at its old value."""
    now = read_refs(repository, *(change.ref for change in changes))
    return all(now.get(change.ref) == change.old for change in changes)


def move_refs(
    repository: Repository,
    changes: Sequence[RefChange],
    *,
    message: str,
    started: Callable[[int], None] | None = None,
) -> None:
    """Move refs in one transaction, in the order given, each from its old value; RefMovedError when one is elsewhere.

    A change with old equal to new only verifies. A lock that another process holds is waited for.
    """
    import random

    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        done = repository.git.run(
            "update-ref",
            "-m",
            message,
            "--stdin",
            "-z",
            data=_commands(repository, changes),
            ok=None,
            started=started,
        )
        if done.code == 0:
            return
        if not verify(repository, changes):
            raise RefMovedError(done.err.strip())
        if _is_hopeless(done.err) or not _is_locked(done.err):
            raise GitError(("update-ref",), done)
        if time.monotonic() > deadline:
            raise _still_locked(done.err)
        # Jitter, so that many writers do not meet again; a waiting writer costs others nothing.
        time.sleep(random.uniform(0.002, 0.02))  # noqa: S311  (no secret)


def _commands(repository: Repository, changes: Sequence[RefChange]) -> bytes:
    parts: list[str] = []
    for change in changes:
        old, new = change.old or repository.zero, change.new or repository.zero
        if change.old == change.new:
            parts += [f"verify {change.ref}", old]
        elif change.new is None:
            parts += [f"delete {change.ref}", old]
        else:
            parts += [f"update {change.ref}", new, old]
    return "".join(part + "\0" for part in parts).encode()


def _is_hopeless(said: str) -> bool:
    """Git says "cannot lock ref" of these too, and no waiting mends them."""
    return any(
        sign in said
        for sign in (
            "Permission denied",
            "Read-only file system",
            "No space left",
            "Disk quota",
            "Not a directory",
            "exists; cannot create",
            "unable to resolve",
        )
    )


def _is_locked(said: str) -> bool:
    return (
        "File exists" in said or "unable to lock" in said.lower() or "data is locked" in said or "cannot lock" in said
    )


def _still_locked(said: str) -> YoiError:
    return YoiError(
        "io",
        "a ref of this repository stays locked",
        cause=next((line.strip() for line in said.splitlines() if ".lock" in line), said.strip()),
        hint="if no other git command runs here, a crashed one left the .lock file that git names",
    )
