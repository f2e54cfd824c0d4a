"""`post-commit`: a merge that stopped, a squash, a pick and a revert on a target are followed; no other commit is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Repo, make_repo, run
from tests.hooks.clients import editor, git, ours, put_hooks, state, without_program, worked
from tests.inside import commit_on, inside
from tests.sync.hubs import FORMATS


@pytest.fixture
def clone(repo: Repo) -> Repo:
    put_hooks(repo)
    return repo


def stopped(repo: Repo) -> str:
    """A merge of a ticket's branch that has stopped on a conflict, which is resolved but not committed; the ticket."""
    ticket, branch = worked(repo)
    commit_on(repo, "main", "work", "other\n")
    repo.git("reset", "-q", "--hard")
    assert run("git", "merge", "-q", "--no-edit", branch, cwd=repo.path).code == 1
    (repo.path / "work").write_text("both\n")
    repo.git("add", "work")
    return ticket


def followed(repo: Repo, ticket: str, *words: str, env: dict[str, str] | None = None) -> None:
    [said] = git(repo, *words, env=env)
    assert said.startswith(f"{ticket[:8]} closed: "), said
    assert state(repo, ticket) == "closed"
    # Once, and not again with the next commit.
    assert git(repo, "commit", "-q", "--allow-empty", "-m", "Next", env=without_program(repo)) == []


@pytest.mark.parametrize(
    "words", [["commit", "-q", "--no-edit"], ["merge", "--continue"], ["commit", "-q", "-n", "-m", "By hand"]], ids=str
)
def test_a_merge_that_had_stopped_closes_the_ticket(clone: Repo, words: list[str]) -> None:
    followed(clone, stopped(clone), *words, env={"GIT_EDITOR": "true"})


@pytest.mark.parametrize("words", [["--no-edit"], ["-m", "Another title"], ["-n", "-F", "-"]], ids=str)
def test_a_squash_closes_the_ticket(clone: Repo, words: list[str]) -> None:
    ticket, branch = worked(clone)
    assert git(clone, "merge", "-q", "--squash", branch) == []
    if "-F" in words:
        (clone.path / "text").write_text("From a file\n")
        words = [*words[:-1], "text"]
    followed(clone, ticket, "commit", "-q", *words)


@pytest.mark.parametrize("words", [[], ["-x"], ["-e"]], ids=str)
@pytest.mark.parametrize("options", FORMATS.values(), ids=FORMATS)
def test_a_pick_closes_the_ticket(tmp_path: Path, options: tuple[str, ...], words: list[str]) -> None:
    repo = make_repo(tmp_path / "repo", *options)
    inside(repo, "init")
    put_hooks(repo)
    ticket, branch = worked(repo)
    commit_on(repo, "main", "meanwhile")
    repo.git("reset", "-q", "--hard")
    followed(repo, ticket, "cherry-pick", *words, branch, env={"GIT_EDITOR": "true"})


def test_of_a_row_of_picks_only_the_last_starts_the_program(clone: Repo) -> None:
    ticket, branch = worked(clone)
    commit_on(clone, branch, "more")
    commit_on(clone, "main", "meanwhile")
    clone.git("reset", "-q", "--hard")
    done = run("git", "cherry-pick", f"{branch}~2..{branch}", cwd=clone.path)
    assert done.code == 0
    assert len(ours(done)) == 1
    assert state(clone, ticket) == "closed"
    clone.git("reset", "-q", "--hard", "HEAD~2")
    inside(clone, "reconcile")
    done = run("git", "cherry-pick", f"{branch}~2..{branch}", cwd=clone.path, env=without_program(clone))
    assert len(ours(done)) == 1


def test_work_that_only_its_trailer_tells_of_closes_the_ticket(clone: Repo) -> None:
    ticket, branch = worked(clone)
    clone.git("cherry-pick", "--no-commit", branch)
    followed(clone, ticket, "commit", "-q", "-m", "By hand", "-m", f"Ticket: {ticket}")


def test_a_revert_reopens_the_ticket(clone: Repo) -> None:
    ticket, branch = worked(clone)
    git(clone, "merge", "-q", "--no-ff", "--no-edit", branch)
    [said] = git(clone, "revert", "--no-edit", "-m", "1", "HEAD")
    assert said.startswith(f"{ticket[:8]} reopened: ")
    assert state(clone, ticket) == "planning"


def test_in_a_linked_worktree(clone: Repo, tmp_path: Path) -> None:
    ticket, branch = worked(clone)
    clone.git("checkout", "-q", "--detach")
    there = tmp_path / "there"
    clone.git("worktree", "add", "-q", there, "main")
    git(clone, "merge", "-q", "--squash", branch, cwd=there)
    [said] = git(clone, "commit", "-q", "--no-edit", cwd=there)
    assert ticket[:8] in said


def test_any_other_commit_starts_nothing(clone: Repo, tmp_path: Path) -> None:
    branch = worked(clone)[1]
    trace = tmp_path / "trace"
    env = without_program(clone)
    clone.git("commit", "-q", "--allow-empty", "-m", "First")
    for words in (["-m", "Ordinary"], ["-m", "A ticket: of no concern"], ["-e", "-m", "E"]):
        trace.unlink(missing_ok=True)
        traced = {**env, "GIT_TRACE": str(trace), **editor(tmp_path, ":")}
        assert git(clone, "commit", "-q", "--allow-empty", *words, env=traced) == []
        assert "config --get-regexp" not in trace.read_text()
    # In a merge that git makes by itself, `post-merge` has done it.
    commit_on(clone, branch, "more")
    assert len(git(clone, "merge", "-q", "--no-edit", branch, env=env)) == 1
    assert git(clone, "commit", "-q", "--allow-empty", "-m", "Ordinary", env=env) == []


def test_what_does_not_concern_a_target_starts_nothing_but_git(clone: Repo) -> None:
    _, branch = worked(clone)
    _, other = worked(clone, file="other")
    env = without_program(clone)
    for words in (["-b", "side", "main"], ["--detach", "main"], [branch]):
        clone.git("checkout", "-q", *words)
        assert git(clone, "cherry-pick", "-x", other, env=env) == []
        assert git(clone, "commit", "-q", "--allow-empty", "-m", "Ticket: x", env=env) == []
        git(clone, "merge", "-q", "--no-ff", "--no-commit", "-s", "ours", "main", env=env)
        assert git(clone, "commit", "-q", "--allow-empty", "-m", "Ours", env=env) == []
    clone.git("checkout", "-q", "main")
    assert git(clone, "commit", "-q", "--allow-empty", "-m", "x", env=env) == []


def test_in_a_rebase_nothing_is_started_until_its_end(clone: Repo) -> None:
    ticket = worked(clone)[0]
    clone.git("checkout", "-q", "-b", "before")
    clone.commit("meanwhile", "x\n")
    clone.git("checkout", "-q", "main")
    for name in ("one", "two"):
        clone.commit(name, "x\n", message=f"Make {name}\n\nTicket: {ticket}")
    assert len(git(clone, "rebase", "-q", "before", env=without_program(clone))) == 1
    assert git(clone, "commit", "-q", "--allow-empty", "-m", "Next", env=without_program(clone)) == []
