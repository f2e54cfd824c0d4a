"""`complete` killed at every step: what follows ends in one merge and one close, and nothing lies about."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from threading import Timer

import pytest

from git_yoi.git.repository import discover
from git_yoi.merge.journal import Journal, JournalFile
from git_yoi.merge.scratch import sweep
from git_yoi.merge.stale_locks import remove_stale_locks
from git_yoi.store.claims import my_claim, read_claim, write_claim
from tests.conftest import Repo
from tests.inside import inside
from tests.killing import Killer, make_killer
from tests.merge.scene import DELEGATED, Work, approved, quickly_approved, require_closed_once, require_tidy, started

POLICY = DELEGATED + "validate: ['test -f README']\n"


@pytest.fixture
def killer(tmp_path: Path) -> Killer:
    return make_killer(tmp_path / "bin")


def steps_of(calls: Sequence[str]) -> list[tuple[int, str]]:
    """Every step while anything is written; before that everything only reads, and some of it will do."""
    writing = next(n for n, call in enumerate(calls, 1) if "worktree add" in call)
    journal = next(n for n, call in enumerate(calls, 1) if call.startswith("update-ref")) - 2
    last = max(n for n, call in enumerate(calls, 1) if call.startswith("update-ref")) + 3
    early = [(n, "before") for n in range(2, journal, 9)]
    wanted = [(n, "before") for n in range(journal, last + 1)] + [(writing, "before"), (writing, "after")]
    moves = [
        (n, "after") for n, call in enumerate(calls, 1) if " read-tree -m" in call or call.startswith("update-ref")
    ]
    return sorted({*early, *wanted, *moves})


@pytest.mark.parametrize("part", range(4))
def test_a_completion_killed_at_any_git_call_is_finished_by_the_next_command(
    plain: Repo, killer: Killer, part: int
) -> None:
    repo = plain
    repo.commit(".yoi.yaml", POLICY)
    inside(repo, "init")
    other = inside(repo, "new", "Another", "-m", "x", "-q").out.strip()
    first = quickly_approved(repo, "whole")
    assert killer.yoi(repo, "complete", first.ticket).code == 0
    steps = steps_of(killer.seen())
    assert len(steps) > 30
    for number, (at, when) in enumerate(steps[part::4]):
        work = quickly_approved(repo, f"{when} {at}")
        killed = killer.yoi(repo, "complete", work.ticket, at=at, when=when)
        where = (at, when, killer.seen()[-1])
        if killed.code == 0:
            assert len(killer.seen()) < at, where
        else:
            assert killed.code == -signal.SIGKILL, (where, killed)
            journal = (repo.path / ".git/yoi/journal.json").exists()
            if number % 2:
                # Any writing verb, on another ticket: with a journal it finishes the completion.
                inside(repo, "comment", other, "-m", f"{number}")
                require_tidy(repo, where)
                assert work.state() == "closed" or not journal, where
            if work.state() != "closed" or journal > (number % 2):
                inside(repo, "complete", work.ticket, "--json")
        sweep(discover(repo.path, os.environ.copy()))
        require_closed_once(repo, work.ticket, where)
        assert repo.git("status", "--porcelain") == "", where
        assert (repo.path / f"work-{work.ticket}").read_text() == "work\n", where
        assert not work.worktree.exists(), where
        assert repo.git("branch", "--list", work.branch) == "", where
    repo.git("fsck", "--strict")
    assert inside(repo, "fsck", "--json").data["problems"] == []


def killed_at(work: Work, killer: Killer, call: str, when: str = "before") -> Journal:
    """Kill a completion at the first git call that begins so; its journal."""
    work.approve()
    killed = killer.yoi(work.repo, "complete", work.ticket, "--authorize", at=1, when=when, match=call)
    assert killed.code == -signal.SIGKILL
    found = JournalFile(discover(work.repo.path, os.environ.copy())).read(lambda _: None)
    assert found is not None
    return found


LOCKS = ("refs/heads/main.lock", "refs/yoi/tickets.lock", "HEAD.lock")


@pytest.mark.parametrize("verb", ["complete", "comment"])
@pytest.mark.parametrize("moved", ["nothing", "target", "both"])
def test_a_transaction_killed_between_its_renames_is_finished(
    repo: Repo, killer: Killer, moved: str, verb: str
) -> None:
    work = started(repo)
    work.commit("one", "1\n")
    journal = killed_at(work, killer, "update-ref")
    if moved != "nothing":
        repo.git("update-ref", "refs/heads/main", journal.merge, journal.target_old or "")
    if moved == "both":
        repo.git("update-ref", "refs/yoi/tickets", journal.ticket_new, journal.ticket_old)
    for lock in (*LOCKS, f"refs/heads/{work.branch}.lock"):
        (repo.path / ".git" / lock).write_text(journal.merge + "\n")
    if verb == "complete":
        assert inside(repo, "complete", work.ticket, "--json").data["merge"]["commit"] == journal.merge
    else:
        inside(repo, "comment", inside(repo, "new", "Another", "-q").out.strip(), "-m", "x")
    assert require_closed_once(repo, work.ticket) == journal.merge
    assert repo.git("status", "--porcelain") == ""
    assert repo.git("rev-parse", "main") == journal.merge
    repo.git("fsck", "--strict")


def test_a_lock_older_than_the_journal_is_somebody_elses(repo: Repo, killer: Killer) -> None:
    work = started(repo)
    work.commit("one", "1\n")
    journal = killed_at(work, killer, "update-ref")
    lock = repo.path / ".git/HEAD.lock"
    lock.write_text("")
    os.utime(lock, ns=(journal.since - 10**9, journal.since - 10**9))
    assert remove_stale_locks(discover(repo.path, os.environ.copy()), journal) == ()
    assert lock.exists()


def test_a_lock_that_goes_by_itself_is_a_living_git_s(repo: Repo, killer: Killer) -> None:
    work = started(repo)
    work.commit("one", "1\n")
    journal = killed_at(work, killer, "update-ref")
    lock = repo.path / ".git/HEAD.lock"
    lock.write_text("")
    living = Timer(0.3, lock.unlink)
    living.start()
    assert remove_stale_locks(discover(repo.path, os.environ.copy()), journal) == ()
    living.join()


def test_a_file_that_came_into_the_way_of_a_killed_completion_drops_it(repo: Repo, killer: Killer) -> None:
    work = started(repo)
    work.commit("one", "1\n")
    journal = killed_at(work, killer, "update-ref")
    (repo.path / "one").write_text("mine\n")
    assert "interrupted before anything moved" in inside(repo, "new", "Another", "-q").err
    assert repo.git("rev-parse", "main") == journal.target_old
    assert work.state() == "inprogress"
    (repo.path / "one").unlink()
    work.complete()
    require_closed_once(repo, work.ticket)


def test_finishing_leaves_the_record_of_another_claim(repo: Repo, killer: Killer) -> None:
    work = started(repo)
    work.commit("one", "1\n")
    killed_at(work, killer, "update-ref", "after")
    private = repo.path / ".git/yoi"
    mine = read_claim(private, work.ticket)
    assert mine is not None
    write_claim(private, replace(mine, nonce="f" * 32))
    inside(repo, "new", "Another", "-q")
    assert work.state() == "closed"
    assert my_claim(private, work.ticket) == "f" * 32


def test_a_worktree_half_way_to_the_merge_gets_there_and_keeps_unrelated_dirt(repo: Repo, killer: Killer) -> None:
    repo.commit("gone", "gone\n")
    repo.commit("kept", "old\n")
    repo.commit("half", "old\n")
    repo.commit("dirty", "old\n")
    work = started(repo)
    work.repo.git("rm", "-q", "gone", cwd=work.worktree)
    work.commit("kept", "new\n")
    work.commit("half", "a long new text\n")
    work.commit("folder/added", "added\n")
    (work.worktree / "link").symlink_to("kept")
    repo.git("add", "link", cwd=work.worktree)
    work.commit("script", "#!/bin/sh\n")
    journal = killed_at(work, killer, "read-tree -m")
    assert repo.git("rev-parse", "main") == journal.merge
    # What git has written by then: some files whole, one in part, one gone; the index and its lock are the old ones.
    (repo.path / "gone").unlink()
    (repo.path / "kept").write_text("new\n")
    (repo.path / "half").write_text("a lon")
    (repo.path / "folder").mkdir()
    (repo.path / "folder/added").write_text("added\n")
    (repo.path / "link").symlink_to("kept")
    (repo.path / "dirty").write_text("mine\n")
    (repo.path / "untracked").write_text("mine\n")
    assert (repo.path / ".git/index.lock").samefile(repo.path / ".git/yoi-index.mark")
    (repo.path / ".git/yoi-index.lock").write_text("")
    assert work.complete().data["merge"]["commit"] == journal.merge
    assert repo.git("status", "--porcelain") == " M dirty\n?? untracked"
    assert (repo.path / "half").read_text() == "a long new text\n"
    assert (repo.path / "dirty").read_text() == "mine\n"
    require_closed_once(repo, work.ticket)


def test_what_the_killed_run_had_removed_is_said_by_the_one_that_finishes_it(repo: Repo, killer: Killer) -> None:
    work = started(repo)
    work.commit("one", "1\n")
    killed_at(work, killer, "config --local --remove-section")
    assert not work.worktree.exists()
    assert work.complete().data["cleaned"] == {"worktree": True, "branch": True, "kept_because": []}
    require_closed_once(repo, work.ticket)


def test_a_file_that_was_changed_after_the_kill_is_left_and_said(repo: Repo, killer: Killer) -> None:
    repo.commit("both", "old\n")
    work = started(repo)
    work.commit("both", "new\n")
    killed_at(work, killer, "read-tree -m")
    (repo.path / "both").write_text("mine\n")
    ended = work.complete()
    assert "both is in the way" in ended.err
    assert (repo.path / "both").read_text() == "mine\n"
    require_closed_once(repo, work.ticket)


def test_an_index_lock_that_a_commit_holds_is_left_and_the_worktree_follows_later(repo: Repo, killer: Killer) -> None:
    work = started(repo)
    work.commit("one", "1\n")
    killed_at(work, killer, "read-tree -m")
    lock = repo.path / ".git/index.lock"
    # Its own goes with the mark; somebody else's comes instead.
    lock.unlink()
    lock.write_text("somebody's index")
    ended = inside(repo, "new", "Another", "-q")
    assert f"{work.ticket[:8]} is merged" in ended.err
    assert lock.read_text() == "somebody's index"
    assert str(lock) in work.complete(code=9).out + ended.err
    lock.unlink()
    inside(repo, "new", "A third", "-q")
    assert repo.git("status", "--porcelain") == ""
    require_closed_once(repo, work.ticket)


def test_an_ignored_file_that_came_after_the_kill_is_left_and_said(repo: Repo, killer: Killer) -> None:
    repo.commit(".gitignore", "secret\n")
    work = started(repo)
    (work.worktree / "secret").write_text("theirs\n")
    repo.git("add", "-f", "secret", cwd=work.worktree)
    work.commit("other", "x\n")
    killed_at(work, killer, "read-tree -m")
    (repo.path / "secret").write_text("mine\n")
    assert "secret is in the way" in work.complete().err
    assert (repo.path / "secret").read_text() == "mine\n"
    require_closed_once(repo, work.ticket)


def test_a_filter_that_fails_is_not_called_a_file(repo: Repo) -> None:
    work = started(repo)
    work.commit(".gitattributes", "made filter=broken\n")
    work.commit("made", "x\n")
    work.commit("README", "changed\n")
    work.approve()
    repo.git("config", "filter.broken.clean", "cat")
    repo.git("config", "filter.broken.smudge", "false")
    repo.git("config", "filter.broken.required", "true")
    said = work.complete().err
    assert "git says: fatal: made: smudge filter broken failed" in said
    assert "in the way" not in said
    # What could be written was; and the next commit takes back nothing of the merge.
    assert repo.git("status", "--porcelain") == " D made"
    assert (repo.path / "README").read_text() == "changed\n"
    repo.commit("mine", "x\n")
    assert repo.git("diff-tree", "-r", "--name-only", "HEAD^", "HEAD") == "mine"
    repo.git("config", "filter.broken.smudge", "cat")
    repo.git("restore", "made")
    assert (repo.path / "made").read_text() == "x\n"


def test_a_ticket_that_moved_before_anything_landed_drops_the_journal_and_is_completed_anew(
    repo: Repo, killer: Killer
) -> None:
    work = started(repo)
    work.commit("one", "1\n")
    journal = killed_at(work, killer, "update-ref")
    repo.git("update-ref", "refs/heads/main", repo.git("commit-tree", "-p", "main", "-m", "x", "main^{tree}"))
    ended = work.complete()
    assert "interrupted before anything moved" in ended.err
    assert require_closed_once(repo, work.ticket) != journal.merge


def test_a_journal_whose_objects_were_pruned_is_dropped_and_the_ticket_completed_anew(
    repo: Repo, killer: Killer
) -> None:
    work = started(repo)
    work.commit("one", "1\n")
    killed_at(work, killer, "update-ref")
    repo.git("prune", "--expire=now")
    assert "interrupted before anything moved" in work.complete().err
    require_closed_once(repo, work.ticket)


@pytest.mark.parametrize("moved", ["target", "both"])
def test_a_closing_is_appended_once_whatever_encoding_git_shows_messages_in(
    repo: Repo, killer: Killer, moved: str
) -> None:
    work = started(repo)
    work.commit("one", "1\n")
    journal = killed_at(work, killer, "update-ref")
    repo.git("update-ref", "refs/heads/main", journal.merge, journal.target_old or "")
    if moved == "both":
        repo.git("update-ref", "refs/yoi/tickets", journal.ticket_new, journal.ticket_old)
    repo.git("config", "i18n.logOutputEncoding", "UTF-16")
    work.complete()
    repo.git("config", "--unset", "i18n.logOutputEncoding")
    require_closed_once(repo, work.ticket)


def test_a_target_that_went_on_without_the_merge_is_left_and_said(repo: Repo, killer: Killer) -> None:
    work = started(repo)
    work.commit("one", "1\n")
    journal = killed_at(work, killer, "update-ref", "after")
    repo.git("reset", "-q", "--hard", journal.target_old or "")
    assert "went on without the merge" in inside(repo, "new", "Another", "-q").err
    assert repo.git("rev-parse", "main") == journal.target_old
    assert work.state() == "closed"
    assert repo.git("rev-parse", work.branch) == journal.head


def test_a_journal_that_nobody_can_read_is_put_aside(repo: Repo) -> None:
    (repo.path / ".git/yoi").mkdir(exist_ok=True)
    (repo.path / ".git/yoi/journal.json").write_text("{")
    said = inside(repo, "new", "A ticket", "-q").err
    assert (repo.path / ".git/yoi/journal.bad").read_text() == "{"
    assert not (repo.path / ".git/yoi/journal.json").exists()
    assert str(repo.path / ".git/yoi/journal.bad") in said


def test_a_journal_of_a_newer_version_stays_for_that(repo: Repo) -> None:
    work = approved(repo)
    journal = repo.path / ".git/yoi/journal.json"
    journal.write_text('{"format": 2}')
    assert "by a newer git-yoi" in inside(repo, "new", "A ticket", "-q").err
    assert work.complete(code=9).error == "format"
    assert journal.read_text() == '{"format": 2}'
