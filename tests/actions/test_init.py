"""`init`: where work is merged to is settled before anything is made."""

from __future__ import annotations

from tests.conftest import Repo
from tests.inside import every_state, inside
from tests.merge.scene import started

NO_BRANCH = [
    "",
    "-x",
    "a..b",
    "a\nb",
    "a\0b",
    "a b",
    "a~1",
    ".a",
    "a.lock",
    "a/",
    "a//b",
    "@{-1}",
    "HEAD",
    "a\udcff",
    "a" * 40,
    "0" * 64,
]


def test_a_target_that_can_be_no_branch_is_refused_and_nothing_begins(plain: Repo) -> None:
    plain.git("switch", "-q", "-c", "other")
    before = plain.refs(), plain.git("config", "--local", "--list")
    for name in NO_BRANCH:
        assert inside(plain, "init", f"--target={name}", "--json", code=2).error == "usage", name
        assert (plain.refs(), plain.git("config", "--local", "--list")) == before, name


def cloned_at(plain: Repo, branch: str) -> Repo:
    """`git clone -b BRANCH` of a hub whose default branch is main."""
    hub, clone = plain.path.parent / "hub.git", plain.path.parent / "clone"
    plain.git("branch", branch)
    plain.git("clone", "-q", "--bare", ".", hub)
    plain.git("clone", "-q", "-b", branch, hub, clone)
    made = Repo(clone)
    made.git("config", "user.name", "Ada")
    made.git("config", "user.email", "ada@example.org")
    return made


def test_the_remotes_default_branch_is_the_target_though_no_branch_here_has_it(plain: Repo) -> None:
    clone = cloned_at(plain, "dev")
    assert inside(clone, "init", "--json").data["target"] == "main"
    clone.git("remote", "set-head", "origin", "dev")
    clone.git("config", "--unset", "yoi.target")
    assert inside(clone, "init", "--json").data["target"] == "dev"


def test_a_default_branch_that_the_remote_has_no_more_is_no_target(plain: Repo) -> None:
    clone = cloned_at(plain, "dev")
    clone.git("update-ref", "-d", "refs/remotes/origin/main")
    assert inside(clone, "init", "--json").data["target"] == "dev"


def test_a_ticket_begins_at_the_remotes_target_and_is_merged_there(plain: Repo) -> None:
    clone = cloned_at(plain, "dev")
    clone.commit("on-dev", "x\n")
    inside(clone, "init")
    work = started(clone)
    assert clone.git("rev-parse", work.branch) == clone.git("rev-parse", "origin/main")
    work.commit("one", "x\n")
    work.approve()
    assert work.complete(code=7).error == "unborn"
    inside(clone, "sync")
    second = started(clone, "Another")
    assert clone.git("rev-parse", second.branch) == clone.git("rev-parse", "origin/main")
    inside(clone, "doctor")
    done = work.complete().data
    assert (done["pushed"], clone.git("rev-parse", "origin/main")) == (True, done["merge"]["commit"])
    assert "refs/heads/main" not in clone.refs()


def test_a_target_may_have_any_name_that_git_takes(plain: Repo) -> None:
    for name in ("release/1.x", "größe"):
        assert inside(plain, "init", "--target", name, "--json").data["target"] == name
        assert plain.git("config", "yoi.target") == name


def test_another_target_is_a_humans_to_set_by_the_policy_of_the_old_one(repo: Repo) -> None:
    repo.git("branch", "evil")
    before = repo.refs(), repo.git("config", "--local", "--list")
    coder = {"GIT_YOI_ROLE": "coder"}
    assert inside(repo, "init", "--target", "evil", "--json", code=4, env=coder).error == "not-authorized"
    assert (repo.refs(), repo.git("config", "--local", "--list")) == before
    for same in ((), ("--target", "main")):
        assert inside(repo, "init", *same, "--json", env=coder).data["target"] == "main"
    assert inside(repo, "init", "--target", "evil", "--json").data["target"] == "evil"
    repo.git("switch", "-q", "evil")
    repo.commit(".yoi.yaml", "roles: {human: [queue]}\n")
    assert inside(repo, "init", "--target", "main", "--json", code=4).error == "not-authorized"
    repo.commit(".yoi.yaml", "roles: {human: [init]}\n")
    assert inside(repo, "init", "--target", "main", "--json").data["target"] == "main"


def test_the_branch_of_an_open_ticket_is_no_target(repo: Repo) -> None:
    tickets = every_state(repo)
    before = repo.git("config", "--local", "--list")
    for first in (False, True):
        if first:
            repo.git("config", "--unset", "yoi.target")
            before = repo.git("config", "--local", "--list")
        taken = inside(repo, "init", "--target", f"work/{tickets['inprogress']}", "--json", code=2)
        assert taken.error == "usage"
        assert repo.git("config", "--local", "--list") == before
    inside(repo, "init", "--target", f"work/{tickets['done']}")
