"""`post-merge` and `post-rewrite`: what plain git did to a target closes tickets, and nothing else starts anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Repo, make_repo, run
from tests.hooks.clients import git, ours, put_hooks, state, without_program, worked
from tests.inside import commit_on, inside, queued
from tests.sync.hubs import FORMATS, make_hub
from tests.sync.scene import shared

QUIET = {"GIT_YOI_HOOKS": "0"}


@pytest.fixture
def clone(repo: Repo) -> Repo:
    put_hooks(repo)
    return repo


@pytest.mark.parametrize("how", [["--no-ff", "--no-edit"], ["--ff-only"]], ids=["merge", "ff"])
def test_a_plain_merge_into_the_target_closes_the_ticket(clone: Repo, how: list[str]) -> None:
    ticket, branch = worked(clone)
    [said] = git(clone, "merge", "-q", *how, branch)
    head = clone.git("rev-parse", "--short=12", "HEAD")
    assert said.startswith(f"{ticket[:8]} closed: merged into main (")
    assert said.endswith(f" {head})")
    assert state(clone, ticket) == "closed"


@pytest.mark.parametrize("options", FORMATS.values(), ids=FORMATS)
def test_in_linked_worktrees_subdirectories_and_every_format(tmp_path: Path, options: tuple[str, ...]) -> None:
    repo = make_repo(tmp_path / "it's a repo", *options)
    inside(repo, "init")
    put_hooks(repo)
    tickets = [worked(repo, file=name) for name in ("one", "two")]
    there = tmp_path / "there"
    repo.git("checkout", "-q", "--detach")
    repo.git("worktree", "add", "-q", there, "main")
    (there / "sub").mkdir()
    for (ticket, branch), where in zip(tickets, (there, there / "sub"), strict=True):
        [said] = git(repo, "merge", "-q", "--no-edit", branch, cwd=where)
        assert said.startswith(f"{ticket[:8]} closed: ")
        assert state(repo, ticket) == "closed"


def test_what_a_colleague_merged_closes_with_the_pull(tmp_path: Path) -> None:
    with make_hub(tmp_path) as hub:
        ada, bea = shared(hub)
        put_hooks(ada)
        tickets = [worked(ada, file=name) for name in ("one", "two")]
        inside(ada, "sync")
        for (ticket, branch), rebase in zip(tickets, (False, True), strict=True):
            ada.git("push", "-q", "--no-verify", "origin", branch)
            bea.git("pull", "-q", "--no-rebase")
            bea.git("fetch", "-q", "origin", branch)
            bea.git("merge", "-q", "--no-ff", "--no-edit", "FETCH_HEAD")
            bea.git("push", "-q", "origin", "main")
            if rebase:
                # Something of one's own to rebase: `post-rewrite` hears of it then.
                ada.commit("own", "own\n")
            [said] = git(ada, "pull", "-q", "--rebase" if rebase else "--no-rebase")
            assert said.startswith(f"{ticket[:8]} closed: merged into main")
            assert state(ada, ticket) == "closed"


def test_where_tickets_are_shared_a_merge_waits_for_its_push(tmp_path: Path) -> None:
    with make_hub(tmp_path) as hub:
        [ada] = shared(hub, 1)
        put_hooks(ada)
        ticket, branch = worked(ada)
        assert git(ada, "merge", "-q", "--no-edit", branch) == [
            f"{ticket[:8]} is merged here, and closes when main is pushed"
        ]
        assert state(ada, ticket) == "inprogress"


def test_an_amended_merge_and_a_rebased_target_are_followed(clone: Repo) -> None:
    ticket, branch = worked(clone)
    clone.git("checkout", "-q", "-b", "before")
    clone.commit("meanwhile", "x\n")
    clone.git("checkout", "-q", "main")
    git(clone, "merge", "-q", "--no-ff", "--no-edit", branch)
    [said] = git(clone, "commit", "-q", "--amend", "-m", "Another message")
    assert ticket[:8] in said
    assert inside(clone, "show", ticket, "--json").data["merge"]["commit"] == clone.git("rev-parse", "main")
    [said] = git(clone, "rebase", "-q", "before")
    assert ticket[:8] in said
    assert state(clone, ticket) == "closed"
    assert inside(clone, "fsck", "--json").data["problems"] == []


def test_a_rebase_that_drops_a_merge_reopens_the_ticket(clone: Repo) -> None:
    ticket, branch = worked(clone)
    git(clone, "merge", "-q", "--no-ff", "--no-edit", branch)
    clone.commit("later", "x\n")
    [said] = git(clone, "rebase", "-q", "--onto", "HEAD~2", "HEAD^")
    assert said.startswith(f"{ticket[:8]} reopened: ")
    assert state(clone, ticket) == "planning"


def test_another_target_that_the_policy_names_counts_too(clone: Repo) -> None:
    clone.commit(".yoi.yaml", "targets: [release]\n")
    clone.git("checkout", "-q", "-b", "release")
    ticket = queued(clone)
    held = inside(clone, "start", ticket, "--no-worktree", "--json").data
    commit_on(clone, held["branch"], "work")
    git(clone, "merge", "-q", "--no-edit", held["branch"])
    env = without_program(clone)
    assert len(git(clone, "merge", "-q", "--no-edit", worked(clone, file="b")[1], env=env)) == 1
    clone.git("checkout", "-q", "-b", "other")
    assert git(clone, "merge", "-q", "--no-edit", worked(clone, file="c")[1], env=env) == []


def test_what_does_not_concern_a_target_starts_nothing_but_git(clone: Repo) -> None:
    _, branch = worked(clone)
    env = without_program(clone)
    commit_on(clone, "main", "meanwhile")
    clone.git("reset", "-q", "--hard")
    for place in ("-b side", "--detach"):
        clone.git("checkout", "-q", *place.split(), branch)
        assert git(clone, "merge", "-q", "--no-edit", "main", env=env) == []
        assert git(clone, "commit", "-q", "--amend", "-m", "Again", env=env) == []
        assert git(clone, "rebase", "-q", "-f", "--root", env=env) == []
    clone.git("checkout", "-q", "main")
    assert git(clone, "merge", "-q", "--squash", branch, env=env) == []
    clone.git("reset", "-q", "--hard")
    assert git(clone, "merge", "-q", "main", env=env) == []
    clone.git("config", "--unset", "yoi.target")
    assert git(clone, "merge", "-q", "--no-edit", branch, env=env) == []


def test_a_repository_without_tickets_starts_nothing_but_git(plain: Repo) -> None:
    env = without_program(plain)
    plain.git("config", "yoi.target", "main")
    plain.git("branch", "side")
    commit_on(plain, "side", "work")
    assert git(plain, "merge", "-q", "--no-edit", "side", env=env) == []


def test_where_the_program_is_missing_one_line_says_so(clone: Repo) -> None:
    _, branch = worked(clone)
    env = without_program(clone)
    [said] = git(clone, "merge", "-q", "--no-edit", branch, env=env)
    assert "the program is missing" in said


@pytest.mark.parametrize(
    ("setting", "env", "why"),
    [
        ("0.01", {}, "it took longer than 0.01 s"),
        ("10", {"GIT_YOI_ROLE": "bogus"}, "GIT_YOI_ROLE is bogus"),
        ("10", {"GIT_YOI_ACTOR": "bogus"}, "GIT_YOI_ACTOR is not of the form"),
    ],
    ids=["too-long", "role", "actor"],
)
def test_what_goes_wrong_is_one_line_and_the_merge_stands(
    clone: Repo, setting: str, env: dict[str, str], why: str
) -> None:
    ticket, branch = worked(clone)
    clone.git("config", "yoi.hookTimeout", setting)
    [said] = git(clone, "merge", "-q", "--no-edit", branch, env=env)
    assert said.startswith(f"merges were not looked at: {why}")
    assert said.endswith("; git yoi reconcile")
    clone.git("config", "--unset", "yoi.hookTimeout")
    inside(clone, "reconcile")
    assert state(clone, ticket) == "closed"


@pytest.mark.parametrize("off", ["variable", "setting"])
def test_it_can_be_turned_off(clone: Repo, off: str) -> None:
    ticket, branch = worked(clone)
    if off == "setting":
        clone.git("config", "yoi.hookTimeout", "0")
    assert git(clone, "merge", "-q", "--no-edit", branch, env=QUIET if off == "variable" else None) == []
    assert state(clone, ticket) == "inprogress"


def test_without_a_path_or_a_home(clone: Repo) -> None:
    ticket, branch = worked(clone)
    program = run("sh", "-c", "command -v git", cwd=clone.path).out.strip()
    words = ["env", "-i", program, "-c", "user.name=A", "-c", "user.email=a@b", "merge", "-q", "--no-edit", branch]
    done = run(*words, cwd=clone.path)
    assert (done.code, len(ours(done))) == (0, 1), done
    assert state(clone, ticket) == "closed"
