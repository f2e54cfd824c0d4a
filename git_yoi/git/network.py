"""Fetching, pushing and asking a remote, by the `git` program: it has the user's ssh, credentials and proxies."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from enum import Enum
from typing import NamedTuple

from git_yoi.errors import YoiError
from git_yoi.git.process import Completed, Git
from git_yoi.git.refs import RefChange, RefMovedError, branch_ref, move_refs, read_ref, read_refs, remote_branch
from git_yoi.git.repository import Repository
from git_yoi.git.worktrees import main_root

# An exchange of tickets must not set off repacking, submodule fetches, or what the user set for pushes of code.
_QUIET = (
    *("-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c", "fetch.recurseSubmodules=false"),
    *("-c", "fetch.writeCommitGraph=false", "-c", "push.gpgSign=false", "-c", "push.pushOption="),
)
# For `--config-env`, which unlike `-c` takes a name with an equals sign in it.
FALSE = "GIT_YOI_FALSE"
# Two fetches at once in one clone meet at the lock of the same copy: the other one needs some milliseconds.
_LOCK_PATIENCE_SECONDS = 10.0
_LOCKED = ("cannot lock ref", "unable to update local ref", "File exists", "Unable to create")


class PushResult(Enum):
    """What became of a push: the refs moved, a lease did not hold, the remote refuses, or git could not tell."""

    MOVED = "moved"
    RACED = "raced"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class RemoteUpdate(NamedTuple):
    """A ref on the remote: its old object id as we saw it (None: it did not exist), and the new one."""

    ref: str
    old: str | None
    new: str


class Pushed(NamedTuple):
    """The result of a push, and what git or the remote said of it; `sent`: something may have reached the remote.

    `refused` names the refs that the remote itself refused, not those that fell with them. `answered`: it failed for
    good, nobody is at work on it any more. `partly`: one of several push URLs took it.
    """

    result: PushResult
    said: str
    sent: bool = True
    refused: frozenset[str] = frozenset()
    answered: bool = False
    partly: bool = False

    @property
    def failed(self) -> bool:
        """Whether it is known to have moved nothing, even where the remote cannot be asked."""
        return (self.result in (PushResult.RACED, PushResult.REFUSED) or not self.sent) and not self.partly

    @property
    def over(self) -> bool:
        """Whether a remote that still has what it had before will not move any more."""
        return self.result in (PushResult.RACED, PushResult.REFUSED) or self.answered or not self.sent


def _git(repository: Repository) -> Git:
    """Git where a remote's relative path means what it means to the user: at the root of the main worktree."""
    if repository.git_dir == repository.common_dir:
        root = repository.top or repository.common_dir
    else:
        root = main_root(repository)
    return Git(root if root.is_dir() else repository.common_dir, repository.environment, repository.common_dir)


def fetch(repository: Repository, remote: str, refspec: str, *, again: bool = False) -> None:
    """Bring what `refspec` (with a glob) names, and prune what the remote lacks; YoiError `remote` when unreachable.

    `again` asks for all objects anew, as a partial clone must that got some of them without their contents.
    """
    arguments = (
        *_QUIET,
        "fetch",
        "--no-tags",
        "--no-write-fetch-head",
        "--prune",
        "--no-auto-gc",
        # In a partial clone the record is needed whole (design.md, section 4).
        *(("--no-filter",) if is_partial(repository) else ()),
        *(("--refetch",) if again else ()),
    )
    _patiently(lambda: _git(repository).run(*arguments, "--", remote, refspec, ok=None), remote)


def _patiently(attempt: Callable[[], Completed], remote: str) -> None:
    """Fetch, again while another fetch of this clone holds the lock of the same copy; YoiError `remote`."""
    import random

    deadline = time.monotonic() + _LOCK_PATIENCE_SECONDS
    while True:
        done = attempt()
        if done.code == 0:
            return
        if not any(sign in done.err for sign in _LOCKED) or time.monotonic() > deadline:
            raise unreachable(remote, done)
        time.sleep(random.uniform(0.005, 0.05))  # noqa: S311  (jitter, no secret)


def fetch_branch(repository: Repository, remote: str, branch: str) -> str | None:
    """Bring a remote's branch to git's copy of it; its commit, None where the remote has none; YoiError `remote`."""
    ref = remote_branch(remote, branch)
    refspec = f"+{branch_ref(branch)}:{ref}"
    options = ("--no-tags", "--no-write-fetch-head", "--no-auto-gc")
    deadline = time.monotonic() + _LOCK_PATIENCE_SECONDS
    while True:
        done = _git(repository).run(*_QUIET, "fetch", *options, "--", remote, refspec, ok=None)
        if done.code == 0:
            return read_refs(repository, ref).get(ref)
        if "couldn't find remote ref" in done.err:
            _forget(repository, ref)
            return None
        if not any(sign in done.err for sign in _LOCKED) or time.monotonic() > deadline:
            raise unreachable(remote, done)
        time.sleep(0.02)


def _forget(repository: Repository, copy: str) -> None:
    """Drop a copy of what the remote does not have any more: whoever reads it would take it for the remote's."""
    seen = read_ref(repository, copy)
    if seen is not None:
        # Whoever was faster has fetched what is there by now.
        with suppress(RefMovedError):
            move_refs(repository, [RefChange(copy, seen, None)], message="yoi: the remote does not have it")


def fetch_branches(repository: Repository, remote: str, branches: Collection[str]) -> dict[str, str]:
    """Bring those of a remote's branches that it has to git's copies of them; their commits; YoiError `remote`."""
    wanted = {branch_ref(branch): branch for branch in branches}
    there = ls_remote(repository, remote, *wanted) if wanted else {}
    if not there:
        return {}
    copies = {remote_branch(remote, wanted[ref]): wanted[ref] for ref in there}
    refspecs = [f"+{branch_ref(branch)}:{copy}" for copy, branch in copies.items()]
    options = ("--no-tags", "--no-write-fetch-head", "--no-auto-gc")
    _patiently(lambda: _git(repository).run(*_QUIET, "fetch", *options, "--", remote, *refspecs, ok=None), remote)
    found = read_refs(repository, *copies)
    return {branch: found[copy] for copy, branch in copies.items() if copy in found}


def is_partial(repository: Repository) -> bool:
    """Whether objects may be missing here on purpose."""
    items = repository.configuration.split(b"\0")
    promised = any(item.startswith(b"remote.") and item.endswith(b".promisor\ntrue") for item in items)
    return promised or any(item.startswith(b"extensions.partialclone\n") for item in items)


def lacks_objects(repository: Repository, tip: str, without: str | None) -> bool:
    """Whether something that `tip` needs is missing here, as after a plain `git fetch` in a partial clone."""
    bounds = (tip,) if without is None else (tip, f"^{without}")
    done = repository.git.run("--no-replace-objects", "rev-list", "--objects", "--missing=print", *bounds, ok=None)
    return done.code != 0 or any(line.startswith("?") for line in done.lines)


def ls_remote(repository: Repository, remote: str, *refs: str, ask: bool = True) -> dict[str, str]:
    """What the remote has at these refs now; YoiError `remote` when unreachable.

    Without `ask` nobody is asked for a password, and a remote that wants one cannot be reached.
    """
    # A password that is asked for by a program with a window is asked for none the less: an empty answer ends that.
    extra = {} if ask else {"GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "true", "SSH_ASKPASS_REQUIRE": "never"}
    done = _git(repository).run("ls-remote", "--", remote, *refs, ok=None, extra=extra)
    if done.code != 0:
        raise unreachable(remote, done)
    pairs = (line.split("\t", 1) for line in done.lines if "\t" in line)
    return {name: oid for oid, name in pairs if name in refs}


def push(
    repository: Repository,
    remote: str,
    updates: Sequence[RemoteUpdate],
    *,
    atomic: bool = False,
    started: Callable[[int], None] | None = None,
) -> Pushed:
    """Move refs of the remote, each only from its old value; never raises for what the remote says.

    `atomic`: all of them or none. `started` gets the child's pid.
    """
    done = _git(repository).run(
        *_QUIET,
        f"--config-env=remote.{remote}.mirror={FALSE}",
        "push",
        "--porcelain",
        # The user's own pre-push checks are about code; the ticket ref's checks are ours, and on the server.
        "--no-verify",
        "--no-follow-tags",
        "--recurse-submodules=no",
        *(("--atomic",) if atomic else ()),
        *(f"--force-with-lease={u.ref}:{u.old or ''}" for u in updates),
        "--",
        remote,
        *(f"{u.new}:{u.ref}" for u in updates),
        ok=None,
        extra={FALSE: "false"},
        started=started,
    )
    return _judge(done)


def _judge(done: Completed) -> Pushed:
    if done.code == 0:
        return Pushed(PushResult.MOVED, _last_words(done))
    rows = [line.split("\t") for line in done.lines if line.count("\t") >= 2]
    refused = [row[2] for row in rows if row[0] == "!"]
    if not refused:
        sent = not _never_began(done.err)
        return Pushed(PushResult.UNKNOWN, _last_words(done), sent=sent, answered=_is_final(done.err))
    partly = any(row[0] != "!" for row in rows)
    # The lease is checked here first; two pushes that pass it meet at the server's lock, or at its old value.
    raced = ("stale info", "failed to update ref", "cannot lock ref", "fetch first", "incorrect old value")
    if any(sign in text for text in refused for sign in raced) and not any("hook declined" in t for t in refused):
        return Pushed(PushResult.RACED, "; ".join(refused), partly=partly)
    # A host's own words, and why it could not even keep the objects (no room, no right to write).
    told = ("remote:", "error: remote unpack failed:")
    words = [line.removeprefix("remote:").strip() for line in done.err.splitlines() if line.startswith(told)]
    own = frozenset(row[1].partition(":")[2] for row in rows if row[0] == "!" and "atomic" not in row[2])
    # With a reason for each ref, and the same for many; a ref that only fell with the others has none of its own.
    reasons = [row[2] for row in rows if row[0] == "!" and "atomic" not in row[2]] or refused
    plain = dict.fromkeys(reason.removeprefix("[remote rejected] ").strip("()") for reason in reasons)
    said = dict.fromkeys(word for word in words if word)
    return Pushed(PushResult.REFUSED, "; ".join([*list(said)[:5], *list(plain)[:2]]), refused=own, partly=partly)


def _never_began(said: str) -> bool:
    """Whether git failed before it had the remote's ear: nothing can have arrived then."""
    signs = (
        *("unable to access", "Could not read from remote repository", "does not appear to be a git repository"),
        *("Authentication failed", "could not read Username", "receiving end does not support"),
        # What a server says instead of its refs, as `git daemon` does that only serves fetches.
        "fatal: remote error:",
    )
    return any(sign in said for sign in signs)


def _is_final(said: str) -> bool:
    """Whether a web server has turned the push down; behind a gateway that gave up (502, 504) it may go on."""
    return re.search(r"RPC failed; HTTP (4\d\d|500|501|505|507)\b", said) is not None


def _last_words(done: Completed) -> str:
    said = [line.strip() for line in done.err.splitlines() if line.strip()]
    fatal = [line for line in said if line.startswith(("fatal:", "error:", "ssh:"))]
    return (fatal or said or [f"git exited with status {done.code}"])[0]


def unreachable(remote: str, done: Completed) -> YoiError:
    """What a person is told when the remote does not answer, or this clone cannot take what it answers."""
    broken = re.search(r"^fatal: bad object (refs/\S+)$", done.err, re.MULTILINE)
    if broken is not None:
        return YoiError(
            "io",
            f"nothing can be fetched from {remote}: {broken[1]} here names an object that is missing",
            cause=broken[0],
            hint="nothing was changed; git yoi doctor tells more, and another clone may have the object",
        )
    return YoiError(
        "remote",
        f"the remote {remote} cannot be reached",
        cause=_last_words(done),
        hint="nothing was changed; check the network and `git remote -v`, then run the same command again",
    )
