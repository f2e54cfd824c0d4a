"""The user's own `pre-push` hooks before a completion is pushed: large files that go first, scanners that forbid it.

A completion's push itself runs no hook, for it may be made several times while others push too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from git_yoi.domain.text import first_line
from git_yoi.errors import YoiError
from git_yoi.git.refs import branch_ref
from git_yoi.git.repository import Repository
from git_yoi.git.user_hook import hook_file, run_hook

HOOK = "pre-push"
_SHOWN_LINES = 3
_SHOWN = 200


class Push(NamedTuple):
    """What is to be pushed: a commit to a branch of a remote, which has `old` there."""

    remote: str
    target: str
    commit: str
    old: str


def has_own(repository: Repository) -> bool:
    """Whether git would run a `pre-push` hook that is not ours."""
    return _is_configured(repository) or _has_file(repository)


def require_passed(repository: Repository, push: Push, *, say: Callable[[str], None]) -> None:
    """Run them as `git push` would, for each URL that it pushes to; YoiError `validation-failed`."""
    ref = branch_ref(push.target)
    line = f"{ref} {push.commit} {ref} {push.old}\n".encode()
    for url in repository.root.run("remote", "get-url", "--push", "--all", push.remote).lines:
        ended = run_hook(repository, HOOK, (push.remote, url), line, say)
        if ended.code:
            said = [first_line(line, _SHOWN) for line in ended.said if line.strip()][-_SHOWN_LINES:]
            raise YoiError(
                "validation-failed",
                f"your {HOOK} hook does not let {push.target} be pushed to {push.remote}",
                cause=f"it ended with {ended.code}" + (f": {' / '.join(said)}" if said else ""),
                hint="nothing was merged; see to what it says, then run the same command again",
                data={"hook": HOOK, "exit_code": ended.code, "output": list(ended.said[-20:])},
            )


def _is_configured(repository: Repository) -> bool:
    from git_yoi.hooks.client_config import friendly_name

    for item in repository.configuration.split(b"\0"):
        key, _, value = item.decode(errors="replace").partition("\n")
        named = key.startswith("hook.") and key.endswith(".event") and value == HOOK
        if named and key != f"hook.{friendly_name(HOOK)}.event":
            return True
    return False


def _has_file(repository: Repository) -> bool:
    from git_yoi.hooks.client_shim import find, without

    path = hook_file(repository, HOOK)
    if path is None:
        return False
    data = path.read_bytes()
    own = find(HOOK, data)
    return own is None or without(data, own) is not None
