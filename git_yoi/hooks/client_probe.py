"""Whether each hook of a clone fires: git itself runs it, with a token that our lines say at once, and nothing more.

They say it where they could do their work: where nobody turned them off, and the program that they run is there.

Our lines stand at the top, so they end the hook before the user's own part; hooks that the configuration names beside
ours are left out. A line that was added by hand runs where it stands: what stands above it runs too.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from git_yoi.git.programs import run_program
from git_yoi.hooks.client_config import friendly_name, section
from git_yoi.hooks.client_installer import Clone, Standing
from git_yoi.hooks.client_shim import PROBE, WITH_INPUT
from git_yoi.hooks.managers import is_first
from git_yoi.hooks.shell_script import why_not_shell

# Our lines answer in milliseconds; a manager that goes through other people's commands first does not.
_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Probed:
    """A hook, the form in which it counts here, whether it fired, and what was heard.

    `remedy` is what to change so that it does, or surely does, "" where `hooks install` brings it up to date.
    """

    standing: Standing
    fires: bool
    observed: str
    remedy: str = ""


def probe(clone: Clone) -> tuple[Probed, ...]:
    """Let git run every hook that stands here, one by one."""
    return tuple(_probe(clone, one) for one in clone.standing)


def expected(hook: str, token: str) -> str:
    """The line that says that a hook was reached."""
    return f"git-yoi: {hook} {token}"


def _probe(clone: Clone, standing: Standing) -> Probed:
    told = _told_at_once(clone, standing)
    if told is not None:
        return told
    token = os.urandom(8).hex()
    with tempfile.TemporaryDirectory(prefix="git-yoi-") as folder:
        message = Path(folder, "message")
        message.write_text("A message\n", encoding="utf-8")
        words = _command(clone, standing, str(message))
        root = clone.repository.root
        # Where nothing in the worktree leads to the repository, only this variable does.
        spare = frozenset({"GIT_DIR"})
        environment = root.child_environment({PROBE: token})
        done = run_program(words, root.directory, environment, timeout=_SECONDS, spare=spare)
    lines = [line.strip() for line in done.output.splitlines() if line.strip()]
    if any(expected(standing.hook, token) in line for line in lines):
        return Probed(standing, True, expected(standing.hook, token), _doubt(clone, standing))
    ours = [line for line in lines if line.startswith("git-yoi: ")]
    observed = next(reversed(ours or lines), "nothing")
    return Probed(standing, False, observed, _remedy(clone, standing, reached=bool(ours)))


def _told_at_once(clone: Clone, standing: Standing) -> Probed | None:
    """What need not be run to know that it does not do what we would write, None for what must."""
    path = standing.path
    if standing.edited:
        remedy = f"take our lines, from their first mark to their last, out of {path}"
        return Probed(standing, False, "our lines were changed by hand, so that nobody can tell what they do", remedy)
    if standing.how == "config" and not clone.by_config:
        return Probed(standing, False, "this git takes no hooks from its configuration")
    if standing.how == "block" and (why := why_not_shell(path.read_bytes())):
        remedy = f"git yoi hooks uninstall, which takes our lines out of {path}"
        return Probed(standing, False, f"our lines do not belong there: {why}", remedy)
    runs = clone.folder.path / standing.hook if standing.how == "by-hand" else path
    if standing.how != "config" and runs.exists() and not os.access(runs, os.X_OK):
        remedy = "" if standing.how == "file" else f"make {runs} executable"
        return Probed(standing, False, "it is not executable, so git passes it over", remedy)
    return None


def _doubt(clone: Clone, standing: Standing) -> str:
    """What may keep lines that fire from hearing what git says on standard input: the probe cannot say it."""
    if standing.how != "by-hand" or standing.hook not in WITH_INPUT or clone.obstacles[standing.hook].advice.manager:
        return ""
    if is_first(standing.hook, standing.path):
        return ""
    return f"move our line to the top of {standing.path}: what stands above it may read what git says"


def _remedy(clone: Clone, standing: Standing, *, reached: bool) -> str:
    """What keeps lines that are up to date from firing, where somebody else has to change that."""
    if clone.repository.environment.get("GIT_YOI_HOOKS") == "0":
        return "unset GIT_YOI_HOOKS"
    if reached or not standing.current:
        return ""
    if standing.how == "config":
        return _switched_off(clone, standing.hook)
    if standing.how == "by-hand" or clone.in_file(standing.hook) == standing:
        return f"let nothing end the hook in {standing.path} above our lines"
    return ""


def _switched_off(clone: Clone, hook: str) -> str:
    for key in (f"{section(hook)}.enabled", f"hook.{hook}.enabled"):
        told = clone.repository.root.run("config", "--show-origin", "--type=bool", "--get", key, ok=None).text
        origin, _, value = told.strip().partition("\t")
        if value == "false":
            return f"{key} is false in {origin}: set it to true"
    return ""


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
