from __future__ import annotations

import pytest

from git_yoi.domain.states import ROLES
from tests.conftest import Repo
from tests.inside import every_state, inside, new

POLICY = "roles:\n  orchestrator: [queue, comment]\n  coder: [report]\n"


@pytest.mark.parametrize("role", ROLES)
def test_by_default_only_a_human_may_queue(repo: Repo, role: str) -> None:
    ticket = every_state(repo)["ready"]
    before = repo.refs()
    if role == "human":
        inside(repo, "queue", ticket, env={"GIT_YOI_ROLE": role})
        return
    refused = inside(repo, "queue", ticket, "--json", code=4, env={"GIT_YOI_ROLE": role})
    assert refused.error == "not-authorized"
    assert f"role {role}" in refused.json["error"]["message"]
    assert repo.refs() == before


def test_by_default_every_role_may_do_the_rest(repo: Repo) -> None:
    ticket = new(repo)
    for verb in (("comment", "-m", "x"), ("ready",), ("return", "-m", "why"), ("label", "--add", "x")):
        inside(repo, verb[0], ticket, *verb[1:], env={"GIT_YOI_ROLE": "coder"})


def test_the_policy_grants_a_role_its_verbs_and_no_other(repo: Repo) -> None:
    tickets = every_state(repo)
    repo.commit(".yoi.yaml", POLICY)
    before = repo.refs()
    named = {"GIT_YOI_ROLE": "orchestrator"}
    for verb in (("new", "T"), ("label", tickets["ready"], "--add", "x"), ("report", tickets["inprogress"], "-m", "x")):
        refused = inside(repo, *verb, "--json", code=4, env=named)
        assert refused.error == "not-authorized"
        assert ".yoi.yaml" in refused.json["error"]["hint"]
    coder = {"GIT_YOI_ROLE": "coder"}
    inside(repo, "comment", tickets["inprogress"], "-m", "x", code=4, env=coder)
    assert repo.refs() == before
    inside(repo, "queue", tickets["ready"], env=named)
    inside(repo, "comment", tickets["inprogress"], "--kind", "report", "-m", "x", env=coder)
    inside(repo, "label", tickets["ready"], "--add", "x", env={"GIT_YOI_ROLE": "intake"})


def test_a_policy_that_is_not_committed_to_the_target_grants_nothing(repo: Repo) -> None:
    ticket = every_state(repo)["ready"]
    (repo.path / ".yoi.yaml").write_text(POLICY)
    inside(repo, "queue", ticket, code=4, env={"GIT_YOI_ROLE": "orchestrator"})
    repo.git("checkout", "-q", "-b", "other")
    repo.commit(".yoi.yaml", POLICY)
    inside(repo, "queue", ticket, code=4, env={"GIT_YOI_ROLE": "orchestrator"})


def test_the_role_may_stand_in_the_configuration(repo: Repo) -> None:
    ticket = every_state(repo)["ready"]
    repo.git("config", "yoi.role", "coder")
    inside(repo, "queue", ticket, code=4)
    inside(repo, "queue", ticket, env={"GIT_YOI_ROLE": "human"})


@pytest.mark.parametrize("verb", [("new", "T", "-m", "x"), ("list",), ("init", "--target", "other")])
def test_a_role_in_the_configuration_that_there_is_not_is_refused(repo: Repo, verb: tuple[str, ...]) -> None:
    repo.git("config", "yoi.role", "robot")
    before = repo.refs(), repo.git("config", "--local", "--list")
    refused = inside(repo, *verb, "--json", code=2)
    assert refused.error == "usage"
    assert all(role in refused.json["error"]["cause"] for role in ROLES)
    assert (repo.refs(), repo.git("config", "--local", "--list")) == before
    inside(repo, *verb, env={"GIT_YOI_ROLE": "human"})


def test_a_policy_that_cannot_be_read_stops_every_role_but_the_human(repo: Repo) -> None:
    ticket = new(repo)
    repo.commit(".yoi.yaml", "roles: [\n")
    before = repo.refs()
    assert inside(repo, "comment", ticket, "-m", "x", "--json", code=9, env={"GIT_YOI_ROLE": "coder"}).error == (
        "policy-file"
    )
    assert repo.refs() == before
    ran = inside(repo, "comment", ticket, "-m", "x", "--json")
    assert "restricts no human" in ran.err
    assert ran.data["entry"]
    assert ran.err.startswith("notice: ")
    assert len(ran.err.splitlines()) == 1


def test_a_policy_that_cannot_be_read_stops_the_lifecycle_for_everybody(repo: Repo) -> None:
    tickets = every_state(repo)
    started = tickets["inprogress"]
    repo.commit(".yoi.yaml", "roles: [\n")
    before = repo.refs()
    for verb in (
        ("ready", tickets["planning"]),
        ("queue", tickets["ready"]),
        ("return", tickets["ready"], "-m", "w"),
        ("start", tickets["queued"]),
        ("takeover", started, "-m", "w"),
        ("release", started, "-m", "w"),
        ("complete", started, "--authorize"),
        ("complete", started, "--dry-run"),
        ("review", started, "--request-changes", "-m", "w"),
        ("done", started, "-m", "w"),
        ("close", started, "-m", "w"),
        ("reopen", tickets["closed"], "-m", "w"),
    ):
        refused = inside(repo, *verb, code=9)
        assert refused.err.startswith("error: main:.yoi.yaml:"), verb
        assert "notice" not in refused.err, verb
        assert len(refused.err.splitlines()) <= 3, verb
        assert inside(repo, *verb, "--json", code=9).error == "policy-file", verb
    assert repo.refs() == before


def test_a_policy_that_cannot_be_read_lets_a_human_write_things_down(repo: Repo) -> None:
    tickets = every_state(repo)
    one, other = tickets["inprogress"], tickets["planning"]
    repo.commit(".yoi.yaml", "roles: [\n")
    for verb in (
        ("new", "T", "-m", "b"),
        ("comment", one, "-m", "t"),
        ("edit", one, "--title", "t"),
        ("label", one, "--add", "l"),
        ("assign", one, "a"),
        ("attach", one, repo.path / "README"),
        ("link", one, "related", other),
        ("unlink", one, "related", other),
        ("report", one, "-m", "t"),
        ("unblock", one),
        ("block", one, "-m", "w"),
    ):
        ran = inside(repo, *verb)
        assert ran.err.startswith("notice: "), verb
        assert ran.err.count("notice: ") == 1, verb
    for reading in (("list",), ("show", one), ("status",)):
        assert inside(repo, *reading).err == "", reading
