"""`init --policy`: a commented file that says what it promises, and never takes another one's place."""

from __future__ import annotations

import pytest

from git_yoi.config.policy import Policy
from git_yoi.config.policy_file import parse_policy
from git_yoi.config.policy_model import PolicyDocument
from git_yoi.config.policy_templates import TEMPLATES, policy_text
from tests.conftest import Repo
from tests.inside import inside
from tests.merge.scene import started


@pytest.mark.parametrize(
    ("kind", "authority", "approvals"), [("solo", "human", 0), ("team", "human", 1), ("agents", "delegated", 1)]
)
def test_each_kind_says_what_it_is_for(kind: str, authority: str, approvals: int) -> None:
    found = parse_policy(policy_text(kind, "trunk").encode(), where="trunk:.yoi.yaml")
    assert (found.authority, found.approvals, found.own_approval) == (authority, approvals, False)
    assert (found.validate, found.worktree_path) == ((), Policy().worktree_path)
    assert set(TEMPLATES) == {"solo", "team", "agents"}


@pytest.mark.parametrize("kind", list(TEMPLATES))
@pytest.mark.parametrize("target", ["main", "yes", "1.0", "release/ü", "a'b", "#1"])
def test_every_key_is_there_and_commented_and_any_branch_can_be_the_target(kind: str, target: str) -> None:
    text = policy_text(kind, target)
    assert parse_policy(text.encode(), where="x").target == target
    fields = {field.alias or name for name, field in PolicyDocument.model_fields.items()}
    lines = text.splitlines()
    assert {line.partition(":")[0] for line in lines if line[:1].isalpha()} == fields
    for number, line in enumerate(lines):
        if line[:1].isalpha() and not line.startswith(("targets:", "approval:")):
            assert lines[number - 1].startswith("#"), line
    for key in ("authority", "strategy", "required", "own", "path", "sparse", "unaccepted"):
        assert f"\n  {key}: " in text


def test_alone_means_that_nobody_has_to_approve(plain: Repo) -> None:
    made = inside(plain, "init", "--policy", "solo", "--json").data
    assert made["policy"] == str(plain.path / ".yoi.yaml")
    plain.git("add", ".yoi.yaml")
    plain.git("commit", "-q", "-m", "A policy")
    work = started(plain)
    work.commit("work", "work\n")
    work.complete()
    assert work.state() == "closed"


def test_who_may_start_or_merge_may_do_what_a_holder_does_and_record_what_git_shows() -> None:
    roles = parse_policy(policy_text("agents", "main").encode(), where="x").roles
    for role, verbs in roles.items():
        if verbs & {"start", "complete"}:
            assert {"report", "comment", "attach", "release", "reconcile"} <= verbs, role


def test_a_merge_by_plain_git_in_an_agents_clone_closes_the_ticket(plain: Repo) -> None:
    inside(plain, "init", "--policy", "agents")
    plain.git("add", ".yoi.yaml")
    plain.git("commit", "-q", "-m", "A policy")
    work = started(plain)
    work.commit("work", "work\n")
    plain.git("merge", "-q", "--no-ff", "-m", "Merge", work.branch)
    for role in ("coder", "orchestrator"):
        inside(plain, "reconcile", env={"GIT_YOI_ROLE": role})
    assert work.state() == "closed"


def test_a_file_that_is_there_stays_and_nothing_begins(plain: Repo) -> None:
    (plain.path / ".yoi.yaml").write_text("mine\n")
    before = plain.refs()
    assert inside(plain, "init", "--policy", "team", "--json", code=7).error == "exists"
    assert ((plain.path / ".yoi.yaml").read_text(), plain.refs()) == ("mine\n", before)


def test_a_bare_repository_has_no_place_for_it(plain: Repo) -> None:
    plain.git("clone", "-q", "--bare", ".", "../bare.git")
    bare = Repo(plain.path.parent / "bare.git")
    assert inside(bare, "init", "--policy", "team", "--json", code=2).error == "usage"
