from __future__ import annotations

from pathlib import Path

from tests.conftest import Repo
from tests.inside import inside, new
from tests.terminal import on_terminal


def test_the_log_is_what_git_shows_of_the_ref(repo: Repo) -> None:
    new(repo, "One 設定")
    new(repo, "Two")
    assert inside(repo, "log").out == repo.git("log", "refs/yoi/tickets") + "\n"


def test_a_tickets_log_has_its_own_entries_only_newest_first(repo: Repo) -> None:
    one, _ = new(repo, "One"), new(repo, "Two")
    inside(repo, "comment", one, "-m", "Words")
    subjects = [line.split(" ", 1)[1] for line in inside(repo, "log", one[:5], "--oneline").out.splitlines()]
    assert subjects == ["comment: Words", "create: One"]
    assert len(inside(repo, "log", one, "--oneline", "-n", "1").out.splitlines()) == 1


def test_control_characters_of_a_body_are_shown_and_not_sent(repo: Repo) -> None:
    ticket = new(repo)
    inside(repo, "comment", ticket, "-m", "\x1b]0;title\x07")
    assert "\x1b" not in inside(repo, "log", ticket).out
    assert "\\x1b]0;title\\x07" in inside(repo, "log", ticket).out


def test_a_terminal_gets_it_through_the_pager(repo: Repo) -> None:
    new(repo, "One")
    assert "PAGED" in on_terminal(repo.path, "log", "--oneline", env={"PAGER": "sed s/create/PAGED/"})


def test_an_unknown_ticket_is_an_error_and_no_pager(repo: Repo) -> None:
    inside(repo, "log", "kkkkkkkk", code=3)


def test_a_ref_that_is_no_record_of_ours_is_told_and_nothing_is_written(repo: Repo, tmp_path: Path) -> None:
    repo.git("tag", "-a", "-m", "a tag", "annotated")
    for revision in ("main:README", "main^{tree}", "main", "annotated"):
        repo.git("update-ref", "refs/yoi/tickets", repo.git("rev-parse", revision))
        for verb in (("log", "--oneline"), ("export", "jsonl", tmp_path / "out"), ("export", "yoi", tmp_path / "out")):
            refused = inside(repo, *verb, code=9)
            assert "holds no record of ours" in refused.err, (revision, verb)
            assert refused.out == "", (revision, verb)
            assert not (tmp_path / "out").exists(), (revision, verb)
        assert inside(repo, "init", "--json", code=9).error == "format"
