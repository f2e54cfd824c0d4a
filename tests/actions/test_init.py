"""`init`: where work is merged to is settled before anything is made."""

from __future__ import annotations

from tests.conftest import Repo
from tests.inside import every_state, inside

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
