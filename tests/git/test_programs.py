"""Starting programs: a time limit that holds, and an output that stays small."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from git_yoi.git.child import identify, wait_until_gone
from git_yoi.git.programs import run_command, run_program


def test_the_time_limit_holds_though_a_child_in_another_session_keeps_the_output_open(tmp_path: Path) -> None:
    command = "echo said; setsid sleep 15 & sleep 15"
    done = run_command(command, tmp_path, os.environ.copy(), timeout=0.5)
    assert (done.exit_code, done.output) == (124, "said\n")
    assert done.seconds < 10


def test_the_time_limit_holds_for_a_command_that_never_stops_talking(tmp_path: Path) -> None:
    done = run_command("yes", tmp_path, os.environ.copy(), timeout=0.5, keep=100)
    assert (done.exit_code, len(done.output)) == (124, 100)


def test_the_time_limit_holds_for_a_command_that_closed_its_output(tmp_path: Path) -> None:
    done = run_command("exec >&- 2>&-; sleep 15", tmp_path, os.environ.copy(), timeout=0.5)
    assert done.exit_code == 124
    assert done.seconds < 10


def test_who_is_given_grace_may_end_by_itself(tmp_path: Path) -> None:
    script = "trap 'echo took the lock away; exit 1' TERM; echo begun; while :; do sleep 0.1; done"
    done = run_program(["sh", "-c", script], tmp_path, os.environ.copy(), timeout=0.5, grace=60)
    assert (done.exit_code, done.output.splitlines()[-1]) == (124, "took the lock away")
    assert done.seconds < 30


def test_who_does_not_use_the_grace_is_killed(tmp_path: Path) -> None:
    script = "trap '' TERM; sleep 60; sleep 60"
    done = run_program(["sh", "-c", script], tmp_path, os.environ.copy(), timeout=0.2, grace=0.2)
    assert done.exit_code == 124
    assert done.seconds < 30


def test_a_program_is_tied_to_a_repository_by_the_variables_that_are_spared_only(tmp_path: Path) -> None:
    given = {**os.environ, "GIT_DIR": "here", "GIT_INDEX_FILE": "there"}
    script = ["sh", "-c", "echo ${GIT_DIR-none} ${GIT_INDEX_FILE-none}"]
    assert run_program(script, tmp_path, given, timeout=60).output == "none none\n"
    assert run_program(script, tmp_path, given, timeout=60, spare=frozenset({"GIT_DIR"})).output == "here none\n"


@pytest.mark.parametrize(("keep", "output"), [(4, "789\n"), (100, "123456789\n")])
def test_the_last_part_of_the_output_is_kept(tmp_path: Path, keep: int, output: str) -> None:
    done = run_command("echo 123456789; exit 3", tmp_path, os.environ.copy(), timeout=60, keep=keep)
    assert (done.exit_code, done.output) == (3, output)


def test_a_command_has_ended_when_it_has_though_something_behind_it_keeps_the_output_open(tmp_path: Path) -> None:
    done = run_command("sleep 60 & echo said; exit 3", tmp_path, os.environ.copy(), timeout=30)
    assert (done.exit_code, done.output) == (3, "said\n")
    assert done.seconds < 20


@pytest.mark.parametrize("code", [0, 3])
def test_what_a_command_left_in_the_background_ends_with_it(tmp_path: Path, code: int) -> None:
    command = f"sleep 60 >/dev/null 2>&1 & echo $!; exit {code}"
    done = run_command(command, tmp_path, os.environ.copy(), timeout=30)
    assert done.exit_code == code
    assert wait_until_gone(identify(int(done.output)), seconds=10)
