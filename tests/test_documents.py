"""The README is run on a terminal: its transcripts, in order, must come out as they stand there."""

from __future__ import annotations

import os
import re
import shlex
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import git_yoi
from git_yoi.actions.help import manual_source
from git_yoi.config.policy import Policy, ValidateCommand
from git_yoi.config.policy_file import parse_policy
from git_yoi.render.manual import render_manual
from tests.conftest import run
from tests.terminal import in_terminal

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
CI = (ROOT / ".ci" / "run").read_text()
# What no two runs have in common.
VOLATILE = (
    (re.compile(r"\b[0-9a-f]{7,64}\b"), "<object>"),
    (re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?Z?"), "<time>"),
    (re.compile(r"\b\d+(\.\d+)? ?s\b"), "<seconds>"),
)


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def transcript() -> Iterator[tuple[str, str]]:
    """Each command of the README's transcripts, with the output that stands below it."""
    for block in blocks("console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield command, output


@dataclass
class Shell:
    """Runs the README's commands; knows which real id stands for which of the README's."""

    directory: Path
    programs: Path
    home: Path
    ids: dict[str, str] = field(default_factory=dict)

    def play(self, command: str, expected: str) -> str:
        """The command's output, in the README's own ids and paths."""
        where = self.programs / "directory"
        script = f"{self._real(command)}\ncode=$?; pwd > {shlex.quote(str(where))}; exit $code"
        path = f"{self.programs}{os.pathsep}{os.environ['PATH']}"
        plain = {"TERM": "dumb", "GIT_PAGER": "cat", "PAGER": "cat", "COLUMNS": "80"}
        done = in_terminal("sh", "-c", script, cwd=self.directory, env={"PATH": path, **plain})
        assert (done.code == 0) == ("error: " not in done.out), (command, done.out)
        self.directory = Path(where.read_text().strip())
        if command.startswith("git yoi new "):
            self._learn(expected.split(maxsplit=1)[0])
        return self._shown(done.out)

    def _learn(self, shown: str) -> None:
        """Let the README's id stand for that of the newest ticket, in each length that either may have."""
        found = run(sys.executable, "-m", "git_yoi", "list", "--sort", "-created", "--json", cwd=self.directory)
        whole = re.search(rf"\b{shown}[k-z]{{8}}\b", README)
        self.ids[whole[0] if whole else shown] = found.data[0]["id"]

    def _real(self, command: str) -> str:
        for shown, real in self.ids.items():
            command = exchanged(command, shown, real)
        return command

    def _shown(self, output: str) -> str:
        for shown, real in self.ids.items():
            output = exchanged(output, real, shown)
        return output.replace(str(self.home), "/home/you")


def exchanged(text: str, old: str, new: str) -> str:
    """One id for another, where it stands whole or shortened."""
    for length in range(min(len(old), len(new)), 3, -1):
        text = re.sub(rf"\b{old[:length]}\b", new[:length], text)
    return text


def steady(text: str) -> str:
    for pattern, name in VOLATILE:
        text = pattern.sub(name, text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def policy(shown: str) -> Policy:
    return parse_policy("\n".join(line.removeprefix(" " * 8) for line in shown.splitlines()).encode(), where="shown")


def shell_for(tmp_path: Path) -> Shell:
    programs = tmp_path / "programs"
    programs.mkdir()
    program = programs / "git-yoi"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m git_yoi "$@"\n')
    program.chmod(0o755)
    home = tmp_path / "you"
    home.mkdir()
    return Shell(home, programs, home.resolve())


def test_the_transcripts_come_out_as_they_stand_in_the_readme(tmp_path: Path) -> None:
    shell = shell_for(tmp_path)
    for command, expected in transcript():
        assert f"$ {command}\n{steady(shell.play(command, expected))}" == f"$ {command}\n{steady(expected)}"
    left = run("git", "status", "--porcelain", cwd=shell.directory)
    assert (left.code, left.out) == (0, "")
    assert run("git", "worktree", "list", cwd=shell.directory).out.count("\n") == 1
    assert run("git", "branch", "--format=%(refname:short)", cwd=shell.directory).out == "main\n"
    assert (shell.directory / "greet.sh").read_text() == "echo Hello\n"


def test_a_person_alone_needs_at_most_eight_commands_from_init_to_the_merge() -> None:
    commands = [command for command, _ in transcript()]
    first, last = commands.index("git yoi init"), next(n for n, c in enumerate(commands) if "complete" in c)
    assert last - first + 1 <= 8


def test_two_commands_do_all_the_set_up() -> None:
    demo, tests = blocks("sh")
    assert demo.strip().endswith("git yoi demo")
    assert demo.strip().count("\n") == tests.strip().count("\n") == 0
    assert "[test]" in tests


def test_ci_runs_the_test_command_of_the_readme() -> None:
    (program, *options) = blocks("sh")[1].split("&&")[1].split()
    assert program.endswith("/pytest")
    assert re.search(rf"/pytest\" {re.escape(' '.join(options))}\b", CI)


def test_the_policy_in_the_manual_is_what_holds_without_one() -> None:
    page = render_manual(manual_source(), width=120)
    shown, example = re.findall(r"^ {8}((?:target|validate):.*?)\n\n", page, re.MULTILINE | re.DOTALL)
    assert policy(shown) == Policy(target="main")
    assert policy(example).validate == (ValidateCommand("make test", 600.0),)
    assert "queue" in policy(example).roles["orchestrator"]


def test_the_policy_in_the_readme_says_what_its_comments_say() -> None:
    (shown,) = blocks("yaml")
    assert policy(shown) == Policy(authority="delegated", validate=(ValidateCommand("make test", 600.0),))


def test_the_changelog_has_an_entry_for_this_version() -> None:
    assert re.search(rf"^## .*{re.escape(git_yoi.__version__)}", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md", "man/git-yoi.1"])
def test_documents_keep_to_the_line_length_of_the_house(name: str) -> None:
    width = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["line-length"]
    long = [
        line
        for line in (ROOT / name).read_text().splitlines()
        if len(line) > width and not line.startswith(("|", "\\fB"))
    ]
    assert long == []
