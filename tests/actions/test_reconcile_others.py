"""Other tickets' work that takes lines out again, or has the same change: what is accepted there is no revert."""

from __future__ import annotations

import pytest

from tests.actions.test_reconcile import land, reconcile
from tests.conftest import Repo
from tests.inside import inside
from tests.merge.scene import Work, started

TEXT = "top\nmiddle\nbottom\n"
WHEN = "@1000000000 +0000"
MORE = "top\nmiddle\nbottom\nworkaround\n"


@pytest.fixture
def ground(repo: Repo) -> Repo:
    repo.commit("shared", TEXT)
    return repo


def completed(repo: Repo, title: str, text: str, *more: str, message: str = "Do it") -> Work:
    """A ticket whose one commit sets the shared file, completed after the target went on."""
    work = started(repo, title)
    repo.commit("shared", text, cwd=work.worktree, message=message)
    repo.commit(f"meanwhile-{work.ticket}", "m\n")
    work.approve()
    work.complete(*more)
    return work


@pytest.mark.parametrize("strategy", ["merge", "squash", "rebase"])
def test_a_ticket_that_takes_out_what_another_made_reopens_nothing(ground: Repo, strategy: str) -> None:
    works = [
        completed(ground, "A workaround", MORE),
        completed(ground, "Remove the workaround", TEXT, "--strategy", strategy),
        completed(ground, "It is needed after all", MORE, "--strategy", strategy),
    ]
    for _ in range(2):
        done = reconcile(ground).data
        assert (done["reopened"], done["left"]) == ([], [])
    ground.git("revert", "--no-edit", *(["-m", "1"] if strategy == "merge" else []), "main")
    reopened = {one["id"] for one in reconcile(ground).data["reopened"]}
    assert (works[2].ticket in reopened, works[1].ticket in reopened) == (True, False)


@pytest.mark.parametrize(
    ("title", "message"), [("Undo the workaround", "Do it"), ("Something", "Revert the workaround")]
)
def test_a_ticket_that_speaks_of_undoing_another_reopens_it(ground: Repo, title: str, message: str) -> None:
    first = completed(ground, "A workaround", MORE)
    completed(ground, title, TEXT, message=message)
    assert [one["id"] for one in reconcile(ground).data["reopened"]] == [first.ticket]


def test_a_merge_that_no_ticket_records_yet_is_anothers_work_as_well(ground: Repo) -> None:
    completed(ground, "A workaround", MORE)
    second = started(ground, "Remove the workaround")
    ground.commit("shared", TEXT, cwd=second.worktree)
    second.commit("more", "m\n")
    land(second, "ff")
    inside(ground, "review", second.ticket, "--approve", "-m", "Fine.", env={"GIT_YOI_ACTOR": "Rea <r@example.org>"})
    for closed in ([second.ticket], []):
        done = reconcile(ground).data
        assert ([one["id"] for one in done["closed"]], done["reopened"]) == (closed, [])
    (ground.path / ".git/yoi/looked-at.json").unlink()
    # By then the record names the last of its commits only.
    assert reconcile(ground).data["reopened"] == []


def test_a_trailer_names_whose_work_it_is_if_there_is_that_ticket(ground: Repo) -> None:
    first = completed(ground, "A workaround", MORE)
    second = started(ground, "Remove the workaround")
    ground.commit("shared", TEXT, message=f"Remove it\n\nTicket: {second.ticket}")
    assert reconcile(ground).data["reopened"] == []
    for ticket in ("kkkkkkkkllllllll", first.ticket):
        ground.git("commit", "-q", "--amend", "-m", f"Remove it\n\nTicket: {ticket}")
        assert [one["id"] for one in reconcile(ground, "--dry-run").data["reopened"]] == [first.ticket]


def test_a_target_that_was_rewritten_with_what_a_ticket_took_out_reopens_nothing(ground: Repo) -> None:
    before = ground.git("rev-parse", "main")
    completed(ground, "A workaround", MORE, "--strategy", "squash")
    second = started(ground, "Remove the workaround")
    ground.commit("shared", TEXT, message=f"Remove it\n\nTicket: {second.ticket}")
    other = ground.git("commit-tree", "-p", before, "-m", "Other", f"{before}^{{tree}}")
    ground.git("rebase", "-q", "--onto", other, before, "main")
    done = reconcile(ground).data
    assert (done["reopened"], len(done["closed"])) == ([], 1)


def alike(repo: Repo, first: str, second: str) -> tuple[Work, Work]:
    """Two tickets with the same change, each in a commit with a subject of its own."""
    one, other = started(repo, "One"), started(repo, "Other")
    for work, message in ((one, first), (other, second)):
        repo.commit("shared", MORE, cwd=work.worktree, message=message)
    repo.commit("meanwhile", "m\n")
    return one, other


@pytest.mark.parametrize("by", ["trailer", "branch", "subject", "squashed"])
@pytest.mark.parametrize("which", [0, 1])
def test_of_two_tickets_with_the_same_change_the_one_that_is_named_closes(ground: Repo, which: int, by: str) -> None:
    works = alike(ground, "Do it", "Do the same")
    named, left = works[which], works[1 - which]
    message = {
        "trailer": f"A fix\n\nTicket: {named.ticket}",
        "branch": f"Merge pull request #1 from ada/{named.branch}",
        "subject": ("Do it (#1)", "Do the same (#1)")[which],
        "squashed": ("A fix\n\n* Do it\n", "A fix\n\n* Do the same\n")[which],
    }[by]
    ground.commit("shared", MORE, message=message)
    done = reconcile(ground).data
    assert [one["id"] for one in done["closed"]] == [named.ticket]
    assert [one["id"] for one in done["left"]] == ([] if by == "trailer" else [left.ticket])
    assert [one["code"] for one in done["left"]] == ([] if by == "trailer" else ["foreign"])


@pytest.mark.parametrize("message", ["Everything (#7)", "Do it (#7)"])
def test_of_two_tickets_with_the_same_change_of_which_none_is_named_none_closes(ground: Repo, message: str) -> None:
    one, other = alike(ground, "Do it", "Do it")
    commit = ground.commit("shared", MORE, message=message)
    for _ in range(2):
        done = reconcile(ground).data
        assert done["closed"] == []
        assert {(each["id"], each["code"]) for each in done["left"]} == {
            (one.ticket, "ambiguous"),
            (other.ticket, "ambiguous"),
        }
        assert {each["commit"] for each in done["left"]} == {commit}
    land(one, "merge")
    assert one.ticket in {each["id"] for each in reconcile(ground).data["closed"]}


def unfinished(repo: Repo) -> Work:
    """A ticket with one small commit so far, whose author has more in the worktree."""
    work = started(repo, "A feature")
    (work.worktree / "shared").write_text(MORE)
    repo.git("commit", "-q", "-a", "--date", WHEN, "-m", "So far", cwd=work.worktree)
    (work.worktree / "feature").write_text("hours of work\n")
    return work


def changed_unsaved(work: Work) -> None:
    (work.worktree / "feature").unlink()
    (work.worktree / "shared").write_text("more to come\n")


@pytest.mark.parametrize("unsaved", ["untracked", "changed", "renamed"])
def test_the_same_change_by_somebody_closes_no_ticket_with_unsaved_work(ground: Repo, unsaved: str) -> None:
    work = unfinished(ground)
    if unsaved == "changed":
        changed_unsaved(work)
    elif unsaved == "renamed":
        ground.git("branch", "-m", work.branch, "better")
    commit = ground.commit("shared", MORE, message="Somebody's own")
    for _ in range(2):
        done = reconcile(ground).data
        assert [(one["code"], one["commit"]) for one in done["left"]] == [("dirty", commit)]
        assert (done["closed"], work.state()) == ([], "inprogress")
    ground.git("reset", "-q", "--hard", cwd=work.worktree)
    (work.worktree / "feature").unlink(missing_ok=True)
    assert [one["id"] for one in reconcile(ground).data["closed"]] == [work.ticket]


@pytest.mark.parametrize("message", ["So far (#7)", "A fix\n\nTicket: {ticket}", "From {branch}", "Picked"])
def test_a_squash_that_names_the_ticket_closes_it_whatever_lies_about(ground: Repo, message: str) -> None:
    work = unfinished(ground)
    (ground.path / "shared").write_text(MORE)
    said = message.format(ticket=work.ticket, branch=work.branch)
    when = WHEN if message == "Picked" else "@1000000001 +0000"
    ground.git("commit", "-q", "-a", "--date", when, "-m", said)
    assert [one["id"] for one in reconcile(ground).data["closed"]] == [work.ticket]


def test_a_merge_closes_a_ticket_whatever_lies_about(ground: Repo) -> None:
    work = unfinished(ground)
    land(work, "merge")
    assert [one["id"] for one in reconcile(ground).data["closed"]] == [work.ticket]
