"""What git's configuration says about tickets."""

from __future__ import annotations

import os
from typing import NamedTuple

from git_yoi.git.repository import Repository

# A push or a merge of the user's own waits no longer than this for what tickets have to do with it.
HOOK_TIMEOUT = 10.0


class Settings(NamedTuple):
    """The `yoi.*` keys, None where unset, and whether git signs commits; the last value of a key counts, as in git.

    `hook_timeout` is in seconds. `require_signatures`: every entry is to be signed by its actor, with a key that
    `allowed_signers` names, a file.
    """

    ref: str | None = None
    remote: str | None = None
    target: str | None = None
    actor: str | None = None
    role: str | None = None
    sign: bool = False
    require_signatures: bool = False
    allowed_signers: str | None = None
    hook_timeout: float = HOOK_TIMEOUT


def read_settings(repository: Repository) -> Settings:
    """Read the configuration as this worktree sees it, `git -c` included."""
    values: dict[str, str] = {}
    for item in repository.configuration.split(b"\0"):
        key, _, value = item.partition(b"\n")
        values[os.fsdecode(key).lower()] = os.fsdecode(value)
    return Settings(
        ref=values.get("yoi.ref"),
        remote=values.get("yoi.remote"),
        target=values.get("yoi.target"),
        actor=values.get("yoi.actor"),
        role=values.get("yoi.role"),
        sign=is_true(values.get("commit.gpgsign", "false")),
        # A value that is neither must not let anybody in.
        require_signatures=not is_false(values.get("yoi.requiresignatures", "false")),
        allowed_signers=values.get("yoi.allowedsigners"),
        hook_timeout=_seconds(values.get("yoi.hooktimeout"), HOOK_TIMEOUT),
    )


def _seconds(value: str | None, default: float) -> float:
    """A time limit; the default for what is none."""
    try:
        found = float(value) if value is not None else default
    except ValueError:
        return default
    return found if 0 <= found < float("inf") else default


def is_true(value: str) -> bool:
    """Git's reading of a boolean: a key without a value is true."""
    return value.strip().lower() in ("true", "yes", "on", "1", "")


def is_false(value: str) -> bool:
    """Whether a boolean is one of git's words for "no"."""
    return value.strip().lower() in ("false", "no", "off", "0")


def set_local(repository: Repository, key: str, value: str) -> None:
    """Set a key in the repository's own configuration."""
    repository.git.run("config", "--local", key, value)
