"""Standard output and standard error that are full or closed: words without a traceback, and what was done stands."""

from __future__ import annotations

import os
import sys

import pytest

from tests.conftest import Ran, Repo, run
from tests.inside import inside
from tests.merge.scene import approved


def shell(repo: Repo, line: str, *arguments: str) -> Ran:
    """Run a line of shell, in which `yoi` is git-yoi and $1, $2, ... are the arguments."""
    script = f'yoi() {{ "{sys.executable}" -m git_yoi "$@"; }}; {line}'
    return run("sh", "-c", script, "sh", *arguments, cwd=repo.path)


@pytest.mark.parametrize("options", ["", "--json"])
def test_a_full_output_after_a_write_says_that_the_entry_stands(repo: Repo, options: str) -> None:
    done = shell(repo, f"yoi new Told -m x {options} >/dev/full")
    assert done.code == 9
    assert done.err.startswith("error: the output could not be written\ncause: No space left on device\nhint: nothing")
    assert "again" not in done.err
    assert len(done.err.splitlines()) == 3
    assert [ticket["title"] for ticket in repo.json("list")] == ["Told"]


@pytest.mark.parametrize("verb", ["list --json", "list", "log", "help", "--help", "export jsonl"])
def test_a_full_output_while_reading_is_three_lines(repo: Repo, verb: str) -> None:
    repo.new()
    done = shell(repo, f"yoi {verb} >/dev/full")
    assert (done.code, len(done.err.splitlines())) == (9, 3), done
    assert "Traceback" not in done.err


def test_a_failure_keeps_its_exit_code_wherever_its_words_cannot_go(repo: Repo) -> None:
    for to in (">/dev/full", ">&-"):
        assert shell(repo, f"yoi show zzzz 2{to}").code == 3
        assert shell(repo, f"yoi show zzzz --json {to}").code == 3
        assert shell(repo, f"yoi show zzzz --json {to} 2{to}").code == 3
    assert "there is no ticket zzzz" in shell(repo, "yoi show zzzz --json >/dev/full").err


def test_a_closed_stream_is_as_good_as_the_null_device(repo: Repo) -> None:
    done = shell(repo, "yoi new Closed -m x >&- 2>&- <&-")
    assert (done.code, done.out, done.err) == (0, "", "")
    assert [ticket["title"] for ticket in repo.json("list")] == ["Closed"]
    assert shell(repo, "yoi list >&-").code == 0
    assert shell(repo, "yoi new Empty -F - <&-").code == 0
    assert repo.json("fsck")["problems"] == []


def test_in_a_pipe_a_ticket_is_one_line_of_tabs_and_all_else_is_on_standard_error(repo: Repo) -> None:
    ticket = repo.queued()
    for verb, state in (("start", "inprogress"), ("release", "queued"), ("start", "inprogress")):
        done = repo.yoi(verb, ticket, *(("-m", "Not now.") if verb == "release" else ()))
        assert done.out == f"{ticket}\t{state}\tA ticket\n"
        assert "Next: " in done.err
    branch = repo.json("show", ticket)["holder"]["branch"]
    repo.commit("work", "x\n", cwd=repo.path.parent / "repo.worktrees" / branch)
    done = repo.yoi("complete", ticket, "--authorize", "--override", "-m", "Alone.")
    assert done.out == f"{ticket}\tclosed\tA ticket\n"
    assert "Removed its worktree and branch" in done.err
    repo.git("revert", "--no-edit", "-m", "1", "HEAD")
    done = repo.yoi("reconcile")
    assert done.out.startswith(f"{ticket}\treopened\tA ticket\tits merge ")
    assert (done.out.count("\n"), repo.yoi("reconcile").out) == (1, "")


def test_a_file_name_that_is_not_utf_8_leaves_text_and_json_that_are(repo: Repo) -> None:
    work = approved(repo, "\U0001f600 and ü")
    name = os.fsdecode(b"odd\xff")
    try:
        (work.worktree / name).write_text("loose\n")
    except OSError:
        pytest.skip("the file system takes no such name")
    repo.git("add", name, cwd=work.worktree)
    repo.git("commit", "-q", "-m", "An odd name", cwd=work.worktree)
    (work.worktree / name).write_text("changed\n")
    text = inside(repo, "dossier", work.ticket).out
    assert text.encode().count(b"`odd\\xff`") == 2
    told = inside(repo, "dossier", work.ticket, "--json")
    assert "\\ud" not in told.out.replace("\\ud83d\\ude00", "")
    assert "odd\\xff" in [file["path"] for file in told.data["files"]]
    assert told.data["title"] == "\U0001f600 and ü"
    refused = inside(repo, "complete", work.ticket, "--authorize", "--json", code=6)
    assert "odd\\xff" in refused.json["error"]["data"]["missing"][1]["text"]
    assert "\\ud" not in refused.out
