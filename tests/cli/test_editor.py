"""The editor, at a real terminal (a pty), with shell scripts as editors."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import Repo
from tests.inside import new, now

PATIENCE_SECONDS = 60


def _at_terminal(repo: Repo, *arguments: str, editor: str | None) -> tuple[int, str]:
    """Run a verb at a terminal, with a shell command as $GIT_EDITOR, if any; its exit code and all that it printed."""
    controller, terminal = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "git_yoi", *arguments],
        cwd=repo.path,
        env={**os.environ, "TERM": "xterm"} | ({"GIT_EDITOR": editor} if editor is not None else {}),
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
    ) as process:
        os.close(terminal)
        said = _all_of(controller)
        code = process.wait(timeout=PATIENCE_SECONDS)
    os.close(controller)
    return code, said


def _all_of(controller: int) -> str:
    said, deadline = b"", time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and select.select([controller], [], [], deadline - time.monotonic())[0]:
        try:
            piece = os.read(controller, 65536)
        except OSError:  # Linux says so when the other end is closed
            break
        if not piece:
            break
        said += piece
    return said.decode()


def _script(repo: Repo, text: str) -> str:
    """An editor whose name holds a space, as some do; it gets the file's path as its argument."""
    file = repo.path / "my editor"
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return f"'{file}'"


def _kept(repo: Repo) -> list[Path]:
    return sorted((repo.path / ".git" / "yoi" / "edit").glob("*"))


@pytest.fixture
def ticket(repo: Repo) -> str:
    """A ticket."""
    return new(repo, "Old title", "--label", "ui", "--assignee", "Ada")


def test_a_comment_comes_from_the_editor_without_its_advice(repo: Repo, ticket: str) -> None:
    editor = _script(repo, 'printf "A comment\\n\\n- with: # marks\\n" | cat - "$1" > "$1.new" && mv "$1.new" "$1"')
    assert _at_terminal(repo, "comment", ticket, editor=editor)[0] == 0
    assert "\n\nA comment\n\n- with: # marks\n\nYoi-Event" in repo.git("log", "-1", "--format=%B", "refs/yoi/tickets")
    assert _kept(repo) == []


@pytest.mark.parametrize("editor", ["true", "false", "exit 3", "no-such-editor", "kill -9 $$"])
def test_an_editor_that_writes_nothing_or_fails_changes_nothing(repo: Repo, ticket: str, editor: str) -> None:
    before = repo.refs()
    code, said = _at_terminal(repo, "comment", ticket, editor=_script(repo, editor) if " " in editor else editor)
    assert code == 2
    assert "error: " in said
    assert repo.refs() == before
    assert _kept(repo) == []


def test_what_was_written_for_a_refused_entry_is_kept(repo: Repo, ticket: str) -> None:
    editor = _script(repo, 'printf "A report" > "$1"')
    code, said = _at_terminal(repo, "report", ticket, editor=editor)
    assert code == 4
    (file,) = _kept(repo)
    assert file.read_text() == "A report"
    assert file.name in said


def test_a_document_that_is_not_touched_changes_nothing(repo: Repo, ticket: str) -> None:
    before = repo.refs()
    code, said = _at_terminal(repo, "edit", ticket, editor="true")
    assert (code, repo.refs()) == (0, before)
    assert "Nothing to do" in said
    assert _kept(repo) == []


def test_everything_in_the_document_is_changed_in_one_move_of_the_ref(repo: Repo, ticket: str) -> None:
    document = "---\ntitle: 2024\npriority: P0\nlabels: [big, 'a, b']\nassignees:\n  - Bea\n---\nNew text.\n"
    (repo.path / "document").write_text(document)
    assert _at_terminal(repo, "edit", ticket, editor=_script(repo, 'cp document "$1"'))[0] == 0
    after = now(repo, ticket)
    assert (after.title, after.priority, after.body) == ("2024", "P0", "New text.")
    assert (after.labels, after.assignees) == (("big", "a, b"), ("Bea",))
    reflog = repo.git("log", "-3", "--format=%s", "refs/yoi/tickets").splitlines()
    assert reflog == ["assign: +Bea -Ada", "label: +big +a, b -ui", "edit: 2024"]


def test_only_what_the_person_changed_is_written(repo: Repo, ticket: str) -> None:
    line = (
        f"GIT_EDITOR= {sys.executable} -m git_yoi edit {ticket} --title Meanwhile --priority P0 </dev/null >/dev/null"
    )
    editor = _script(repo, f'{line}; sed -i.bak "s/What to do/What to do now/" "$1"; rm -f "$1.bak"')
    assert _at_terminal(repo, "edit", ticket, editor=editor)[0] == 0
    after = now(repo, ticket)
    assert (after.title, after.priority, after.body) == ("Meanwhile", "P0", "What to do now.")


def test_a_description_that_was_changed_meanwhile_is_not_overwritten(repo: Repo, ticket: str) -> None:
    line = f"{sys.executable} -m git_yoi edit {ticket} -m Theirs. </dev/null >/dev/null"
    code, said = _at_terminal(
        repo, "edit", ticket, editor=_script(repo, f'{line}; sed -i.bak "s/What to do/Ours/" "$1"; rm -f "$1.bak"')
    )
    assert code == 6
    assert now(repo, ticket).body == "Theirs."
    (file,) = _kept(repo)
    assert "Ours." in file.read_text()
    assert file.name in said


def test_a_mistake_in_the_document_is_named_by_line_and_column(repo: Repo, ticket: str) -> None:
    before = repo.refs()
    code, said = _at_terminal(
        repo, "edit", ticket, editor=_script(repo, 'sed -i.bak "s/^priority/prioritt/" "$1"; rm -f "$1.bak"')
    )
    assert (code, repo.refs()) == (2, before)
    assert "cause: line 4, column 1: 'prioritt' is none of" in said
    assert len(_kept(repo)) == 1


def test_an_emptied_description_is_refused(repo: Repo, ticket: str) -> None:
    before = repo.refs()
    editor = _script(repo, 'sed -i.bak "/What to do/d" "$1"; rm -f "$1.bak"')
    assert _at_terminal(repo, "edit", ticket, editor=editor)[0] == 2
    assert repo.refs() == before


def test_without_a_terminal_no_editor_is_opened(repo: Repo, ticket: str) -> None:
    witness = repo.path / "opened"
    editor = {"GIT_EDITOR": f"touch {witness}; false"}
    for verb in ("comment", "edit", "report"):
        ran = repo.yoi(verb, ticket, "--json", code=2, env=editor)
        assert ran.error == "usage"
        assert "-m" in ran.json["error"]["hint"]
    assert not witness.exists()


def test_the_configured_editor_is_used(repo: Repo, ticket: str) -> None:
    repo.git("config", "core.editor", _script(repo, 'printf "By core.editor" > "$1"'))
    assert _at_terminal(repo, "comment", ticket, editor=None)[0] == 0
    assert "\n\nBy core.editor\n\n" in repo.git("log", "-1", "--format=%B", "refs/yoi/tickets")
