"""`complete --dry-run`: every step and everything that is missing, at once; nothing is asked, run or changed."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import Ran, Repo
from tests.inside import inside
from tests.merge.scene import DELEGATED, Work, approved, everything, started
from tests.sync.hubs import TICKETS, make_hub
from tests.sync.scene import shared


def steps(ran: Ran) -> list[tuple[str, str]]:
    document = ran.json
    told = document["data"] if "data" in document else document["error"]["data"]
    return [(one["step"], one["judgement"]) for one in told["steps"]]


def missing(ran: Ran) -> list[str]:
    return [one["code"] for one in ran.json["error"]["data"]["missing"]]


def rehearsed(work: Work, *more: str, code: int = 0) -> Ran:
    """The dry run without anybody's authorization; nothing may be changed by it."""
    before = everything(work.repo)
    ran = inside(work.repo, "complete", work.ticket, "--dry-run", *more, "--json", code=code)
    assert everything(work.repo) == before
    return ran


def test_of_what_is_refused_every_step_is_told_and_all_that_is_missing(repo: Repo) -> None:
    repo.commit(".yoi.yaml", "validate: [make test]\n")
    work = started(repo)
    work.commit("README", "theirs\n")
    repo.commit("README", "ours\n")
    (work.worktree / "new").write_text("x\n")
    ran = rehearsed(work, code=7)
    assert ran.error == "not-approved"
    assert missing(ran) == ["not-approved", "dirty", "merge-conflict"]
    assert ran.json["error"]["data"]["authority"] == {"policy": "human", "needed": True}
    told = steps(ran)
    assert [step for step, _ in told] == [
        "state", "approval", "authority", "merge", "validate", "land", "follow", "clean up", *["missing"] * 4,
    ]  # fmt: skip
    assert dict(told)["approval"].startswith("missing: nobody else has approved")
    text = inside(repo, "complete", work.ticket, "--dry-run", code=7)
    for words in ("not-approved: ", "dirty: ", "merge-conflict: ", "merge-authority: ", "Nothing was changed."):
        assert words in text.out
    assert text.err.startswith("error: ")


def test_where_only_a_word_is_missing_the_dossier_comes_with_the_steps(repo: Repo) -> None:
    work = approved(repo)
    ran = rehearsed(work, code=7)
    assert ran.error == "merge-authority"
    data = ran.json["error"]["data"]
    assert (data["ready"], data["missing"], data["id"]) == (True, [], work.ticket)
    assert dict(steps(ran))["authority"].startswith("missing: ")
    assert dict(steps(ran))["merge"].startswith("1 commit of ")
    text = inside(repo, "complete", work.ticket, "--dry-run", code=7).out
    assert text.startswith(f"# {work.ticket[:8]}: A ticket")
    assert "worktree and branch would be removed" in text


def test_what_the_strategy_cannot_do_is_among_what_is_missing(repo: Repo) -> None:
    work = started(repo)
    work.commit("one", "x\n")
    repo.commit("other", "x\n")
    ran = rehearsed(work, "--strategy", "ff", code=7)
    assert missing(ran) == ["not-approved", "merge-conflict"]
    assert "does not stand on" in steps(ran)[-2][1]


def test_a_remote_is_not_asked_and_what_would_be_pushed_has_its_leases(tmp_path: Path) -> None:
    with make_hub(tmp_path) as hub:
        ada, bea = shared(hub)
        work = approved(ada)
        inside(ada, "sync")
        tips = hub.tip("refs/heads/main"), hub.tip(TICKETS)
        bea.commit("theirs", "x\n")
        bea.git("push", "-q", "origin", "main")
        away = hub.path.rename(hub.path.parent / "away")
        ran = inside(ada, "complete", work.ticket, "--authorize", "--dry-run", "--json")
        away.rename(hub.path)
        told = dict(steps(ran))
        assert next(iter(told)) == "fetch"
        assert f"main and {work.branch} and the tickets of origin" in told["fetch"]
        assert "as of the last fetch" in told["fetch"]
        assert f"in one atomic push to origin, with leases: main at {tips[0][:12]}" in told["land"]
        assert f"the tickets at {tips[1][:12]} (as of the last fetch)" in told["land"]
        assert ran.data["pushed"] is True
        assert work.complete().data["pushed"] is True


def test_a_target_that_was_never_fetched_is_judged_as_it_is_here(tmp_path: Path) -> None:
    with make_hub(tmp_path) as hub:
        (ada,) = shared(hub, 1)
        work = approved(ada)
        ada.git("update-ref", "-d", "refs/remotes/origin/main")
        told = inside(ada, "dossier", work.ticket, "--json").data
        assert (told["ready"], len(told["commits"])) == (True, 1)
        ran = inside(ada, "complete", work.ticket, "--authorize", "--dry-run", "--json")
        assert "with leases: main as it is fetched and" in dict(steps(ran))["land"]
        assert work.complete().data["pushed"] is True


def test_an_override_is_rehearsed_as_one(repo: Repo) -> None:
    repo.commit(".yoi.yaml", DELEGATED)
    work = started(repo)
    work.commit("one", "x\n")
    told = dict(steps(rehearsed(work, "--override", "-m", "It burns.")))
    assert told["approval"].startswith("overridden by a human: ")
    assert "decision, merge and close" in told["land"]


def test_words_of_strangers_stay_on_their_lines(repo: Repo) -> None:
    repo.commit(".yoi.yaml", f'{DELEGATED}validate: [{{run: "true\\n  land  forged\\e[31m"}}]\n')
    work = approved(repo)
    (repo.path / f"work-{work.ticket}").mkdir()
    (repo.path / f"work-{work.ticket}" / "a\n  land  forged").write_text("x\n")
    out = inside(repo, "complete", work.ticket, "--dry-run", code=None).out
    assert not [line for line in out.splitlines() if line.startswith("  land  forged")]
    assert "\x1b" not in out
