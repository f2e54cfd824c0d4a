"""Each refusal of `complete`: its code, and that nothing has changed; then, the cause mended, it goes through."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from git_yoi.domain.ticket import Actor
from git_yoi.store.claims import Claim, write_claim
from tests.conftest import Ran, Repo, run
from tests.inside import inside
from tests.merge.scene import REVIEWER, Work, approved, everything, require_closed_once, require_tidy, started


@contextmanager
def nothing_changes(repo: Repo) -> Iterator[None]:
    before = everything(repo)
    yield
    assert everything(repo) == before
    require_tidy(repo)


def refused(work: Work, code: str, *more: str) -> Ran:
    """Complete it, which must be refused with that code and change nothing; nor does the dry run."""
    with nothing_changes(work.repo):
        rehearsed = work.complete(*more, "--dry-run", code=None)
        ended = work.complete(*more, code=None)
    assert ended.error == code, ended.out
    if code != "validation-failed":
        told, real = rehearsed.json["error"], ended.json["error"]
        assert {**told, "data": 0} == {**real, "data": 0}
        missing = real.get("data", {}).get("missing", [])
        assert told.get("data", {}).get("missing", [])[: len(missing)] == missing
    return ended


def said(ran: Ran) -> str:
    error = ran.json["error"]
    return f"{error['message']} | {error['cause']} | {error['hint']}"


def test_only_a_ticket_in_progress_that_nothing_blocks_is_completed(repo: Repo) -> None:
    waiting = inside(repo, "new", "Waits", "-m", "x", "-q").out.strip()
    with nothing_changes(repo):
        assert inside(repo, "complete", waiting, "--authorize", "--json", code=4).error == "illegal-transition"
    work = approved(repo)
    inside(repo, "block", work.ticket, "-m", "Not yet")
    assert "Not yet" in said(refused(work, "blocked"))
    inside(repo, "unblock", work.ticket)
    inside(repo, "link", work.ticket, "depends-on", waiting)
    assert waiting[:8] in said(refused(work, "blocked"))
    inside(repo, "unlink", work.ticket, "depends-on", waiting)
    work.complete()
    require_closed_once(repo, work.ticket)
    assert "closed" in said(refused(work, "illegal-transition"))


def test_an_approval_counts_for_exactly_the_head_and_from_somebody_who_wrote_none_of_it(repo: Repo) -> None:
    work = started(repo)
    work.commit("one", "1\n")
    refused(work, "not-approved")
    work.approve()
    work.commit("two", "2\n")
    assert "was approved" in said(refused(work, "stale-approval"))
    inside(repo, "review", work.ticket, "--request-changes", "-m", "No.", env=REVIEWER)
    assert "asks for changes" in said(refused(work, "not-approved"))
    work.approve()
    (work.worktree / "three").write_text("3\n")
    repo.git("add", "three", cwd=work.worktree)
    repo.git("-c", "user.email=REA@example.org", "commit", "-q", "-m", "Help", cwd=work.worktree)
    bea = {"GIT_YOI_ACTOR": "Bea <bea@example.org>"}
    assert inside(repo, "review", work.ticket, "--approve", "--json", code=4, env=REVIEWER).error == "not-authorized"
    refused(work, "stale-approval")
    inside(repo, "review", work.ticket, "--approve", env=bea)
    work.complete()
    require_closed_once(repo, work.ticket)


@pytest.mark.parametrize("setting", ["logOutputEncoding", "commitEncoding"])
def test_an_own_approval_is_known_whatever_encoding_the_user_s_git_has(repo: Repo, setting: str) -> None:
    repo.git("config", f"i18n.{setting}", "ISO-8859-1")
    work = started(repo)
    work.commit("one", "1\n")
    repo.git("-c", "user.email=réa@example.org", "commit", "-q", "--allow-empty", "-m", "Help", cwd=work.worktree)
    own = {"GIT_YOI_ACTOR": "Réa <réa@example.org>"}
    assert inside(repo, "review", work.ticket, "--approve", "--json", code=4, env=own).error == "not-authorized"
    refused(work, "not-approved")


def test_an_own_approval_is_known_behind_a_replacement_ref(repo: Repo) -> None:
    work = started(repo)
    head = work.commit("one", "1\n")
    other = repo.git("-c", "user.email=x@example.org", "commit-tree", "-p", "main", "-m", "x", f"{head}^{{tree}}")
    repo.git("replace", head, other)
    own = {"GIT_YOI_ACTOR": "Ada <ada@example.org>"}
    assert inside(repo, "review", work.ticket, "--approve", "--json", code=4, env=own).error == "not-authorized"
    work.approve()
    work.complete()
    require_closed_once(repo, work.ticket)


def test_a_target_that_is_another_name_of_a_branch_is_refused(repo: Repo) -> None:
    work = approved(repo)
    repo.git("branch", "-m", "main", "trunk")
    repo.git("symbolic-ref", "refs/heads/main", "refs/heads/trunk")
    assert "yoi.target trunk" in said(refused(work, "usage"))
    repo.git("symbolic-ref", "-d", "refs/heads/main")
    repo.git("config", "yoi.target", "trunk")
    work.complete("--target", "trunk")
    assert require_closed_once(repo, work.ticket, target="trunk") == repo.git("rev-parse", "HEAD")


def test_without_delegation_it_takes_a_human_who_says_so(repo: Repo) -> None:
    work = approved(repo)
    with nothing_changes(repo):
        ended = inside(repo, "complete", work.ticket, "--json", code=7)
        assert ended.error == "merge-authority"
        assert ended.json["error"]["data"]["ready"] is True
        assert ended.json["error"]["data"]["missing"] == []
        by_role = {"GIT_YOI_ROLE": "orchestrator"}
        assert inside(repo, "complete", work.ticket, "--authorize", "--json", code=7, env=by_role).error == (
            "merge-authority"
        )
        plain = inside(repo, "complete", work.ticket, code=7)
        assert plain.out.startswith(f"# {work.ticket[:8]}: A ticket\n\n**Ready to merge**")
        assert plain.err.startswith("error: ")
        assert "--authorize" in plain.err


def test_the_policy_of_the_ticket_s_branch_counts_for_nothing(repo: Repo) -> None:
    work = approved(repo, file=".yoi.yaml", text="merge: {authority: delegated}\napproval: {required: 0}\n")
    with nothing_changes(repo):
        assert inside(repo, "complete", work.ticket, "--json", code=7).error == "merge-authority"


def test_an_override_is_a_human_s_has_a_reason_and_is_recorded_as_a_decision(repo: Repo) -> None:
    work = started(repo)
    work.commit("one", "1\n")
    refused(work, "usage", "--override")
    refused(work, "usage", "-m", "a text without the option that it belongs to")
    with nothing_changes(repo):
        coder = {"GIT_YOI_ROLE": "coder"}
        given = ("complete", work.ticket, "--authorize", "--override", "-m", "why", "--json")
        assert inside(repo, *given, code=4, env=coder).error == "not-authorized"
    before = repo.git("rev-parse", "refs/yoi/tickets")
    work.complete("--override", "-m", "Nobody else\nis here.")
    kinds = repo.git("log", "--reverse", "--format=%(trailers:key=Yoi-Event,valueonly)", f"{before}..refs/yoi/tickets")
    assert kinds.split() == ["decision", "merge", "close"]
    bodies = [e["body"] for e in inside(repo, "show", work.ticket, "--json").data["entries"] if e["kind"] == "decision"]
    assert bodies[0].endswith("\n\nNobody else\nis here.")
    require_closed_once(repo, work.ticket)


def test_an_override_stands_in_for_a_missing_approval_only(repo: Repo) -> None:
    work = approved(repo)
    (work.worktree / "untracked").write_text("mine\n")
    refused(work, "dirty", "--override", "-m", "why")
    (work.worktree / "untracked").unlink()
    work.complete("--override", "-m", "not needed")
    thread = inside(repo, "show", work.ticket, "--json").data["entries"]
    assert [e["kind"] for e in thread][-2:] == ["merge", "close"]
    assert "decision" not in [e["kind"] for e in thread]


def test_what_is_not_committed_in_the_worktree_is_not_left_behind(repo: Repo) -> None:
    work = approved(repo, file="one")
    (work.worktree / "one").write_text("changed\n")
    assert "one" in said(refused(work, "dirty"))
    repo.git("checkout", "-q", "one", cwd=work.worktree)
    (work.worktree / "new file").write_text("x\n")
    assert "new file" in said(refused(work, "dirty"))
    repo.git("add", "new file", cwd=work.worktree)
    refused(work, "dirty")


@pytest.mark.parametrize(("name", "dirt"), [("README", "tracked"), ("one", "untracked"), ("one", "ignored")])
def test_files_in_the_way_where_the_target_is_checked_out_are_not_written_over(
    repo: Repo, name: str, dirt: str
) -> None:
    if dirt == "ignored":
        repo.commit(".gitignore", "one\n")
    work = started(repo)
    (work.worktree / name).write_text("work\n")
    repo.git("add", "-f", name, cwd=work.worktree)
    repo.git("commit", "-q", "-m", "Work", cwd=work.worktree)
    work.approve()
    (repo.path / name).write_text("mine\n")
    assert name in said(refused(work, "dirty"))
    assert (repo.path / name).read_text() == "mine\n"


def test_a_staged_change_in_the_way_is_not_lost(repo: Repo) -> None:
    work = started(repo)
    work.commit("README", "work\n")
    work.approve()
    (repo.path / "README").write_text("mine\n")
    repo.git("add", "README")
    refused(work, "dirty")
    assert repo.git("show", ":README") == "mine"


def test_another_open_ticket_s_commits_are_not_merged_along(repo: Repo) -> None:
    lower = started(repo, "lower")
    lower.commit("low", "1\n")
    upper = started(repo, "upper", "--base", lower.branch)
    upper.commit("up", "2\n")
    upper.approve()
    assert lower.ticket[:8] in said(refused(upper, "blocked"))
    lower.approve()
    lower.complete()
    upper.complete()
    require_closed_once(repo, upper.ticket)


def test_a_branch_that_merged_another_ticket_s_branch_is_refused_and_not_the_other(repo: Repo) -> None:
    one, two = started(repo, "one"), started(repo, "two")
    one.commit("one", "1\n")
    two.commit("two", "2\n")
    repo.git("merge", "-q", "--no-edit", one.branch, cwd=two.worktree)
    two.approve()
    one.approve()
    assert one.ticket[:8] in said(refused(two, "blocked"))
    one.complete()
    two.complete()


@pytest.mark.parametrize("where", ["branch", "target"])
def test_nothing_is_pulled_from_under_a_rebase_a_merge_or_a_bisect(repo: Repo, where: str) -> None:
    work = approved(repo, file="README")
    place = work.worktree if where == "branch" else repo.path
    other = repo.git("commit-tree", "-p", "main", "-m", "x", "main^{tree}")
    repo.git("bisect", "start", cwd=place)
    refused(work, "dirty")
    repo.git("bisect", "reset", cwd=place)
    repo.git("merge", "--no-ff", "--no-commit", other, cwd=place)
    refused(work, "dirty")
    repo.git("merge", "--abort", cwd=place)
    assert run("git", "rebase", "-q", "--exec", "false", "--root", cwd=place).code != 0
    assert "rebase" in said(refused(work, "dirty"))
    repo.git("rebase", "--abort", cwd=place)
    work.complete()


def test_a_conflict_names_the_files(repo: Repo) -> None:
    work = approved(repo, file="README", text="theirs\n")
    repo.commit("README", "ours\n")
    assert "README" in said(refused(work, "merge-conflict"))


def test_a_history_of_its_own_is_no_merge(repo: Repo) -> None:
    work = approved(repo)
    alone = repo.git("commit-tree", "-m", "alone", "main^{tree}")
    repo.git("reset", "-q", "--hard", alone, cwd=work.worktree)
    work.approve()
    refused(work, "merge-conflict")


def test_a_validation_that_fails_stops_it_and_says_where_the_log_is(plain: Repo) -> None:
    plain.commit(".yoi.yaml", "validate:\n  - echo fine\n  - run: echo one; echo the last >&2; exit 3\n")
    inside(plain, "init")
    work = approved(plain)
    ended = refused(work, "validation-failed")
    assert "it ended with 3: one / the last" in said(ended)
    data = ended.json["error"]["data"]
    assert (data["exit_code"], data["output"]) == (3, ["one", "the last"])
    assert Path(data["log"]).read_text() == "one\nthe last\n"
    assert work.state() == "inprogress"


def test_a_validation_that_says_much_is_told_in_short(plain: Repo) -> None:
    plain.commit(".yoi.yaml", "validate: ['yes | head -c 3000000 | tr -d \"\\n\"; exit 4']\n")
    inside(plain, "init")
    ended = refused(approved(plain), "validation-failed")
    assert len(ended.out) < 5_000
    assert "the end of its output is in" in ended.out


def test_a_validation_that_takes_too_long_is_killed(plain: Repo) -> None:
    plain.commit(".yoi.yaml", "validate: [{run: 'while :; do :; done', timeout: 0.3}]\n")
    inside(plain, "init")
    assert "longer than 0.3 s" in said(refused(approved(plain), "validation-failed"))


def test_a_branch_with_nothing_to_merge_is_not_closed_by_a_merge(repo: Repo) -> None:
    work = started(repo)
    assert "git yoi done" in said(refused(work, "not-merged"))
    repo.git("worktree", "remove", str(work.worktree))
    repo.git("branch", "-q", "-D", work.branch)
    assert work.branch in said(refused(work, "not-merged"))


def test_only_a_target_that_the_policy_lists_is_merged_to(repo: Repo) -> None:
    work = approved(repo)
    repo.git("branch", "release", "main")
    refused(work, "not-authorized", "--target", "release")
    repo.commit(".yoi.yaml", "targets: [release, nowhere]\n")
    refused(work, "unborn", "--target", "nowhere")
    done = work.complete("--target", "release").data
    assert done["merge"]["target"] == "release"
    assert require_closed_once(repo, work.ticket, target="release") == repo.git("rev-parse", "release")
    assert repo.git("log", "--format=%s", "main").splitlines() == ["Change .yoi.yaml", "First"]


def test_a_clone_whose_claim_was_taken_over_elsewhere_is_fenced(repo: Repo) -> None:
    work = approved(repo)
    private, base = repo.path / ".git/yoi", repo.git("rev-parse", "main")
    me = Actor("Ada", "ada@example.org")
    old = Claim(work.ticket, "0" * 32, 0, work.branch, None, base, "main", me, "human", 0, finished=True)
    kept = (private / "claims" / f"{work.ticket}.json").read_text()
    write_claim(private, old)
    refused(work, "fenced")
    (private / "claims" / f"{work.ticket}.json").write_text(kept)
    work.complete()


def test_a_policy_that_cannot_be_read_lets_nothing_through(repo: Repo) -> None:
    work = approved(repo)
    repo.commit(".yoi.yaml", "merge:\n  authority: me\n")
    assert "main:.yoi.yaml:2:3:" in said(refused(work, "policy-file"))


def test_a_role_may_be_kept_from_completing(repo: Repo) -> None:
    repo.commit(".yoi.yaml", "merge: {authority: delegated}\nroles: {coder: [report]}\n")
    work = approved(repo)
    coder = {"GIT_YOI_ROLE": "coder"}
    with nothing_changes(repo):
        assert inside(repo, "complete", work.ticket, "--json", code=4, env=coder).error == "not-authorized"
    assert (
        inside(repo, "complete", work.ticket, "--json", env={"GIT_YOI_ROLE": "orchestrator"}).data["state"] == "closed"
    )


def test_everything_that_is_missing_is_told_at_once_to_programs(repo: Repo) -> None:
    work = started(repo)
    work.commit("README", "theirs\n")
    repo.commit("README", "ours\n")
    (work.worktree / "new").write_text("x\n")
    ended = work.complete(code=7)
    codes = [one["code"] for one in ended.json["error"]["data"]["missing"]]
    assert codes == ["not-approved", "dirty", "merge-conflict"]
    told = inside(repo, "dossier", work.ticket, "--json").data
    assert [one["code"] for one in told["missing"]] == codes
    assert told["ready"] is False
    assert json.dumps(told)


def test_a_rebase_that_changes_more_than_a_merge_would_is_held_against_what_is_checked_out(repo: Repo) -> None:
    repo.commit("f", "a\n")
    work = started(repo)
    work.commit("f", "b\n")
    work.commit("f", "a\n")
    work.commit("g", "x\n")
    work.approve()
    repo.commit("f", "b\n", message="The same, by somebody else")
    (repo.path / "f").write_text("mine\n")
    refused_there = refused(work, "dirty", "--strategy", "rebase")
    assert "files are in the way" in said(refused_there)
    work.complete()
    assert (repo.path / "f").read_text() == "mine\n"
