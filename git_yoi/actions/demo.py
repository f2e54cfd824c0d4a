"""`git yoi demo`: play the whole story in a throw-away repository, in the very commands that it shows.

Nothing of the user's configuration takes part: it could sign, hook, or name somebody who is not in the story.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from git_yoi.actions.demo_script import REPOSITORY, SCRIPT, Step
from git_yoi.errors import YoiError
from git_yoi.git.programs import run_command, run_program
from git_yoi.git.repository import discover

_SECONDS = 60.0  # a step takes about 0.3 s; one that hangs must not hang the reader
_KEEP = 1 << 20
_SETTING = re.compile(r"[A-Z_]+=")
_QUIET_GIT = {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
    "NO_COLOR": "1",
    "PYTHONUTF8": "1",
}


@dataclass(frozen=True, slots=True)
class Played:
    """A step as it went: why it is there, the command, what it printed, and its exit status."""

    about: str
    command: str
    output: str
    code: int


@dataclass
class Stage:
    """Where the story stands: the directory, and what the names in the script have come to mean."""

    root: Path
    program: Sequence[str]
    environment: Mapping[str, str]
    directory: Path = field(init=False)
    names: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin at the root."""
        self.directory = self.root

    @property
    def repository(self) -> Path:
        """The throw-away repository."""
        return self.root / REPOSITORY

    def play(self) -> Iterator[Played]:
        """Play each step as it is asked for; YoiError `internal` when one ends in another way than the story says."""
        for step in SCRIPT:
            yield self._play(step)

    def _play(self, step: Step) -> Played:
        command = re.sub(r"\{(one|two|worktree|back)\}", lambda match: self.names[match[1]], step.command)
        if command.startswith("cd "):
            self.directory = (self.directory / command.removeprefix("cd ")).resolve(strict=True)
            return Played(step.about, command, "", 0)
        code, output = self._run(command)
        if code != step.code:
            raise YoiError(
                "internal",
                f"the story went wrong: `{command}` ended with {code}, not {step.code}",
                cause=next((line for line in output.splitlines() if "error:" in line), output[-200:].strip()),
                hint=f"it stands as it was in {self.repository}",
            )
        self._learn(step, output)
        return Played(step.about, command, output, code)

    def _run(self, command: str) -> tuple[int, str]:
        """Run a command: ours by this very program, which need not be on the PATH, any other by the shell."""
        settings = _SETTING.match(command) is not None
        if not settings and not command.startswith("git yoi "):
            done = run_command(command, self.directory, self.environment, timeout=_SECONDS, keep=_KEEP)
            return done.exit_code, done.output
        words = shlex.split(command)
        own = words.index("git")
        environment = {**self.environment, **dict(word.split("=", 1) for word in words[:own])}
        arguments = [*self.program, *words[own + 2 :]]
        done = run_program(arguments, self.directory, environment, timeout=_SECONDS, keep=_KEEP)
        return done.exit_code, done.output

    def _learn(self, step: Step, output: str) -> None:
        """Take the names that the next steps use from what this one printed or made."""
        if step.command.startswith("git yoi new "):
            self.names["one" if "one" not in self.names else "two"] = output.split(maxsplit=1)[0]
        elif step.command.startswith("git yoi start ") and step.code == 0:
            listed = run_command("git worktree list --porcelain", self.directory, self.environment, timeout=_SECONDS)
            paths = [line[9:] for line in listed.output.splitlines() if line.startswith("worktree ")]
            self.names["worktree"] = os.path.relpath(paths[-1], self.repository)
            self.names["back"] = os.path.relpath(self.repository, paths[-1])


def set_stage(root: Path, program: Sequence[str], environment: Mapping[str, str], *, named: bool) -> Stage:
    """Prepare the story below `root`, a new or empty directory (`exists`).

    One that the user `named` must lie outside of every repository (`usage`); where the system's temporary directory
    lies is not theirs to answer for.
    """
    clean = {name: value for name, value in environment.items() if not name.startswith("GIT_")}
    clean.update(_QUIET_GIT)
    if root.is_symlink() or (root.exists() and (not root.is_dir() or any(root.iterdir()))):
        raise YoiError(
            "exists", f"{root} is there already, and not empty", hint="name a new directory, or none: git yoi demo"
        )
    if named:
        _require_outside(root, clean)
    root.mkdir(parents=True, exist_ok=True)
    return Stage(root.resolve(), program, clean)


def _require_outside(root: Path, environment: Mapping[str, str]) -> None:
    above = next(path for path in (root, *root.parents) if path.is_dir())
    try:
        found = discover(above, environment, explicit=True)
    except YoiError as error:
        if error.code != "no-repository":
            raise
        return
    raise YoiError(
        "usage",
        f"{root} is inside a repository",
        cause=f"that is {found.top or found.git_dir}",
        hint="name a directory outside of it, or none: git yoi demo",
    )
