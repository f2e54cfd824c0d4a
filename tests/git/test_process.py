"""Failures of git that name the command, and say what was said."""

from __future__ import annotations

import os

from git_yoi.git.process import Completed, Git, GitError
from tests.conftest import Repo


def test_a_failure_names_the_command_and_not_an_option_s_value() -> None:
    failed = GitError(("-c", "i18n.commitEncoding=UTF-8", "--no-replace-objects", "commit-tree"), Completed(1, b"", ""))
    assert failed.message == "git commit-tree failed"


def test_a_failure_has_what_a_hook_said_above_git_s_own_last_word() -> None:
    said = "policy: main is frozen\nfatal: ref updates aborted by hook\n"
    failed = GitError(("update-ref",), Completed(1, b"", said))
    assert (failed.code, failed.cause) == ("protected", "policy: main is frozen / fatal: ref updates aborted by hook")
    assert len(GitError(("x",), Completed(1, b"", "y" * 10_000)).cause or "") <= 400


def test_grafts_are_not_seen_and_git_has_nothing_to_say_of_them(plain: Repo) -> None:
    tip = plain.commit("one", "1\n")
    grafts = plain.path / ".git" / "info" / "grafts"
    grafts.parent.mkdir(exist_ok=True)
    grafts.write_text(f"{tip}\n")
    assert plain.git("rev-list", "--count", tip) == "1"
    seen = Git(plain.path, os.environ).run("rev-list", "--count", tip)
    assert (seen.text, seen.err) == ("2", "")
