from __future__ import annotations

import os
import pty
import sys
from pathlib import Path

import pytest

from git_yoi.actions.help import manual_source
from git_yoi.render.manual import render_manual
from tests.conftest import Repo, run


def test_help_is_the_whole_manual_outside_of_any_repository(tmp_path: Path) -> None:
    assert Repo(tmp_path).yoi("help").out == render_manual(manual_source())


def test_help_on_a_verb_is_that_part(tmp_path: Path) -> None:
    out = Repo(tmp_path).yoi("help", "queue").out
    assert out.startswith("  queue\n    git yoi queue ID\n")
    assert "human gate" in out
    assert "release" not in out


def test_help_knows_the_other_names_of_a_verb(tmp_path: Path) -> None:
    there = Repo(tmp_path)
    assert there.yoi("help", "claim").out == there.yoi("help", "start").out


def test_help_on_no_verb_is_a_usage_error(tmp_path: Path) -> None:
    done = Repo(tmp_path).yoi("help", "nonsense", code=2)
    assert done.out == ""
    assert done.err.startswith("error: there is no verb nonsense\n")


@pytest.mark.parametrize("words", [("new", "--help"), ("--help",), ("-h",)])
def test_short_help_names_the_program_as_people_call_it(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert Repo(tmp_path).yoi(*words).out.startswith("Usage: git yoi ")


def test_on_a_terminal_the_manual_goes_through_the_pager(tmp_path: Path) -> None:
    master, slave = pty.openpty()
    marker = tmp_path / "paged"
    pid = os.fork()
    if pid == 0:
        os.dup2(slave, 0)
        os.dup2(slave, 1)
        environment = {**os.environ, "PAGER": f"tee {marker}", "TERM": "xterm"}
        os.execve(sys.executable, [sys.executable, "-m", "git_yoi", "help", "queue"], environment)
    os.close(slave)
    seen = _drain(master)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert "human gate" in seen
    assert "human gate" in marker.read_text()


def test_a_pipe_that_closes_early_is_no_failure(tmp_path: Path) -> None:
    done = run("sh", "-c", f"'{sys.executable}' -m git_yoi help | head -n 1", cwd=tmp_path)
    assert (done.out, done.err) == ("NAME\n", "")


def _drain(master: int) -> str:
    seen = b""
    while True:
        try:
            part = os.read(master, 4096)
        except OSError:  # Linux's word for "the other side is closed"
            part = b""
        if not part:
            os.close(master)
            return seen.decode()
        seen += part
