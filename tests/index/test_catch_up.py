"""Catching up equals building anew, whatever was written and however often the index looked."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from git_yoi.actions.session import Session
from git_yoi.domain.entry import Entry
from git_yoi.domain.events import Block, Close, Comment, Create, Label, Link, Reopen, StateChange, Unlink
from git_yoi.domain.events import ObjectiveChange as Objective
from git_yoi.domain.ids import from_bytes
from git_yoi.errors import YoiError
from git_yoi.store.append import append
from tests.conftest import Repo
from tests.index.support import from_scratch, index_file, keeper, on_disk, tip
from tests.inside import inside, new, session_of

IDS = [from_bytes(bytes([17 * n] * 8)) for n in range(3)]
EVENTS = [
    Create("A title 設定"),
    Create("Another"),
    Comment(),
    Label(("ui",), ()),
    Label((), ("ui",)),
    StateChange("planning", "ready"),
    StateChange("ready", "queued", text="0" * 64),
    Block("it waits"),
    Link("depends-on", IDS[0]),
    Link("blocks", IDS[1]),
    Unlink("blocks", IDS[1]),
    Close("obsolete"),
    Reopen("why"),
    Objective("new", "A goal", tickets=(IDS[0],)),
    Objective("close"),
]
STEPS = st.tuples(st.sampled_from(IDS), st.sampled_from(EVENTS), st.sampled_from(["", "認証を直す", "words here"]))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(STEPS, st.just("look")), min_size=1, max_size=14))
def test_an_index_that_caught_up_equals_one_built_from_scratch(repo: Repo, steps: list[object]) -> None:
    session = session_of(repo)
    # Making a repository takes longer than the whole example: the same one is set back to the root each time.
    repo.git("update-ref", session.ref, repo.git("rev-list", "--max-parents=0", session.ref))
    index_file(repo).unlink(missing_ok=True)
    for step in steps:
        if isinstance(step, tuple):
            write(session, session.entry(*step))
        else:
            keeper(repo).at(tip(repo)).close()
    keeper(repo).at(tip(repo)).close()
    assert on_disk(repo) == from_scratch(repo)


def test_much_more_than_there_was_is_built_anew(repo: Repo) -> None:
    ticket, session = new(repo), session_of(repo)
    keeper(repo).at(tip(repo)).close()
    before = index_file(repo).stat().st_ino
    append(
        session.writer,
        session.ref,
        session.tip,
        lambda _: [session.entry(ticket, Comment(), str(n)) for n in range(1200)],
    )
    keeper(repo).at(tip(repo)).close()
    assert index_file(repo).stat().st_ino != before
    assert on_disk(repo) == from_scratch(repo)
    assert [row[7] for row in sorted(on_disk(repo)["entries"]) if row[3] == "comment"] == [str(n) for n in range(1200)]


def write(session: Session, entry: Entry) -> None:
    """Add an entry behind the index's back; one that is refused leaves no trace."""
    try:
        append(session.writer, session.ref, session.tip, lambda _: [entry])
    except YoiError:
        return


def test_after_a_write_the_index_is_at_its_tip_already(repo: Repo) -> None:
    new(repo)
    new(repo, "Another")
    assert on_disk(repo)["stamp"][0][0] == tip(repo)


def test_a_ref_that_was_set_back_is_shown_as_it_is(repo: Repo) -> None:
    first = new(repo, "First")
    before = tip(repo)
    new(repo, "Second")
    repo.git("update-ref", "refs/yoi/tickets", before)
    assert [t["id"] for t in inside(repo, "list", "--json").data] == [first]
    assert on_disk(repo) == from_scratch(repo)


def test_a_tip_that_was_read_before_somebody_elses_write_is_answered_from_the_newer_one(repo: Repo) -> None:
    new(repo, "First")
    old = tip(repo)
    second = new(repo, "Second")
    view = keeper(repo).at(old)
    assert view.tip == tip(repo)
    assert view.rows("SELECT 1 FROM tickets WHERE id = ?", (second,))


def test_an_open_view_stays_as_it_is_while_others_write(repo: Repo) -> None:
    new(repo, "First")
    view = keeper(repo).at(tip(repo))
    new(repo, "Second")
    assert view.rows("SELECT count(*) FROM tickets") == [(1,)]
    view.close()
    assert on_disk(repo) == from_scratch(repo)


def test_a_history_with_a_join_knows_what_the_join_rejected(repo: Repo) -> None:
    ticket = new(repo)
    base = tip(repo)
    inside(repo, "ready", ticket)
    theirs = tip(repo)
    repo.git("update-ref", "refs/yoi/tickets", base)
    inside(repo, "ready", ticket)
    mine = tip(repo)
    message = f"join\n\nYoi-Rejected: {mine} stale\n"
    join = repo.git("commit-tree", f"{theirs}^{{tree}}", "-p", theirs, "-p", mine, "-m", message)
    repo.git("update-ref", "refs/yoi/tickets", join)
    entries = inside(repo, "show", ticket, "--json").data["entries"]
    assert [(e["id"], e["effective"], e["reason"]) for e in entries[1:]] == [
        (theirs, True, None),
        (mine, False, "stale"),
    ]
    inside(repo, "comment", ticket, "-m", "after the join")
    assert on_disk(repo) == from_scratch(repo)
    assert index_file(repo).exists()
