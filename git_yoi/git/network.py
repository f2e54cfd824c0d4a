"""Fetching, pushing and asking a remote, by the `git` program: it has the user's ssh, credentials and proxies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from git_yoi.errors import YoiError
from git_yoi.git.process import Completed
from git_yoi.git.repository import Repository

# A tickets-only exchange must not set off repacking, submodule fetches, or the user's mirror and prune settings.
_QUIET = ("-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c", "fetch.recurseSubmodules=false")


class PushResult(Enum):
    """What became of a push: every ref moved, a lease did not hold, the remote refuses, or nobody knows."""

    MOVED = "moved"
    RACED = "raced"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class RemoteUpdate:
    """A ref on the remote: its old object id as we saw it (None: it did not exist), and the new one."""

    ref: str
    old: str | None
    new: str


@dataclass(frozen=True, slots=True)
class Pushed:
    """The result of a push, and what git or the remote said of it."""

    result: PushResult
    said: str


def fetch(repository: Repository, remote: str, refspec: str) -> None:
    """Bring what `refspec` (with a glob) names and prune what the remote lacks; YoiError `remote` when unreachable."""
    done = repository.git.run(
        *_QUIET,
        "fetch",
        "--no-tags",
        "--no-write-fetch-head",
        "--prune",
        "--no-auto-gc",
        # In a partial clone the record is needed whole (design.md, section 4).
        *(("--no-filter",) if is_partial(repository, remote) else ()),
        remote,
        refspec,
        ok=None,
    )
    if done.code != 0:
        raise unreachable(remote, done)


def is_partial(repository: Repository, remote: str) -> bool:
    """Whether objects of this remote may be missing here on purpose."""
    done = repository.git.run("config", "--get", f"remote.{remote}.promisor", ok=(0, 1))
    return done.text == "true"


def ls_remote(repository: Repository, remote: str, *refs: str) -> dict[str, str]:
    """What the remote has at these refs now; YoiError `remote` when unreachable."""
    done = repository.git.run("ls-remote", remote, *refs, ok=None)
    if done.code != 0:
        raise unreachable(remote, done)
    pairs = (line.split("\t", 1) for line in done.lines)
    return {name: oid for oid, name in pairs if name in refs}


def push(repository: Repository, remote: str, updates: Sequence[RemoteUpdate], *, atomic: bool = False) -> Pushed:
    """Move refs of the remote, each only from its old value; never raises for what the remote says."""
    done = repository.git.run(
        *_QUIET,
        "-c",
        f"remote.{remote}.mirror=false",
        "push",
        "--porcelain",
        # The user's own pre-push checks are about code; the ticket ref's checks are ours, and on the server.
        "--no-verify",
        "--no-follow-tags",
        "--recurse-submodules=no",
        *(("--atomic",) if atomic else ()),
        *(f"--force-with-lease={u.ref}:{u.old or ''}" for u in updates),
        remote,
        *(f"{u.new}:{u.ref}" for u in updates),
        ok=None,
    )
    return _judge(done)


def _judge(done: Completed) -> Pushed:
    rows = [line.split("\t") for line in done.lines if line.count("\t") >= 2]
    said = _last_words(done)
    if done.code == 0:
        return Pushed(PushResult.MOVED, said)
    refused = [row[2] for row in rows if row[0] == "!"]
    if not refused:
        return Pushed(PushResult.UNKNOWN, said)
    # The lease is checked here first; two pushes that pass it meet at the server's lock, or at its old value.
    raced = ("stale info", "failed to update ref", "cannot lock ref", "fetch first", "incorrect old value", "atomic")
    if any(sign in text for text in refused for sign in raced) and not any("hook declined" in t for t in refused):
        return Pushed(PushResult.RACED, "; ".join(refused))
    remote_words = [
        line.removeprefix("remote: ").strip() for line in done.err.splitlines() if line.startswith("remote: ")
    ]
    return Pushed(PushResult.REFUSED, "; ".join([*refused, *(w for w in remote_words if w)]))


def _last_words(done: Completed) -> str:
    said = [line.strip() for line in done.err.splitlines() if line.strip()]
    fatal = [line for line in said if line.startswith(("fatal:", "error:"))]
    return (fatal or said or [f"git exited with status {done.code}"])[-1]


def unreachable(remote: str, done: Completed) -> YoiError:
    """What a person is told when the remote does not answer."""
    return YoiError(
        "remote",
        f"the remote {remote} cannot be reached",
        cause=_last_words(done),
        hint="nothing was changed; check the network and `git remote -v`, then run the same command again",
    )
