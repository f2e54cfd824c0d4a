"""`worktree` and `worktree list`: lines for people, for programs, and without a subcommand."""

from __future__ import annotations

from tests.conftest import Repo
from tests.inside import inside
from tests.merge.scene import started
from tests.terminal import on_terminal, without_colour


def test_a_pipe_gets_the_whole_id_and_tabs(repo: Repo) -> None:
    work = started(repo)
    (line,) = inside(repo, "worktree", "list").out.splitlines()
    *fields, verdict = line.split("\t")
    assert fields == [work.ticket, "inprogress", work.branch, str(work.worktree)]
    assert verdict == "keep: the ticket is inprogress; the branch stays while its worktree does"


def test_a_terminal_gets_columns(repo: Repo) -> None:
    works = [started(repo, "A"), started(repo, "A rather longer title")]
    out = on_terminal(repo.path, "worktree", "list", columns=120)
    assert "\x1b[" in out
    lines = without_colour(out).splitlines()
    assert "\t" not in out
    assert len({line.index("keep: ") for line in lines}) == 1
    assert {line.split()[0] for line in lines} == {work.ticket[:8] for work in works}


def test_without_a_subcommand_it_lists(repo: Repo) -> None:
    assert inside(repo, "worktree").out == ""
    started(repo)
    assert inside(repo, "worktree").out == inside(repo, "worktree", "list").out
    assert inside(repo, "worktree", "--json").data == inside(repo, "worktree", "list", "--json").data
    assert "list" in inside(repo, "worktree", "--help").out
    assert inside(repo, "worktree", "nothing", "--json", code=2).error == "usage"
