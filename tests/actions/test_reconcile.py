"""Merges that plain git made: found, shown, recorded; and what only looks like one left alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import Ran, Repo
from tests.inside import inside
from tests.merge.scene import Work, everything, started
from tests.terminal import on_terminal

WAYS = ("merge", "ff", "squash", "rebase", "cherry-pick")


def reconcile(repo: Repo, *more: str) -> Ran:
    return inside(repo, "reconcile", *more, "--json")


def worked(repo: Repo, title: str = "A ticket") -> Work:
    """A ticket with two commits on its branch, one of them to a file that is everybody's."""
    work = started(repo, title)
    work.commit("shared", "top\nmiddle\nbottom\nmine\n")
    work.commit(f"own-{work.ticket[:4]}", "work\n")
    return work


def goes_on(repo: Repo, count: int) -> None:
    """The target goes on with commits to the same file, at its other end."""
    for number in range(count):
        first, _, rest = (repo.path / "shared").read_text().partition("\n")
        del first
        repo.commit("shared", f"top {number}\n{rest}")


def land(work: Work, way: str) -> None:
    """What a person, or a host, does with plain git."""
    repo, branch = work.repo, work.branch
    if way == "merge":
        repo.git("merge", "-q", "--no-ff", "--no-edit", branch)
    elif way == "ff":
        repo.git("merge", "-q", "--ff-only", branch)
    elif way == "squash":
        repo.git("merge", "-q", "--squash", branch)
        repo.git("commit", "-q", "-m", "Everything (#7)")
    elif way == "rebase":
        base = repo.git("merge-base", "main", branch)
        repo.git("checkout", "-q", "--detach", branch)
        repo.git("rebase", "-q", "--force-rebase", "--onto", "main", base)
        at = repo.git("rev-parse", "HEAD")
        repo.git("checkout", "-q", "main")
        repo.git("merge", "-q", "--ff-only", at)
    else:
        repo.git("cherry-pick", "-x", f"main..{branch}")


@pytest.fixture
def ground(repo: Repo) -> Repo:
    repo.commit("shared", "top\nmiddle\nbottom\n")
    return repo


def ready_to_land(repo: Repo, way: str) -> Work:
    """A ticket whose branch the target has moved on from, but where that would forbid it."""
    work = worked(repo)
    if way != "ff":
        repo.commit("meanwhile", "m\n")
    else:
        inside(repo, "review", work.ticket, "--approve", "-m", "Fine.", env={"GIT_YOI_ACTOR": "Rea <r@example.org>"})
    return work


@pytest.mark.parametrize("later", [0, 50])
@pytest.mark.parametrize("way", WAYS)
def test_a_merge_by_plain_git_closes_its_ticket(ground: Repo, way: str, later: int) -> None:
    work = ready_to_land(ground, way)
    other = started(ground, "Another one")
    other.commit("elsewhere", "not merged\n")
    land(work, way)
    landed = ground.git("rev-parse", "main")
    goes_on(ground, later)
    (found,) = reconcile(ground).data["closed"]
    assert (found["id"], found["strategy"], found["commit"]) == (work.ticket, way, landed)
    shown = inside(ground, "show", work.ticket, "--json").data
    assert (shown["state"], shown["resolution"]["as"]) == ("closed", "completed")
    assert shown["merge"]["head"] == ground.git("rev-parse", work.branch)
    recorded = (shown["merge"]["method"], shown["merge"]["strength"])
    assert recorded == (("ancestry", "certain") if way in ("merge", "ff") else ("tree", "strong"))
    assert recorded == (found["method"], found["strength"])
    assert other.state() == "inprogress"
    assert inside(ground, "fsck", "--json").data["problems"] == []
    before = everything(ground)
    assert reconcile(ground).data["closed"] == []
    assert everything(ground) == before
    pruned = {one["id"]: one for one in inside(ground, "worktree", "prune", "--json").data["tickets"]}
    assert pruned[work.ticket]["removed"] == {"worktree": True, "branch": True}, pruned
    assert not pruned[other.ticket]["removed"]["branch"]


@pytest.mark.parametrize("later", [0, 50])
@pytest.mark.parametrize("way", WAYS)
def test_a_revert_reopens_and_a_revert_of_that_does_not_close(ground: Repo, way: str, later: int) -> None:
    work = ready_to_land(ground, way)
    before = ground.git("rev-parse", "main")
    land(work, way)
    assert len(reconcile(ground).data["closed"]) == 1
    goes_on(ground, later)
    if way == "merge":
        ground.git("revert", "--no-edit", "-m", "1", ground.git("log", "--merges", "-1", "--format=%H"))
    elif way == "squash":
        ground.git("revert", "--no-edit", ground.git("log", "-1", "--format=%H", "--grep=Everything"))
    else:
        end = ground.git("rev-list", "--reverse", f"{before}..main").splitlines()[1]
        ground.git("revert", "--no-edit", f"{before}..{end}")
    (back,) = reconcile(ground).data["reopened"]
    assert back["id"] == work.ticket
    assert set(back["by"]) <= set(ground.git("rev-list", "main").splitlines())
    assert back["by"]
    assert work.state() == "planning"
    assert reconcile(ground).data["reopened"] == []


def test_what_was_looked_at_before_is_found_when_it_happens_later(ground: Repo) -> None:
    work = ready_to_land(ground, "squash")
    looked_at = ground.path / ".git/yoi/looked-at.json"
    for _ in range(2):
        assert reconcile(ground).data["closed"] == []
    goes_on(ground, 2)
    assert reconcile(ground).data["closed"] == []
    land(work, "squash")
    assert len(reconcile(ground).data["closed"]) == 1
    assert reconcile(ground).data["reopened"] == []
    goes_on(ground, 2)
    assert reconcile(ground).data["reopened"] == []
    assert looked_at.read_text().startswith("{")
    ground.git("revert", "--no-edit", ground.git("log", "-1", "--format=%H", "--grep=Everything"))
    looked_at.write_text("[torn")
    assert len(reconcile(ground, "--dry-run").data["reopened"]) == 1
    assert len(reconcile(ground).data["reopened"]) == 1


def test_files_put_back_without_a_word_reopen_the_ticket(ground: Repo) -> None:
    work = ready_to_land(ground, "squash")
    land(work, "squash")
    reconcile(ground)
    ground.git("checkout", "-q", "HEAD~1", "--", "shared")
    ground.git("rm", "-q", f"own-{work.ticket[:4]}")
    ground.git("commit", "-q", "-m", "Something")
    assert len(reconcile(ground).data["reopened"]) == 1


def test_a_revert_that_is_taken_back_leaves_the_ticket_closed(ground: Repo) -> None:
    work = ready_to_land(ground, "squash")
    land(work, "squash")
    reconcile(ground)
    ground.git("revert", "--no-edit", "HEAD")
    ground.git("revert", "--no-edit", "HEAD")
    done = reconcile(ground).data
    assert (done["closed"], done["reopened"], work.state()) == ([], [], "closed")


def test_what_was_merged_and_reverted_before_anybody_looked_stays_in_progress(ground: Repo) -> None:
    work = ready_to_land(ground, "squash")
    land(work, "squash")
    ground.git("revert", "--no-edit", "HEAD")
    done = reconcile(ground).data
    assert (done["closed"], [one["code"] for one in done["left"]], work.state()) == ([], ["undone"], "inprogress")


def test_a_completed_ticket_is_reopened_by_a_revert(ground: Repo) -> None:
    work = worked(ground)
    work.approve()
    merge = work.complete().data["merge"]["commit"]
    ground.git("revert", "--no-edit", "-m", "1", merge)
    (back,) = reconcile(ground).data["reopened"]
    assert back["commit"] == merge


def test_a_revert_that_somebody_resolved_by_hand_is_told_each_time_and_decided_by_nobody(ground: Repo) -> None:
    work = ready_to_land(ground, "merge")
    work.approve()
    work.complete()
    merge = ground.git("rev-parse", "main")
    ground.commit("shared", "top\nmiddle\nbottom\nmine, changed again\n")
    resolved = "top\nmiddle\nbottom\nnobody's\n"
    said = ground.commit("shared", resolved, message=f'Revert "It"\n\nThis reverts commit {merge}.')
    for _ in range(2):
        (left,) = reconcile(ground).data["left"]
        assert (left["id"], left["code"], left["commit"]) == (work.ticket, "claimed-revert", said)
        assert f"git yoi reopen {work.ticket[:8]}" in left["reason"]
    assert work.state() == "closed"
    inside(ground, "reopen", work.ticket, "-m", "It is gone.")
    assert reconcile(ground).data["left"] == []


def just_started(repo: Repo, _: Work) -> None:
    repo.commit("main-only", "x\n")


def updated_only(repo: Repo, work: Work) -> None:
    repo.commit("main-only", "x\n")
    repo.git("merge", "-q", "--ff-only", "main", cwd=work.worktree)


def not_merged(repo: Repo, work: Work) -> None:
    work.commit("own", "x\n")
    repo.commit("main-only", "x\n")


def moved_on_after_the_merge(_: Repo, work: Work) -> None:
    work.commit("own", "x\n")
    land(work, "merge")
    work.commit("more", "x\n")


def pushed_further_elsewhere(repo: Repo, work: Work) -> None:
    work.commit("own", "x\n")
    head = work.commit("other", "y\n")
    land(work, "merge")
    newer = repo.git("commit-tree", "-p", head, "-m", "More", f"{head}~2^{{tree}}")
    repo.git("remote", "add", "origin", "nowhere")
    repo.git("update-ref", f"refs/remotes/origin/{work.branch}", newer)


def merged_elsewhere(repo: Repo, work: Work) -> None:
    work.commit("own", "x\n")
    repo.git("checkout", "-q", "-b", "release")
    land(work, "merge")
    repo.git("checkout", "-q", "main")


def half_of_it_picked(repo: Repo, work: Work) -> None:
    work.commit("one", "1\n")
    work.commit("two", "2\n")
    repo.commit("meanwhile", "m\n")
    repo.git("cherry-pick", f"{work.branch}~1")


def only_its_trailer(repo: Repo, work: Work) -> None:
    work.commit("own", "x\n")
    repo.commit("other", "y\n", message=f"Something else\n\nTicket: {work.ticket}")


def only_its_name(repo: Repo, work: Work) -> None:
    work.commit("own", "x\n")
    repo.commit("other", "y\n", message=f"Merge branch '{work.branch}'")


def squashed_but_for_a_file(repo: Repo, work: Work) -> None:
    work.commit("one", "1\n")
    work.commit("two", "2\n")
    repo.git("merge", "-q", "--squash", work.branch)
    repo.git("rm", "-q", "-f", "two")
    repo.git("commit", "-q", "-m", f"Squash\n\nTicket: {work.ticket}")


def the_same_by_another_ticket(repo: Repo, work: Work) -> None:
    work.commit("fix", "x\n")
    other = started(repo, "The same again")
    repo.commit("fix", "x\n", message=f"Fix\n\nTicket: {other.ticket}")


def another_ticket_of_that_name(repo: Repo, work: Work) -> None:
    """The branch was deleted, and its name used for something else."""
    work.commit("own", "x\n")
    repo.git("worktree", "remove", "--force", str(work.worktree))
    repo.git("branch", "-q", "-D", work.branch)
    repo.git("checkout", "-q", "-b", work.branch)
    repo.commit("other", "y\n", message="Other\n\nTicket: kkkkkkkkllllllll")
    repo.git("checkout", "-q", "main")
    land(work, "merge")


def its_branch_is_gone(repo: Repo, work: Work) -> None:
    work.commit("own", "x\n")
    repo.git("worktree", "remove", "--force", str(work.worktree))
    repo.git("branch", "-q", "-D", work.branch)
    repo.commit("other", "y\n", message=f"Other\n\nTicket: {work.ticket}")


MISSES = (
    just_started,
    updated_only,
    not_merged,
    moved_on_after_the_merge,
    pushed_further_elsewhere,
    merged_elsewhere,
    half_of_it_picked,
    only_its_trailer,
    only_its_name,
    squashed_but_for_a_file,
    the_same_by_another_ticket,
    another_ticket_of_that_name,
    its_branch_is_gone,
)


@pytest.mark.parametrize("miss", MISSES, ids=lambda miss: str(miss.__name__))
def test_what_only_looks_like_a_merge_closes_nothing(repo: Repo, miss: Callable[[Repo, Work], None]) -> None:
    work = started(repo)
    miss(repo, work)
    tip = repo.git("rev-parse", "refs/yoi/tickets")
    done = reconcile(repo).data
    assert (done["closed"], done["reopened"]) == ([], []), done
    assert work.state() == "inprogress"
    assert repo.git("rev-parse", "refs/yoi/tickets") == tip


def test_a_ticket_that_was_given_back_or_reopened_is_not_closed(ground: Repo) -> None:
    released, reopened = worked(ground, "Released"), worked(ground, "Reopened")
    for work in (released, reopened):
        ground.git("merge", "-q", "--no-ff", "-X", "ours", "--no-edit", work.branch)
    inside(ground, "release", released.ticket, "-m", "Not now.")
    assert [one["id"] for one in reconcile(ground).data["closed"]] == [reopened.ticket]
    inside(ground, "reopen", reopened.ticket, "-m", "Not good enough.")
    assert reconcile(ground).data["closed"] == []
    # Started once more its branch has nothing of its own yet.
    inside(ground, "ready", reopened.ticket)
    inside(ground, "queue", reopened.ticket)
    inside(ground, "start", reopened.ticket)
    assert reconcile(ground).data["closed"] == []
    assert (released.state(), reopened.state()) == ("queued", "inprogress")


def test_a_name_used_again_is_the_new_tickets_alone(ground: Repo) -> None:
    first = started(ground, "First", "--branch", "topic")
    first.commit("one", "1\n")
    land(first, "merge")
    reconcile(ground)
    inside(ground, "worktree", "prune")
    second = started(ground, "Second", "--branch", "topic")
    assert reconcile(ground).data["closed"] == []
    second.commit("two", "2\n")
    assert reconcile(ground).data["closed"] == []
    land(second, "squash")
    assert [one["id"] for one in reconcile(ground).data["closed"]] == [second.ticket]
    ground.git("revert", "--no-edit", "HEAD")
    assert [one["id"] for one in reconcile(ground).data["reopened"]] == [second.ticket]
    assert first.state() == "closed"


def test_a_dry_run_tells_and_changes_nothing(ground: Repo) -> None:
    work = ready_to_land(ground, "squash")
    land(work, "squash")
    before = everything(ground)
    told = reconcile(ground, "--dry-run").data
    assert ([one["id"] for one in told["closed"]], told["dry_run"]) == ([work.ticket], True)
    assert everything(ground) == before
    assert work.state() == "inprogress"


def test_only_the_target_that_is_named_counts(ground: Repo) -> None:
    work = ready_to_land(ground, "squash")
    land(work, "squash")
    ground.git("branch", "release")
    assert reconcile(ground, "--target", "release").data["closed"] == []
    assert inside(ground, "reconcile", "--target", "nowhere", "--json", code=3).error == "not-found"
    assert len(reconcile(ground, "--target", "main").data["closed"]) == 1


def test_what_nobody_approved_is_told_in_the_resolution(ground: Repo) -> None:
    work = ready_to_land(ground, "merge")
    land(work, "merge")
    reconcile(ground)
    text = inside(ground, "show", work.ticket, "--json").data["resolution"]["text"]
    assert "without the approval" in text


def test_a_person_is_told_what_and_why(ground: Repo) -> None:
    assert on_terminal(ground.path, "reconcile") == "Nothing to reconcile.\n"
    work = ready_to_land(ground, "squash")
    land(work, "squash")
    said = on_terminal(ground.path, "reconcile", columns=100).splitlines()
    assert said[0].endswith("  closed  A ticket")
    assert said[1].startswith("  merged into main as ")
    assert "worktree prune" in said[2]
    assert all(len(line) <= 100 for line in said)
