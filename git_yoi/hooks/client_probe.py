"""Whether each hook of a clone fires: git itself runs it, with a token that our lines say at once, and nothing more.

Our lines stand at the top, so they end the hook before the user's own part; hooks that the configuration names beside
ours are left out. A line that was added by hand runs where it stands: what stands above it runs too.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from git_yoi.git.process import run_program
from git_yoi.hooks.client_config import friendly_name
from git_yoi.hooks.client_installer import Clone, Standing
from git_yoi.hooks.client_shim import PROBE

# Our lines answer in milliseconds; a manager that goes through other people's commands first does not.
_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Probed:
    """A hook, the form in which it counts here, whether it fired, and what was heard."""

    standing: Standing
    fires: bool
    observed: str


def probe(clone: Clone) -> tuple[Probed, ...]:
    """Let git run every hook that stands here, one by one."""
    return tuple(_probe(clone, one) for one in clone.standing)


def expected(hook: str, token: str) -> str:
    """The line that says that a hook was reached."""
    return f"git-yoi: {hook} {token}"


def _probe(clone: Clone, standing: Standing) -> Probed:
    if standing.how == "config" and not clone.by_config:
        return Probed(standing, False, "this git takes no hooks from its configuration")
    token = os.urandom(8).hex()
    with tempfile.TemporaryDirectory(prefix="git-yoi-") as folder:
        message = Path(folder, "message")
        message.write_text("A message\n", encoding="utf-8")
        words = _command(clone, standing, str(message))
        environment = clone.repository.git.child_environment({PROBE: token})
        done = run_program(words, clone.repository.root.directory, environment, timeout=_SECONDS)
    lines = [line.strip() for line in done.output.splitlines() if line.strip()]
    if any(expected(standing.hook, token) in line for line in lines):
        return Probed(standing, True, expected(standing.hook, token))
    return Probed(standing, False, lines[-1] if lines else "nothing")


def _command(clone: Clone, standing: Standing, message: str) -> list[str]:
    hook, settings = standing.hook, []
    if standing.how == "config":
        # The folder's hook is somebody else's part.
        settings += ["-c", f"core.hooksPath={os.devnull}"]
    if clone.by_config:
        settings += [word for name in _others(clone, standing) for word in ("-c", f"hook.{name}.enabled=false")]
    return ["git", *settings, "hook", "run", "--ignore-missing", hook, "--", *_arguments(hook, message)]


def _others(clone: Clone, standing: Standing) -> list[str]:
    listed = clone.repository.root.run("hook", "list", "-z", standing.hook, ok=(0, 1)).text
    names = [line.rpartition("\t")[2] for line in listed.split("\0") if line]
    own = friendly_name(standing.hook) if standing.how == "config" else ""
    return [name for name in names if name not in (own, "hook from hookdir")]


def _arguments(hook: str, message: str) -> list[str]:
    """What git would give it."""
    given = {
        "prepare-commit-msg": [message, "message"],
        "commit-msg": [message],
        "post-commit": [],
        "post-merge": ["0"],
        "post-rewrite": ["amend"],
        "pre-push": ["git-yoi-probe", "git-yoi-probe"],
    }
    return given[hook]
