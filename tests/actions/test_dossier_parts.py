"""What the dossier makes of a thread: answers to findings, risks that people stated, and strangers' Markdown."""

from __future__ import annotations

from typing import Any

from tests.conftest import Repo
from tests.inside import inside
from tests.merge.scene import REVIEWER, Work, started

FINDING = ("--finding", "major:song:1:too short")


def reviewed(repo: Repo) -> Work:
    """A ticket whose reviewer has a finding on a file of the branch."""
    work = started(repo)
    work.commit("song", "la\n")
    inside(repo, "review", work.ticket, "--request-changes", "-m", "Longer!", *FINDING, env=REVIEWER)
    return work


def told(work: Work) -> Any:
    return inside(work.repo, "dossier", work.ticket, "--json").data


def text(work: Work) -> str:
    return inside(work.repo, "dossier", work.ticket).out


def test_an_entry_that_names_the_file_answers_the_finding(repo: Repo) -> None:
    work = reviewed(repo)
    inside(repo, "comment", work.ticket, "--kind", "decision", "-m", "Agreed.\nsong stays short: it is a jingle.")
    inside(repo, "comment", work.ticket, "-m", "songbook is another matter.")
    (finding,) = told(work)["findings"]
    assert [(a["kind"], a["text"]) for a in finding["answers"]] == [("decision", "song stays short: it is a jingle.")]
    assert "decision by Ada" in text(work)


def test_a_review_that_is_taken_back_withdraws_its_findings(repo: Repo) -> None:
    work = reviewed(repo)
    inside(repo, "review", work.ticket, "--revoke", env=REVIEWER)
    assert [f["status"] for f in told(work)["findings"]] == ["withdrawn by its reviewer"]


def test_an_approval_that_is_taken_back_settles_nothing(repo: Repo) -> None:
    work = reviewed(repo)
    inside(repo, "review", work.ticket, "--approve", env=REVIEWER)
    inside(repo, "review", work.ticket, "--revoke", env=REVIEWER)
    assert [f["status"] for f in told(work)["findings"]] == ["open"]


def test_risks_are_quoted_from_where_they_were_stated(repo: Repo) -> None:
    work = reviewed(repo)
    assert "Not stated in any report." in text(work)
    inside(repo, "report", work.ticket, "-m", "It sings.\n\n## Residual risk\n\nIt is loud.\nVery.\n\n## Next\n\nRest.")
    inside(repo, "comment", work.ticket, "-m", "Risk: a comment states none of its own.")
    assert [one["text"] for one in told(work)["stated_risks"]] == ["It is loud.\nVery."]
    shown = text(work).partition("\n## Residual risk")[2]
    assert "> It is loud.\n> Very." in shown
    assert "Rest." not in shown
    assert "Not stated" not in shown


def test_a_description_that_is_not_what_was_queued_is_told(repo: Repo) -> None:
    work = reviewed(repo)
    assert "It is not what was queued" not in text(work)
    inside(repo, "edit", work.ticket, "-m", "Something else.")
    assert "It is not what was queued" in text(work)


def test_strangers_markdown_calls_nobody_and_breaks_out_of_nothing(repo: Repo) -> None:
    work = started(repo, "A `title` | with *marks* @team #7")
    work.commit("a`b``c", "la\n")
    inside(repo, "report", work.ticket, "-m", "@team look: #12 <img src=x> ![x](http://example.org/x)\n```\nopen fence")
    shown = text(work)
    for live in ("@team", "#7", "#12", "<img", "!["):
        assert live not in shown, live
    assert r"# " + work.ticket[:8] + r": A \`title\` \| with \*marks\*" in shown
    assert "```a`b``c```" in shown
    assert [line for line in shown.splitlines() if line.startswith(("```", "open fence"))] == []


def test_a_long_branch_and_a_long_text_are_cut_and_it_says_so(repo: Repo) -> None:
    work = started(repo)
    lines = "\n".join(f"line {number}" for number in range(5000))
    inside(repo, "report", work.ticket, "-m", lines)
    stream = "".join(
        f"commit refs/heads/{work.branch}\ncommitter A <a@example.org> {1700000000 + number} +0000\ndata 1\nx"
        + (f"\nfrom refs/heads/{work.branch}^0\n" if number == 0 else "\n")
        + f"M 100644 inline f{number}\ndata 2\ny\n\n"
        for number in range(300)
    )
    repo.git("checkout", "-q", "--detach", cwd=work.worktree)
    (repo.path.parent / "stream").write_text(stream)
    repo.git("-c", f"alias.feed=!git fast-import --quiet < '{repo.path.parent / 'stream'}'", "feed")
    shown = text(work)
    assert "and 250 commits more" in shown
    assert "characters more: `git yoi show" in shown
    assert len(shown) < 65_536
    assert len(told(work)["commits"]) == 300
