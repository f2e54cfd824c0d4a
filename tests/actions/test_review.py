from __future__ import annotations

import pytest

from git_yoi.domain.events import Takeover
from git_yoi.domain.ticket import Actor
from tests.conftest import Repo
from tests.inside import ADA, BEA, accept, commit_on, inside, now, queued, session_of

AS_BEA = {"GIT_YOI_ACTOR": str(BEA)}


@pytest.fixture
def started(repo: Repo) -> tuple[str, str]:
    """A started ticket and its branch, which has a commit by Ada."""
    ticket = queued(repo)
    branch = accept(repo, ticket)
    commit_on(repo, branch, "src/app.py")
    return ticket, branch


def test_an_approval_is_bound_to_the_head_and_its_base(repo: Repo, started: tuple[str, str]) -> None:
    ticket, branch = started
    head = repo.git("rev-parse", branch)
    made = inside(repo, "review", ticket, "--approve", "--commit", branch, "-m", "Good.", "--json", env=AS_BEA).data
    assert (made["decision"], made["commit"], made["stale"], made["state"]) == ("approve", head, False, "inprogress")
    (record,) = now(repo, ticket).reviews
    assert (record.decision, record.commit, record.base) == ("approve", head, repo.git("rev-parse", "main"))


@pytest.mark.parametrize("mail", ["ada@example.org", "ADA@Example.org"])
def test_an_approval_by_an_author_is_refused(repo: Repo, started: tuple[str, str], mail: str) -> None:
    before = repo.refs()
    own = {"GIT_YOI_ACTOR": f"Somebody <{mail}>"}
    assert inside(repo, "review", started[0], "--approve", "--json", code=4, env=own).error == "not-authorized"
    assert repo.refs() == before
    inside(repo, "review", started[0], "--request-changes", env=own)


def test_an_approval_by_whoever_wrote_any_of_the_commits_is_refused(repo: Repo, started: tuple[str, str]) -> None:
    ticket, branch = started
    commit_on(repo, branch, "b.txt", actor=BEA)
    commit_on(repo, branch, "c.txt", actor=ADA)
    assert inside(repo, "review", ticket, "--approve", "--json", code=4, env=AS_BEA).error == "not-authorized"
    inside(repo, "review", ticket, "--approve", env={"GIT_YOI_ACTOR": "Cem <cem@example.org>"})


def test_who_wrote_only_what_the_target_has_may_approve(repo: Repo) -> None:
    commit_on(repo, "main", "old.txt", actor=BEA)
    ticket = queued(repo)
    commit_on(repo, accept(repo, ticket), "new.txt")
    inside(repo, "review", ticket, "--approve", env=AS_BEA)


def test_the_policy_may_allow_an_own_approval(repo: Repo, started: tuple[str, str]) -> None:
    commit_on(repo, started[1], ".yoi.yaml", "approval:\n  own: true\n")
    inside(repo, "review", started[0], "--approve", code=4)
    repo.commit(".yoi.yaml", "approval:\n  own: true\n")
    inside(repo, "review", started[0], "--approve")


def test_another_commit_than_the_head_is_stale(repo: Repo, started: tuple[str, str]) -> None:
    ticket, branch = started
    old = repo.git("rev-parse", branch)
    commit_on(repo, branch, "more.txt")
    before = repo.refs()
    for decision in ("--approve", "--request-changes"):
        refused = inside(repo, "review", ticket, decision, "--commit", old, "--json", code=6, env=AS_BEA)
        assert refused.error == "stale"
    assert inside(repo, "review", ticket, "--approve", "--commit", "no-such", "--json", code=3).error == "not-found"
    assert repo.refs() == before


def test_findings_are_kept_in_order_with_their_line_breaks(repo: Repo, started: tuple[str, str]) -> None:
    findings = ["blocker:src/app.py:3:breaks: a\nb", "note:src/app.py:0:the whole"]
    words = [word for finding in findings for word in ("--finding", finding)]
    made = inside(repo, "review", started[0], "--request-changes", *words, "--json", env=AS_BEA).data
    assert made["findings"] == [
        {"severity": "blocker", "path": "src/app.py", "line": 3, "text": "breaks: a\nb"},
        {"severity": "note", "path": "src/app.py", "line": 0, "text": "the whole"},
    ]
    (record,) = now(repo, started[0]).reviews
    assert [finding.text for finding in record.findings] == ["breaks: a\nb", "the whole"]


def test_a_reviewers_latest_judgement_counts_and_others_stay(repo: Repo, started: tuple[str, str]) -> None:
    ticket = started[0]
    inside(repo, "review", ticket, "--approve", env=AS_BEA)
    inside(repo, "review", ticket, "--approve", env={"GIT_YOI_ACTOR": "Cem <cem@example.org>"})
    inside(repo, "review", ticket, "--request-changes", env=AS_BEA)
    assert [(r.reviewer.name, r.decision) for r in now(repo, ticket).reviews] == [
        ("Cem", "approve"),
        ("Bea", "request-changes"),
    ]


def test_a_review_is_revoked_by_who_gave_it_though_the_branch_went_on(repo: Repo, started: tuple[str, str]) -> None:
    ticket, branch = started
    head = repo.git("rev-parse", branch)
    assert inside(repo, "review", ticket, "--revoke", "--json", code=4).error == "illegal-transition"
    inside(repo, "review", ticket, "--approve", env=AS_BEA)
    commit_on(repo, branch, "more.txt")
    inside(repo, "review", ticket, "--revoke", code=4)
    made = inside(repo, "review", ticket, "--revoke", "--json", env=AS_BEA).data
    assert (made["decision"], made["commit"]) == ("revoke", head)
    assert inside(repo, "review", ticket, "--revoke", "--json", code=4, env=AS_BEA).error == "illegal-transition"


def test_without_its_branch_there_is_nothing_to_judge(repo: Repo, started: tuple[str, str]) -> None:
    ticket, branch = started
    repo.git("branch", "-D", branch)
    assert inside(repo, "review", ticket, "--approve", "--json", code=3, env=AS_BEA).error == "not-found"


def test_a_report_is_the_holders_and_names_the_branchs_commit(repo: Repo, started: tuple[str, str]) -> None:
    ticket, branch = started
    made = inside(repo, "report", ticket, "-m", "Half of it works.", "--json").data
    assert made["kind"] == "report"
    message = repo.git("log", "-1", "--format=%B", "refs/yoi/tickets")
    assert f"Yoi-Commit: {repo.git('rev-parse', branch)}\n" in message
    assert f"Yoi-Claim: {now(repo, ticket).claim}\n" in message


def test_a_report_from_a_clone_that_does_not_hold_the_ticket_is_taken(repo: Repo) -> None:
    ticket = queued(repo)
    accept(repo, ticket, actor=Actor("Dora", "dora@example.org"), mine=False)
    before = repo.refs()
    refused = inside(repo, "comment", ticket, "--kind", "report", "-m", "x", "--json", code=5)
    assert refused.error == "taken"
    assert "Dora <dora@example.org>" in refused.json["error"]["message"]
    assert repo.refs() == before


def test_a_report_by_a_claim_that_is_over_is_fenced(repo: Repo, started: tuple[str, str]) -> None:
    session, claim = session_of(repo, actor=BEA), now(repo, started[0]).claim
    assert claim is not None
    session.append(lambda _: [session.entry(started[0], Takeover(claim, "it stood still"))])
    before = repo.refs()
    refused = inside(repo, "report", started[0], "-m", "x", "--json", code=6)
    assert refused.error == "fenced"
    assert "Bea" in refused.json["error"]["message"]
    assert repo.refs() == before


@pytest.mark.parametrize("spelled", ["Bea < bea@example.org >", "  Bea   <bea@example.org\t>"])
def test_an_actor_is_who_the_commit_says_however_it_is_spelled(
    repo: Repo, started: tuple[str, str], spelled: str
) -> None:
    ticket, branch = started
    inside(repo, "review", ticket, "--approve", env={"GIT_YOI_ACTOR": spelled})
    assert [str(record.reviewer) for record in now(repo, ticket).reviews] == [str(BEA)]
    commit_on(repo, branch, "b.txt", actor=BEA)
    own = {"GIT_YOI_ACTOR": spelled}
    assert inside(repo, "review", ticket, "--approve", "--json", code=4, env=own).error == "not-authorized"


@pytest.mark.parametrize("spelled", ["R\udce9a <rea@example.org>", "Rea < >", "\u2003 <rea@example.org>"])
def test_an_actor_that_no_commit_can_name_is_refused(repo: Repo, started: tuple[str, str], spelled: str) -> None:
    before = repo.refs()
    repo.git("config", "yoi.actor", spelled)
    for env in ({"GIT_YOI_ACTOR": spelled}, {}):
        assert inside(repo, "review", started[0], "--approve", "--json", code=9, env=env).error == "identity"
    assert repo.refs() == before
