"""The guard's lines of sh, run by every POSIX shell that is here."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from git_yoi.hooks.shell_script import is_posix_shell
from git_yoi.hooks.shim import BLOCK, FILE, block, find, quoted, with_block, without
from tests.conftest import Ran, run

SHELLS = [found for name in ("dash", "bash", "ksh", "mksh", "sh") if (found := shutil.which(name))]
LINES = block("/no/such/python", "refs/yoi/tickets", BLOCK)
CODE = b"1 2 refs/heads/$(touch x)`id`\n3 4 refs/tags/\xff'\"\n"


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest) -> str:
    assert isinstance(request.param, str)
    return request.param


def played(shell: str, folder: Path, script: bytes, data: bytes, *options: str, path: str = "/usr/bin:/bin") -> Ran:
    """Run a script with the block at its top, in a folder that is no repository."""
    (folder / "hook").write_bytes(script)
    return run(shell, *options, folder / "hook", cwd=folder, data=data, env={"PATH": path})


@pytest.mark.parametrize("options", [(), ("-e", "-u")], ids=["plain", "strict"])
@pytest.mark.parametrize("data", [b"", CODE, b"1 2 refs/heads/a\n" * 5000], ids=["empty", "odd", "long"])
def test_what_stands_below_reads_what_git_said(
    tmp_path: Path, shell: str, data: bytes, options: tuple[str, ...]
) -> None:
    done = played(shell, tmp_path, with_block(b"#!/bin/sh\ncat\n", LINES), data, *options)
    assert (done.code, done.out.encode(errors="surrogateescape"), done.err) == (0, data, "")
    assert [path.name for path in tmp_path.iterdir()] == ["hook"]


def test_what_stands_below_keeps_its_exit_status(tmp_path: Path, shell: str) -> None:
    assert played(shell, tmp_path, with_block(b"#!/bin/sh\nexit 3\n", LINES), CODE).code == 3


def test_without_the_program_tickets_are_refused_and_nothing_below_runs(tmp_path: Path, shell: str) -> None:
    script = with_block(b"#!/bin/sh\necho below\n", LINES)
    done = played(shell, tmp_path, script, b"1 2 refs/heads/main\n3 4 refs/yoi/tickets\n")
    assert (done.code, done.out) == (1, "")
    assert "the program that guards the tickets of this repository is missing" in done.err


def test_a_python_without_the_program_is_as_good_as_none(tmp_path: Path, shell: str) -> None:
    python = shutil.which("python3", path="/usr/bin:/bin") or "/no/such/python"
    script = with_block(b"#!/bin/sh\n", block(python, "refs/yoi/tickets", BLOCK))
    done = played(shell, tmp_path, script, b"1 2 refs/yoi/tickets\n")
    assert done.code == 1
    assert "is missing here" in done.err
    assert "Traceback" not in done.err


def test_a_program_that_was_upgraded_by_half_refuses_tickets_in_one_line(
    tmp_path: Path, shell: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "broken" / "git_yoi"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("def (\n")
    monkeypatch.setenv("PYTHONPATH", str(package.parent))
    script = with_block(b"#!/bin/sh\necho below\n", block(sys.executable, "refs/yoi/tickets", BLOCK))
    done = played(shell, tmp_path, script, b"1 2 refs/yoi/tickets\n")
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
    assert done.err.startswith("git-yoi: it cannot be run: SyntaxError: ")


def test_a_program_on_the_path_is_taken_where_the_recorded_one_is_gone(tmp_path: Path, shell: str) -> None:
    program = tmp_path / "bin" / "git-yoi"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho "$@"\ncat\n')
    program.chmod(0o755)
    script = with_block(b"#!/bin/sh\n", LINES)
    done = played(shell, tmp_path, script, b"1 2 refs/yoi/x\n", path=f"{program.parent}:/usr/bin:/bin")
    assert (done.code, done.out) == (0, "hooks pre-receive\n1 2 refs/yoi/x\n")


def test_a_path_of_any_characters_is_one_word(tmp_path: Path, shell: str) -> None:
    python = tmp_path / "it's $(a) \"b\\ `c`\n é" / "python"
    python.parent.mkdir()
    python.write_text('#!/bin/sh\necho "found $1"\n')
    python.chmod(0o755)
    script = with_block(b"#!/bin/sh\n", block(str(python), "refs/yoi/tickets", BLOCK))
    assert played(shell, tmp_path, script, b"1 2 refs/yoi/x\n").out == "found -P\n"


@pytest.mark.parametrize(
    ("first", "it_is"),
    [
        (b"#!/bin/sh\n", True),
        (b"#! /usr/bin/env bash\n", True),
        (b"#!/bin/bash -eu\n", True),
        (b"#!/usr/local/bin/dash\n", True),
        (b"#!/bin/sh\r\n", False),
        (b"#!/bin/sh", False),
        (b"#!/usr/bin/python3\n", False),
        (b"#!/usr/bin/env perl\n", False),
        (b"#!/bin/zsh\n", False),
        (b"#!/bin/fish\n", False),
        (b"echo none\n", False),
        (b"", False),
        (b"#!/bin/sh\n\0", False),
    ],
)
def test_which_hooks_are_scripts_of_a_posix_shell(first: bytes, it_is: bool) -> None:
    assert is_posix_shell(first) is it_is


@pytest.mark.parametrize("rest", [b"", b"cat\n", b"no line feed", b"\xff\xfe\r\n# <<< git-yoi\n"])
def test_a_block_is_found_and_taken_out_as_it_went_in(rest: bytes) -> None:
    data = b"#!/bin/bash -e\n" + rest
    both = with_block(data, LINES)
    found = find(both)
    assert found is not None
    assert found.made == BLOCK
    assert without(both, found) == data


def test_a_newer_block_takes_the_place_of_the_old_one() -> None:
    newer = block("/another", "refs/yoi/tickets", FILE)
    assert with_block(with_block(b"#!/bin/sh\ncat\n", LINES), newer) == with_block(b"#!/bin/sh\ncat\n", newer)


def test_a_word_is_quoted_for_sh() -> None:
    assert quoted("a'b") == "'a'\\''b'"
