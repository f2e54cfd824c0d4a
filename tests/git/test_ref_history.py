"""What a branch's reflog tells of the commits that were made on it."""

from __future__ import annotations

import os

import pytest

from git_yoi.git.ref_history import arrived, made_on, watched
from git_yoi.git.repository import discover
from tests.conftest import Repo


def made(repo: Repo) -> frozenset[str]:
    return made_on(discover(repo.path, os.environ.copy(), explicit=True), "work")


@pytest.fixture
def work(repo: Repo) -> Repo:
    """A repository with the branch `work` checked out, one commit of its own on it."""
    repo.commit("base", "x\n")
    repo.git("checkout", "-q", "-b", "work")
    repo.commit("one", "1\n")
    return repo


def test_what_a_reset_took_off_was_not_made_there_and_what_another_brought_back_was(work: Repo) -> None:
    one, two = work.git("rev-parse", "HEAD"), work.commit("two", "2\n")
    assert made(work) == {one, two}
    work.git("reset", "-q", "--hard", "HEAD~1")
    work.git("reset", "-q", "--hard", "HEAD")
    assert made(work) == {one}
    work.git("reset", "-q", "--hard", two)
    assert made(work) == {one, two}
    work.git("reset", "-q", "--hard", one)
    work.git("merge", "-q", "--ff-only", two)
    work.git("reset", "-q", "--hard", "HEAD")
    assert made(work) == {one}


def test_a_branch_set_to_where_its_commits_are_keeps_them(work: Repo) -> None:
    one = work.git("rev-parse", "HEAD")
    work.git("checkout", "-q", "main")
    other = work.commit("other", "o\n")
    work.git("merge", "-q", "--no-ff", "--no-edit", "work")
    work.git("branch", "-f", "work", "main")
    assert made(work) == {one}
    work.git("branch", "-f", "work", other)
    assert made(work) == set()


@pytest.mark.parametrize("how", ["rebase", "pull"])
def test_a_rebase_makes_what_it_puts_upon_the_other(work: Repo, how: str) -> None:
    one = work.git("rev-parse", "HEAD")
    work.git("checkout", "-q", "main")
    work.commit("other", "o\n")
    work.git("checkout", "-q", "work")
    work.git(*(["rebase", "-q", "main"] if how == "rebase" else ["pull", "-q", "--rebase", ".", "main"]))
    assert made(work) == {one, work.git("rev-parse", "HEAD")}


def test_a_rebase_that_kept_all_as_it_was_makes_nothing(work: Repo) -> None:
    work.git("checkout", "-q", "main")
    work.commit("other", "o\n")
    work.commit("another", "a\n")
    work.git("branch", "-q", "-D", "work")
    work.git("checkout", "-q", "-b", "work")
    work.git("-c", "sequence.editor=true", "rebase", "-q", "-i", "HEAD~2")
    assert made(work) == set()


def test_a_branch_was_watched_from_its_beginning_while_git_alone_moved_it(work: Repo) -> None:
    repository, began = discover(work.path, os.environ.copy(), explicit=True), work.git("rev-parse", "main")
    one = work.git("rev-parse", "work")
    assert watched(repository, "work", "yoi: start it") is None
    assert watched(repository, "work", "branch: Created from HEAD") == began
    for command in ("reset -q --hard HEAD~1", "merge -q main", "commit -q --amend -m x", "rebase -q --force main"):
        work.git(*command.split())
    assert watched(repository, "work", "branch: Created from HEAD") == began
    work.git("update-ref", "refs/heads/work", one)
    assert watched(repository, "work", "branch: Created from HEAD") is None


def test_what_was_pushed_from_here_did_not_arrive(work: Repo) -> None:
    repository, hub = discover(work.path, os.environ.copy(), explicit=True), work.path.parent / "hub.git"
    work.git("init", "-q", "--bare", str(hub))
    work.git("remote", "add", "origin", str(hub))
    work.git("push", "-q", "origin", "work")
    assert not arrived(repository, "refs/remotes/origin/work")
    work.git("push", "-q", str(hub), "main:work", "--force")
    work.git("fetch", "-q")
    assert arrived(repository, "refs/remotes/origin/work")
