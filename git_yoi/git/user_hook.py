"""Running a hook of the user's as git itself would, where a command of ours stands for one that git runs it at."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from git_yoi.errors import YoiError
from git_yoi.git.process import NO_GRAFTS
from git_yoi.git.programs import run_shown
from git_yoi.git.repository import Repository
from git_yoi.git.version import version

# `git hook run` has a way to hand standard input on, and runs what the configuration names too (2.54).
_WITH_INPUT = (2, 40)
# As git runs it: a file without its first line is the shell's.
_AS_GIT_DOES = 'exec "$0" "$@"'
_KEPT_LINES = 100


@dataclass(frozen=True, slots=True)
class HookEnded:
    """How a hook ended: its exit code, and the last lines that it said."""

    code: int
    said: tuple[str, ...]


def hook_file(repository: Repository, hook: str) -> Path | None:
    """The file that git would run, None where there is none that it can."""
    named = repository.root.text("rev-parse", "--path-format=absolute", "--git-path", f"hooks/{hook}")
    path = Path(named)
    return path if path.is_file() and os.access(path, os.X_OK) else None


def run_hook(
    repository: Repository, hook: str, arguments: Sequence[str], given: bytes, say: Callable[[str], None]
) -> HookEnded:
    """Run the hook, or all of them, at the root of the worktree; our own part is silent. `say` gets each line."""
    here = repository.root
    if version(here) >= _WITH_INPUT:
        with tempfile.NamedTemporaryFile(prefix="git-yoi-") as file:
            file.write(given)
            file.flush()
            words = ["git", "hook", "run", "--ignore-missing", f"--to-stdin={file.name}", hook, "--", *arguments]
            return _run(repository, hook, words, b"", say)
    path = hook_file(repository, hook)
    if path is None:
        return HookEnded(0, ())
    words = ["/bin/sh", "-c", _AS_GIT_DOES, str(path), *arguments]
    return _run(repository, hook, words, given, say)


def _run(
    repository: Repository, hook: str, words: Sequence[str], given: bytes, say: Callable[[str], None]
) -> HookEnded:
    here = repository.root
    environment = here.child_environment({"GIT_YOI_HOOKS": "0"})
    # What we do not look at is no rule for others.
    environment = {name: value for name, value in environment.items() if name not in NO_GRAFTS}
    # Our words in English are for us to read; the user's hook speaks the user's language.
    for name in ("LC_ALL", "LANGUAGE"):
        environment.pop(name, None)
        if name in repository.environment:
            environment[name] = repository.environment[name]
    try:
        code, said = run_shown(words, here.directory, environment, given, say, keep=_KEPT_LINES)
    except OSError as error:
        raise YoiError("io", f"the {hook} hook could not be run", cause=str(error)) from error
    return HookEnded(code, said)
