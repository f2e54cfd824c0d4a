"""The other ways by which work lands: squash, rebase, fast-forward; each validated as it is, each cleaned up after."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conftest import Repo
from tests.inside import inside
from tests.merge.scene import DELEGATED, Work, approved, everything, require_tidy, started
from tests.sync.hubs import TICKETS, make_hub
from tests.sync.scene import require_agreement, shared

BEA = "Bea <bea@example.org>"


def two_commits(repo: Repo) -> Work:
    """A branch with two commits by two people, which the target has moved on from."""
    work = started(repo, "Two things")
    work.commit("one", "1\n")
    (work.worktree / "two").write_text("2\n")
    repo.git("add", "two", cwd=work.worktree)
    repo.git("commit", "-q", "--author", BEA, "-m", "Add two\n\nIt was missing.", cwd=work.worktree)
    work.approve()
    repo.commit("meanwhile", "m\n")
    return work


def landed(work: Work, *more: str) -> str:
    """Complete it; the commit that landed, after checking what holds for every strategy."""
    done = work.complete(*more).data
    repo, commit = work.repo, str(done["merge"]["commit"])
    assert (done["state"], done["cleaned"]) == ("closed", {"worktree": True, "branch": True, "kept_because": []})
    assert repo.git("rev-parse", "main") == commit
    assert repo.git("status", "--porcelain") == ""
    assert not work.worktree.exists()
    assert inside(repo, "fsck", "--json").data["problems"] == []
    rescued = repo.git("for-each-ref", "--format=%(objectname)", "refs/yoi/rescue/").splitlines()
    assert done["merge"]["head"] in rescued
    require_tidy(repo)
    return commit


def test_a_squash_is_one_commit_with_everybody_in_it(repo: Repo) -> None:
    work = two_commits(repo)
    tip = repo.git("rev-parse", "main")
    commit = landed(work, "--strategy", "squash")
    assert repo.git("log", "-1", "--format=%P|%an|%cn", commit) == f"{tip}|Bea|Ada"
    message = repo.git("log", "-1", "--format=%B", commit)
    assert message.splitlines()[0] == "Two things"
    assert "- Change one\n- Add two" in message
    trailers = repo.git("log", "-1", "--format=%(trailers:only)", commit).split("\n")
    assert trailers[:2] == [f"Ticket: {work.ticket}", "Co-authored-by: Ada <ada@example.org>"]
    assert {"one", "two", "meanwhile"} <= set(repo.git("ls-tree", "--name-only", "main").split())


def test_a_rebase_keeps_every_commit_with_its_author_upon_the_target(repo: Repo) -> None:
    work = two_commits(repo)
    tip = repo.git("rev-parse", "main")
    commit = landed(work, "--strategy", "rebase")
    assert repo.git("log", "--format=%an: %s", f"{tip}..{commit}") == "Bea: Add two\nAda: Change one"
    assert repo.git("log", "--merges", f"{tip}..{commit}") == ""
    assert repo.git("log", "-1", "--format=%(trailers:key=Ticket,valueonly)", commit).strip() == work.ticket
    assert "It was missing." in repo.git("log", "-1", "--format=%B", commit)
    assert (repo.path / "two").read_text() == "2\n"


def test_who_is_named_in_a_commit_s_trailers_is_named_in_the_squash(repo: Repo) -> None:
    work = started(repo)
    people = "Co-authored-by: Carol <carol@example.org>\nSigned-off-by: Ada <ada@example.org>"
    repo.commit("one", "1\n", cwd=work.worktree, message=f"Add one\n\n{people}")
    repo.commit("two", "2\n", cwd=work.worktree, message=f"Add two\n\n{people}")
    work.approve()
    commit = landed(work, "--strategy", "squash")
    trailers = repo.git("log", "-1", "--format=%(trailers:only)", commit)
    assert trailers.strip().split("\n") == [f"Ticket: {work.ticket}", *people.split("\n")]


def test_a_rebase_keeps_what_was_made_empty_on_purpose(repo: Repo) -> None:
    work = started(repo)
    repo.git("commit", "-q", "--allow-empty", "-m", "Trigger", cwd=work.worktree)
    work.commit("one", "1\n")
    work.approve()
    tip = repo.commit("meanwhile", "m\n")
    commit = landed(work, "--strategy", "rebase")
    assert repo.git("log", "--format=%s", f"{tip}..{commit}") == "Change one\nTrigger"


def test_a_rebase_leaves_out_what_the_target_has_already(repo: Repo) -> None:
    work = two_commits(repo)
    tip = repo.commit("one", "1\n")
    commit = landed(work, "--strategy", "rebase")
    assert repo.git("log", "--format=%s", f"{tip}..{commit}") == "Add two"


def test_commits_of_another_encoding_are_read_as_they_say(repo: Repo) -> None:
    work = started(repo)
    (work.worktree / "one").write_text("1\n")
    repo.git("add", "one", cwd=work.worktree)
    (repo.path / ".git" / "message").write_bytes("Grüße\n".encode("latin-1"))
    latin = ("-c", "i18n.commitEncoding=ISO-8859-1", "-c", os.fsdecode("user.name=Jürgen".encode("latin-1")))
    repo.git(*latin, "commit", "-q", "-F", repo.path / ".git" / "message", cwd=work.worktree)
    work.approve()
    repo.commit("meanwhile", "m\n")
    squash = work.complete("--strategy", "squash", "--dry-run").data["merge"]["commit"]
    assert repo.git("log", "-1", "--format=%an|%e", squash) == "Jürgen|"
    assert "- Grüße" in repo.git("log", "-1", "--format=%B", squash)
    commit = landed(work, "--strategy", "rebase")
    assert repo.git("log", "-1", "--format=%an: %s|%e", commit) == "Jürgen: Grüße|"


def test_a_rebase_adds_one_trailer_whatever_the_user_has_configured(repo: Repo) -> None:
    work = started(repo)
    repo.commit("one", "1\n", cwd=work.worktree, message="Add one\n\nCloses:\n#12")
    work.approve()
    repo.commit("meanwhile", "m\n")
    for key, value in (("sign.key", "Signed-off-by: "), ("sign.command", "echo Mallory"), ("ticket.key", "Bug #")):
        repo.git("config", f"trailer.{key}", value)
    commit = landed(work, "--strategy", "rebase")
    assert repo.git("log", "-1", "--format=%B", commit) == f"Add one\n\nCloses:\n#12\n\nTicket: {work.ticket}\n"


@pytest.mark.parametrize("strategy", ["ff", "rebase"])
def test_what_stands_upon_the_target_lands_as_it_is(repo: Repo, strategy: str) -> None:
    work = approved(repo)
    head = repo.git("rev-parse", work.branch)
    assert landed(work, "--strategy", strategy) == head


@pytest.mark.parametrize(
    ("strategy", "why"), [("ff", "does not stand on"), ("rebase", "conflicts"), ("rebase-merges", "merge commits")]
)
def test_what_a_strategy_cannot_do_is_refused_and_changes_nothing(repo: Repo, strategy: str, why: str) -> None:
    work = two_commits(repo)
    if strategy == "rebase":
        work.commit("one", "again\n")
        work.approve()
        repo.commit("one", "again\n")
    if strategy == "rebase-merges":
        repo.git("merge", "-q", "main", "-m", "Catch up", cwd=work.worktree)
        work.approve()
        repo.commit("and-more", "x\n")
    before = everything(repo)
    ran = work.complete("--strategy", strategy.partition("-")[0], code=7)
    assert ran.error == "merge-conflict"
    assert why in ran.json["error"]["message"] + ran.json["error"]["cause"]
    assert everything(repo) == before
    assert work.complete().data["state"] == "closed"


def test_the_policy_chooses_and_the_validation_runs_on_what_lands(repo: Repo, tmp_path: Path) -> None:
    log = tmp_path / "validated"
    repo.commit(".yoi.yaml", f"{DELEGATED[:-2]}, strategy: squash}}\nvalidate: ['git rev-parse HEAD > {log}']\n")
    commit = landed(two_commits(repo))
    assert log.read_text().strip() == commit
    assert repo.git("log", "-1", "--format=%P", commit).count(" ") == 0


def test_the_rehearsal_says_how(repo: Repo) -> None:
    work = two_commits(repo)
    before = everything(repo)
    steps = {one["step"]: one["judgement"] for one in work.complete("--strategy", "squash", "--dry-run").data["steps"]}
    assert "by squash" in steps["merge"]
    assert "worktree and branch would be removed" in steps["clean up"]
    assert everything(repo) == before


@pytest.mark.parametrize("strategy", ["squash", "rebase", "ff"])
def test_each_lands_on_a_shared_remote_too(tmp_path: Path, strategy: str) -> None:
    with make_hub(tmp_path) as hub:
        ada, bea = shared(hub)
        work = approved(ada)
        done = work.complete("--strategy", strategy).data
        assert (done["pushed"], done["cleaned"]["branch"]) == (True, True)
        assert hub.tip("refs/heads/main") == done["merge"]["commit"] == ada.git("rev-parse", "main")
        assert hub.tip(TICKETS) == ada.git("rev-parse", TICKETS)
        bea.git("pull", "-q")
        require_agreement(hub, (ada, bea))
