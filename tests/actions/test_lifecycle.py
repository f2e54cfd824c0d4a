from __future__ import annotations

import pytest

from git_yoi.domain.ticket import text_digest
from git_yoi.store.claims import my_claim, read_claim
from tests.conftest import Repo
from tests.inside import accept, commit_on, every_state, inside, new, now, queued


def test_a_ticket_without_a_description_is_not_ready(repo: Repo) -> None:
    ticket = inside(repo, "new", "Only a title", "--quiet").out.strip()
    before = repo.refs()
    ran = inside(repo, "ready", ticket, "--json", code=4)
    assert ran.error == "illegal-transition"
    assert f"git yoi edit {ticket[:8]} -m" in ran.json["error"]["hint"]
    assert repo.refs() == before


def test_queue_records_the_digest_of_the_description_and_renews_it(repo: Repo) -> None:
    ticket = queued(repo)
    assert now(repo, ticket).queued_text == text_digest("What to do.")
    edited = inside(repo, "edit", ticket, "-m", "Something else.", "--json").data
    assert edited["queue_again"] is True
    assert "git yoi queue" in inside(repo, "edit", ticket, "-m", "Something else again.").err
    assert inside(repo, "queue", ticket, "--json").data["state"] == "queued"
    assert now(repo, ticket).queued_text == text_digest("Something else again.")


def test_queueing_the_same_text_again_writes_nothing(repo: Repo) -> None:
    ticket = queued(repo)
    before = repo.refs()
    assert "Nothing to do" in inside(repo, "queue", ticket).err
    assert repo.refs() == before


@pytest.mark.parametrize("kind", ["depends-on", "blocks"])
def test_queue_waits_for_a_blocker_that_is_not_queued_itself(repo: Repo, kind: str) -> None:
    ticket, blocker = new(repo, "Waits"), new(repo, "First")
    pair = (ticket, kind, blocker) if kind == "depends-on" else (blocker, kind, ticket)
    inside(repo, "link", *pair)
    inside(repo, "ready", ticket)
    before = repo.refs()
    refused = inside(repo, "queue", ticket, "--json", code=4)
    assert refused.error == "blocked"
    assert blocker[:8] in refused.json["error"]["cause"]
    assert repo.refs() == before
    inside(repo, "ready", blocker)
    inside(repo, "queue", ticket, code=4)
    inside(repo, "queue", blocker)
    assert inside(repo, "queue", ticket, "--json").data["state"] == "queued"


def test_a_blocker_in_progress_or_resolved_does_not_stop_queueing(repo: Repo) -> None:
    tickets = every_state(repo)
    for state in ("inprogress", "done", "closed"):
        ticket = new(repo, "Waits", "--depends-on", tickets[state])
        inside(repo, "ready", ticket)
        inside(repo, "queue", ticket)


def test_relations_that_do_not_block_do_not_stop_queueing(repo: Repo) -> None:
    ticket, other = new(repo), new(repo)
    for kind in ("related", "supersedes", "duplicate-of", "blocks"):
        inside(repo, "link", ticket, kind, other)
    inside(repo, "ready", ticket)
    inside(repo, "queue", ticket)


@pytest.mark.parametrize(
    "verb", [("done", "-m", "why"), ("close", "-m", "x", "--as", "completed"), ("close", "-m", "x")]
)
def test_work_that_is_not_merged_is_not_called_finished(repo: Repo, verb: tuple[str, ...]) -> None:
    ticket = queued(repo)
    head = commit_on(repo, accept(repo, ticket), "work.txt")
    before = repo.refs()
    refused = inside(repo, verb[0], ticket, *verb[1:], "--json", code=7)
    assert refused.error == "not-merged"
    assert "git yoi complete" in refused.json["error"]["hint"]
    assert repo.refs() == before
    repo.git("update-ref", "refs/heads/main", head)
    inside(repo, verb[0], ticket, *verb[1:])


def test_a_graft_that_lies_of_the_target_merges_nothing(repo: Repo) -> None:
    ticket = queued(repo)
    branch = accept(repo, ticket)
    head = commit_on(repo, branch, "work.txt")
    grafts = repo.path / ".git" / "info" / "grafts"
    grafts.parent.mkdir(exist_ok=True)
    grafts.write_text(f"{repo.git('rev-parse', 'main')} {head}\n")
    repo.git("merge-base", "--is-ancestor", branch, "main")
    for verb in (("done", "-m", "why"), ("close", "-m", "x", "--as", "completed")):
        assert inside(repo, verb[0], ticket, *verb[1:], "--json", code=7).error == "not-merged"
    inside(repo, "close", ticket, "-m", "x", "--as", "obsolete")
    inside(repo, "worktree", "prune")
    assert repo.git("rev-parse", branch) == head


def test_a_done_ticket_whose_branch_went_on_is_not_closed_as_completed(repo: Repo) -> None:
    ticket = queued(repo)
    branch = accept(repo, ticket)
    inside(repo, "done", ticket, "-m", "nothing to merge")
    commit_on(repo, branch, "late.txt")
    assert inside(repo, "close", ticket, "-m", "x", "--json", code=7).error == "not-merged"
    assert inside(repo, "close", ticket, "-m", "x", "--as", "obsolete", "--json").data["as"] == "obsolete"


@pytest.mark.parametrize(
    "verb", [("done", "-m", "why"), ("close", "-m", "x", "--as", "completed"), ("close", "-m", "x")]
)
def test_work_whose_branch_cannot_be_found_is_not_called_finished(repo: Repo, verb: tuple[str, ...]) -> None:
    ticket = queued(repo)
    branch = accept(repo, ticket)
    repo.git("branch", "-q", "-D", branch)
    before = repo.refs()
    refused = inside(repo, verb[0], ticket, *verb[1:], "--json", code=7)
    assert refused.error == "not-merged"
    assert f"git yoi close {ticket[:8]} --as wontfix -m" in refused.json["error"]["hint"]
    assert repo.refs() == before
    inside(repo, "close", ticket, "--as", "wontfix", "-m", "lost")


def test_a_renamed_branch_is_named(repo: Repo) -> None:
    ticket = queued(repo)
    branch = inside(repo, "start", ticket, "--json").data["branch"]
    repo.git("branch", "-m", branch, "renamed")
    refused = inside(repo, "done", ticket, "-m", "why", "--json", code=7)
    assert refused.error == "not-merged"
    assert f"git branch -m renamed {branch}" in refused.json["error"]["hint"]
    repo.git("branch", "-m", "renamed", branch)
    inside(repo, "done", ticket, "-m", "why")


def test_a_done_ticket_whose_branch_was_cleaned_up_is_closed_as_completed(repo: Repo) -> None:
    ticket = queued(repo)
    branch = accept(repo, ticket)
    inside(repo, "done", ticket, "-m", "nothing to merge")
    repo.git("branch", "-q", "-d", branch)
    assert inside(repo, "close", ticket, "-m", "x", "--json").data["as"] == "completed"


def test_without_its_target_all_of_a_branch_is_unmerged(repo: Repo) -> None:
    ticket = queued(repo)
    accept(repo, ticket)
    repo.git("checkout", "-q", "--detach")
    repo.git("branch", "-D", "main")
    assert inside(repo, "done", ticket, "-m", "why", "--json", code=7).error == "not-merged"


def test_unfinished_work_is_closed_as_what_it_is_and_stays(repo: Repo) -> None:
    ticket = queued(repo)
    branch = accept(repo, ticket)
    head = commit_on(repo, branch, "work.txt")
    ran = inside(repo, "close", ticket, "-m", "Not needed.", "--as", "wontfix")
    assert f"Branch {branch}" in ran.err
    assert "git yoi worktree list" in ran.err
    assert repo.git("rev-parse", branch) == head


def test_done_and_close_end_this_clones_claim_only(repo: Repo) -> None:
    private = repo.path / ".git" / "yoi"
    tickets = every_state(repo)
    started = tickets["inprogress"]
    assert my_claim(private, started) is not None
    inside(repo, "done", started, "-m", "why")
    assert read_claim(private, started) is None
    # The done one's record is of a claim that had ended before.
    inside(repo, "close", tickets["done"], "-m", "text")
    assert read_claim(private, tickets["done"]) is not None


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("planning", "wontfix"),
        ("ready", "wontfix"),
        ("queued", "wontfix"),
        ("inprogress", "completed"),
        ("done", "completed"),
    ],
)
def test_what_was_never_accepted_is_not_completed_by_default(repo: Repo, state: str, expected: str) -> None:
    ticket = every_state(repo)[state]
    assert inside(repo, "close", ticket, "-m", "text", "--json").data["as"] == expected


def test_a_resolution_keeps_its_text_and_who_carries_on(repo: Repo) -> None:
    ticket, one, two = new(repo), new(repo), new(repo)
    text = "Split up.\n\nYoi-Event: looks like a trailer\n"
    inside(repo, "close", ticket, "-m", text, "--as", "decomposed", "--by", one[:8], "--by", two, "--by", one)
    resolution = now(repo, ticket).resolution
    assert resolution is not None
    assert (resolution.as_, resolution.text, resolution.by) == ("decomposed", text, (one, two))


def test_close_names_an_unknown_successor(repo: Repo) -> None:
    ticket = new(repo)
    before = repo.refs()
    inside(repo, "close", ticket, "-m", "x", "--as", "superseded", "--by", "zzzzzzzz", code=3)
    assert repo.refs() == before


def test_reopened_work_begins_at_planning_without_its_resolution(repo: Repo) -> None:
    ticket = every_state(repo)["closed"]
    inside(repo, "reopen", ticket, "-m", "It came back.")
    after = now(repo, ticket)
    assert (after.state, after.resolution) == ("planning", None)


def test_a_mark_is_set_replaced_and_taken_away(repo: Repo) -> None:
    ticket = queued(repo)
    assert inside(repo, "unblock", ticket, "--json", code=4).error == "illegal-transition"
    inside(repo, "block", ticket, "-m", "No machine.")
    inside(repo, "block", ticket, "-m", "Still none.")
    assert now(repo, ticket).blocked == "Still none."
    inside(repo, "unblock", ticket, "-m", "It came.")
    assert now(repo, ticket).blocked is None


def test_the_reason_stands_in_plain_git_log(repo: Repo) -> None:
    ticket = queued(repo)
    inside(repo, "return", ticket, "-m", "Not thought through.", "-m", "Second paragraph.")
    assert repo.git("log", "-1", "--format=%s", "refs/yoi/tickets") == "state: queued -> planning: Not thought through."
    assert 'Yoi-Reason: "Not thought through.\\n\\nSecond paragraph."' in repo.git(
        "log", "-1", "--format=%B", "refs/yoi/tickets"
    )


def test_quiet_says_only_the_id(repo: Repo) -> None:
    ticket = new(repo)
    assert inside(repo, "ready", ticket[:6], "--quiet").out == f"{ticket}\n"
