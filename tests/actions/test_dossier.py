from __future__ import annotations

import pytest

from tests.conftest import Repo
from tests.inside import inside
from tests.merge.scene import REVIEWER, approved, everything, started


def test_it_gathers_what_a_merge_must_be_judged_by_and_changes_nothing(repo: Repo) -> None:
    repo.commit(".yoi.yaml", "validate: [{run: make test, timeout: 60}]\n")
    work = started(repo, "Teach it to sing")
    inside(repo, "comment", work.ticket, "--kind", "plan", "-m", "Breathe first.")
    inside(repo, "comment", work.ticket, "--kind", "decision", "-m", "No opera.")
    first = work.commit("song", "la\n")
    inside(repo, "report", work.ticket, "-m", "It sings.\n\nResidual risk: loud.")
    remark = ("--finding", "major:song:1:too short", "--finding", "note:song:0:a nice tune")
    inside(repo, "review", work.ticket, "--request-changes", "-m", "Longer!", *remark, env=REVIEWER)
    head = work.commit("song", "la la\n")
    before = everything(repo)
    told = inside(repo, "dossier", work.ticket, "--json").data
    assert everything(repo) == before
    assert (told["id"], told["title"], told["state"]) == (work.ticket, "Teach it to sing", "inprogress")
    assert (told["branch"], told["worktree"], told["target"]) == (work.branch, str(work.worktree), "main")
    assert [c["commit"] for c in told["commits"]] == [first, head]
    assert told["files"] == [{"path": "song", "added": 1, "removed": 0}]
    assert told["intent"]["description"] == "What to do."
    assert [e["body"] for e in told["intent"]["plans"]] == ["Breathe first."]
    assert [e["body"] for e in told["intent"]["decisions"]] == ["No opera."]
    assert [e["body"] for e in told["summary"]] == ["It sings.\n\nResidual risk: loud."]
    assert [(f["severity"], f["status"]) for f in told["findings"]] == [
        ("major", "changed since"),
        ("note", "changed since"),
    ]
    assert [(r["decision"], r["stale"]) for r in told["reviews"]] == [("request-changes", True)]
    assert told["validation"] == [{"run": "make test", "timeout": 60.0}]
    assert told["dirty"] == []
    assert told["authority"] == {"policy": "human", "needed": True}
    assert told["ready"] is False
    assert [m["code"] for m in told["missing"]] == ["not-approved"]


def test_a_later_approval_settles_its_reviewer_s_findings(repo: Repo) -> None:
    work = started(repo)
    work.commit("song", "la\n")
    remark = ("--finding", "major:other:1:x")
    inside(repo, "review", work.ticket, "--request-changes", "-m", "No.", *remark, env=REVIEWER)
    assert inside(repo, "dossier", work.ticket, "--json").data["findings"][0]["status"] == "open"
    inside(repo, "review", work.ticket, "--approve", "--finding", "note:song:1:y", env=REVIEWER)
    told = inside(repo, "dossier", work.ticket, "--json").data
    assert [f["status"] for f in told["findings"]] == ["settled by a later approval", "accepted by the approval"]
    assert told["ready"] is True


def test_as_markdown_it_has_every_heading_and_quotes_what_strangers_wrote(repo: Repo) -> None:
    work = started(repo)
    work.commit("song", "la\n")
    inside(repo, "report", work.ticket, "-m", "# Not a heading\n\x1b[31mred")
    work.commit("odd\n## A file", "la\n")
    remark = "note:song:1:Fine.\n\n## A finding"
    inside(repo, "review", work.ticket, "--request-changes", "-m", "No.", "--finding", remark, env=REVIEWER)
    (work.worktree / "loose").write_text("x\n")
    (work.worktree / "loose\n## Untracked").write_text("x\n")
    text = inside(repo, "dossier", work.ticket).out
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert headings == [
        f"# {work.ticket[:8]}: A ticket",
        "## Intent",
        "## Summary",
        "## Commits (2)",
        "## Reviews",
        "## Findings",
        "## Validation",
        "## Residual risk",
        "## Dirty state",
    ]
    assert "> # Not a heading\n> \\x1b[31mred" in text
    assert ": Fine. ## A finding (" in text
    assert "loose" in text
    assert "\x1b" not in text


def test_a_ticket_in_any_state_has_one(repo: Repo) -> None:
    ticket = inside(repo, "new", "Only planned", "-m", "x", "-q").out.strip()
    told = inside(repo, "dossier", ticket, "--json").data
    assert [m["code"] for m in told["missing"]] == ["illegal-transition", "not-merged"]
    work = approved(repo)
    work.complete()
    told = inside(repo, "dossier", work.ticket, "--json").data
    assert (told["state"], told["ready"]) == ("closed", False)
    assert [m["code"] for m in told["missing"]] == ["illegal-transition"]
    assert inside(repo, "dossier", "zzzz", "--json", code=3).error == "not-found"


@pytest.mark.parametrize("strategy", ["merge", "squash", "rebase"])
def test_of_a_merged_ticket_it_says_so_and_what_was_merged(repo: Repo, strategy: str) -> None:
    work = approved(repo)
    head = repo.git("rev-parse", work.branch)
    merge = work.complete("--strategy", strategy).data["merge"]["commit"]
    text = inside(repo, "dossier", work.ticket).out
    assert text.splitlines()[2] == f"**Merged into main as `{merge[:12]}`.**"
    assert "Not ready" not in text
    assert f"## Commits (1)\n\n- `{head[:12]}` " in text
    assert "1 file, 1 line added, 0 removed:" in text


def test_what_was_merged_and_is_not_here_is_said(repo: Repo) -> None:
    work = approved(repo)
    work.complete("--strategy", "squash")
    for ref in repo.git("for-each-ref", "--format=%(refname)", "refs/yoi/rescue", "refs/yoi/rescue-reflog").split():
        repo.git("update-ref", "-d", ref)
    repo.git("reflog", "expire", "--expire=now", "--all")
    repo.git("prune", "--expire=now")
    assert "## Commits (0)\n\nWhat was merged is not here." in inside(repo, "dossier", work.ticket).out


def test_a_target_that_is_no_branch_is_not_found(repo: Repo) -> None:
    work = approved(repo)
    refused = inside(repo, "dossier", work.ticket, "--target", "nosuch", "--json", code=3)
    assert (refused.error, refused.json["error"]["message"]) == ("not-found", "there is no branch nosuch")


def test_what_complete_asks_for_is_what_the_dossier_says(repo: Repo) -> None:
    work = approved(repo)
    told = inside(repo, "dossier", work.ticket, "--json").data
    assert (told["ready"], told["missing"]) == (True, [])
    shown = inside(repo, "complete", work.ticket, "--json", code=7).json["error"]["data"]
    assert shown == told
