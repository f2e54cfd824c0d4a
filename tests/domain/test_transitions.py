"""Every event in every state: what is expected is written out here, by hand, and not taken from the program's table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from git_yoi.domain import events as ev
from git_yoi.domain.apply import Rejection, apply
from git_yoi.domain.entry import Entry, TextChange
from git_yoi.domain.events import EVENTS, Event
from git_yoi.domain.ticket import Actor, Resolution, Ticket

ADA, BOB = Actor("Ada", "ada@example.org"), Actor("Bob", "bob@example.org")
ID, CLAIM, NONCE, COMMIT = "kkkkkkkkkkkkkkkk", "c" * 32, "d" * 32, "a" * 40
STATES = ("planning", "ready", "queued", "inprogress", "done", "closed")


def ticket(state: str) -> Ticket:
    """A ticket as it comes to be in a state; in progress it is Ada's."""
    made = Ticket(ID, "A title", state, "P2", (), (), 100, ADA, 100, body="one\ntwo\nthree\n")
    if state == "inprogress":
        return replace(made, generation=1, claim=CLAIM, holder=ADA, branch="b", queued_text="t")
    if state == "queued":
        return replace(made, queued_text="t")
    if state == "closed":
        return replace(made, resolution=Resolution("completed", "It is done"))
    return made


def entry(event: Event, body: str = "") -> Entry:
    return Entry(ID, event, BOB, 200, "human", NONCE, body)


# event -> the state that follows, or the code of the refusal, from each of the six states in their order.
STALE, ILLEGAL = "!stale", "!illegal-transition"
SAME = STATES
MATRIX: dict[str, tuple[Event, tuple[str, ...]]] = {
    "create": (ev.Create("A title"), ("!exists",) * 6),
    "edit": (ev.Edit("Another"), SAME),
    "comment": (ev.Comment(), SAME),
    "plan": (ev.Plan(), SAME),
    "decision": (ev.Decision(), SAME),
    "intake": (ev.Intake(), SAME),
    "label": (ev.Label(("ui",)), SAME),
    "assign": (ev.Assign(("me",)), SAME),
    "attach": (ev.Attach("a.txt", COMMIT), SAME),
    "detach": (ev.Detach("a.txt"), ("!not-found",) * 6),
    "link": (ev.Link("related", "llllllllllllllll"), SAME),
    "unlink": (ev.Unlink("related", "llllllllllllllll"), ("!not-found",) * 6),
    "review": (ev.Review("approve", COMMIT), SAME),
    "objective": (ev.ObjectiveChange("close"), (ILLEGAL,) * 6),
    "report": (ev.Report(CLAIM), (ILLEGAL, ILLEGAL, ILLEGAL, "inprogress", ILLEGAL, ILLEGAL)),
    "report, stale claim": (ev.Report(NONCE), (ILLEGAL, ILLEGAL, ILLEGAL, "!fenced", ILLEGAL, ILLEGAL)),
    "state planning ready": (ev.StateChange("planning", "ready"), ("ready", *[STALE] * 5)),
    "state ready queued": (ev.StateChange("ready", "queued", text="t"), (STALE, "queued", *[STALE] * 4)),
    "state queued queued": (ev.StateChange("queued", "queued", text="t"), (STALE, STALE, "queued", *[STALE] * 3)),
    "state ready planning": (ev.StateChange("ready", "planning"), (STALE, "planning", *[STALE] * 4)),
    "state queued planning": (ev.StateChange("queued", "planning"), (STALE, STALE, "planning", *[STALE] * 3)),
    "state inprogress done": (ev.StateChange("inprogress", "done"), (*[STALE] * 3, "done", STALE, STALE)),
    "accept": (
        ev.Accept("queued", 0, "b", COMMIT, "main"),
        (STALE, STALE, "inprogress", "!taken", STALE, STALE),
    ),
    "accept, other generation": (
        ev.Accept("queued", 7, "b", COMMIT, "main"),
        (STALE, STALE, STALE, "!taken", STALE, STALE),
    ),
    "accept from ready": (
        ev.Accept("ready", 0, "b", COMMIT, "main"),
        (STALE, ILLEGAL, STALE, "!taken", STALE, STALE),
    ),
    "release": (ev.Release(CLAIM), (ILLEGAL, ILLEGAL, ILLEGAL, "queued", ILLEGAL, ILLEGAL)),
    "release, stale claim": (ev.Release(NONCE), (ILLEGAL, ILLEGAL, ILLEGAL, "!fenced", ILLEGAL, ILLEGAL)),
    "takeover": (ev.Takeover(CLAIM), (ILLEGAL, ILLEGAL, ILLEGAL, "inprogress", ILLEGAL, ILLEGAL)),
    "takeover, stale claim": (ev.Takeover(NONCE), (ILLEGAL, ILLEGAL, ILLEGAL, "!fenced", ILLEGAL, ILLEGAL)),
    "block": (ev.Block("why"), (ILLEGAL, ILLEGAL, "queued", "inprogress", ILLEGAL, ILLEGAL)),
    "unblock": (ev.Unblock(), (ILLEGAL,) * 6),
    "merge": (ev.Merge(COMMIT, "main", COMMIT), ("done",) * 6),
    "close": (ev.Close("wontfix"), (*["closed"] * 5, ILLEGAL)),
    "close, unknown word": (ev.Close("forgotten"), (*["!usage"] * 5, ILLEGAL)),
    "reopen": (ev.Reopen(), (*[ILLEGAL] * 4, "planning", "planning")),
    "import": (ev.Import({}, "ready"), (ILLEGAL,) * 6),
    "repair": (ev.Repair("why"), ("!usage",) * 6),
}
LEGAL_STEPS = {
    ("planning", "ready"),
    ("ready", "queued"),
    ("queued", "queued"),
    ("ready", "planning"),
    ("queued", "planning"),
    ("inprogress", "done"),
}


@pytest.mark.parametrize("case", MATRIX)
def test_every_event_in_every_state(case: str) -> None:
    event, expected = MATRIX[case]
    for state, wanted in zip(STATES, expected, strict=True):
        before = ticket(state)
        after = apply(before, entry(event))
        told = f"!{after.code}" if isinstance(after, Rejection) else after.state
        assert told == wanted, (case, state)
        assert before == ticket(state)


def test_the_matrix_leaves_no_event_out() -> None:
    assert {event.name for event, _ in MATRIX.values()} | {"state"} == set(EVENTS)


@pytest.mark.parametrize("seen", STATES)
@pytest.mark.parametrize("to", [*STATES, "flying"])
def test_a_state_entry_takes_the_steps_of_the_lifecycle_and_no_other(seen: str, to: str) -> None:
    after = apply(ticket(seen), entry(ev.StateChange(seen, to)))
    if (seen, to) in LEGAL_STEPS:
        assert isinstance(after, Ticket)
        assert after.state == to
    else:
        assert isinstance(after, Rejection)
        assert after.code == "illegal-transition"


@pytest.mark.parametrize("name", [name for name in EVENTS if name not in ("create", "repair")])
def test_no_event_but_create_and_repair_makes_a_ticket(name: str) -> None:
    event = next(event for event, _ in MATRIX.values() if event.name == name)
    after = apply(None, entry(event))
    assert isinstance(after, Rejection)
    assert after.code == "not-found"


def applied(before: Ticket, event: Event, body: str = "") -> Ticket:
    after = apply(before, entry(event, body))
    assert isinstance(after, Ticket), after
    return after


def test_an_acceptance_holds_by_its_own_nonce_and_counts_a_generation() -> None:
    after = applied(ticket("queued"), ev.Accept("queued", 0, "branch", COMMIT, "main"))
    assert (after.claim, after.holder, after.generation) == (NONCE, BOB, 1)
    assert (after.branch, after.base, after.target) == ("branch", COMMIT, "main")


def test_a_takeover_ends_one_claim_and_begins_another() -> None:
    after = applied(ticket("inprogress"), ev.Takeover(CLAIM))
    assert (after.claim, after.holder, after.generation, after.branch) == (NONCE, BOB, 2, "b")


@pytest.mark.parametrize(
    "event", [ev.Release(CLAIM), ev.StateChange("inprogress", "done"), ev.Merge(COMMIT, "main", COMMIT), ev.Close()]
)
def test_whatever_ends_the_work_ends_the_claim_and_keeps_the_branch(event: Event) -> None:
    after = applied(ticket("inprogress"), event)
    assert (after.claim, after.holder, after.branch, after.generation) == (None, None, "b", 1)


@pytest.mark.parametrize(
    ("event", "marked"),
    [
        (ev.Release(CLAIM), True),
        (ev.Takeover(CLAIM), True),
        (ev.StateChange("inprogress", "done"), False),
        (ev.Merge(COMMIT, "main", COMMIT), False),
        (ev.Close(), False),
        (ev.Unblock(), False),
    ],
)
def test_a_block_mark_lasts_as_long_as_there_is_work_to_stop(event: Event, marked: bool) -> None:
    blocked = applied(ticket("inprogress"), ev.Block("why"))
    assert (applied(blocked, event).blocked is not None) == marked


def test_an_edit_merges_with_what_others_wrote_meanwhile() -> None:
    seen = "one\ntwo\nthree\n"
    now = replace(ticket("ready"), body="one\ntwo\nTHREE\n")
    change = replace(entry(ev.Edit()), text=TextChange(seen, "ONE\ntwo\nthree\n"))
    after = apply(now, change)
    assert isinstance(after, Ticket)
    assert after.body == "ONE\ntwo\nTHREE\n"
    conflict = apply(now, replace(change, text=TextChange(seen, "one\ntwo\nIII\n")))
    assert isinstance(conflict, Rejection)
    assert conflict.code == "stale-text"


@pytest.mark.parametrize("name", ["../up", "a/b", ".git", ".GIT", "git~1", "", ".", "a\nb", "x" * 300, ".gitmodules"])
def test_an_attachment_with_an_unsafe_name_is_refused(name: str) -> None:
    after = apply(ticket("ready"), entry(ev.Attach(name, COMMIT)))
    assert isinstance(after, Rejection)
    assert after.code == "usage"


@pytest.mark.parametrize("blob", ["", "HEAD", "a" * 39, "A" * 40, "a" * 41])
def test_an_attachment_without_a_whole_object_id_is_refused(blob: str) -> None:
    assert isinstance(apply(ticket("ready"), entry(ev.Attach("a.txt", blob))), Rejection)


@pytest.mark.parametrize("body", ["a\0b", "\ud800", "x" * ((1 << 20) + 1), "é" * (1 << 19) + "é"])
def test_a_text_that_cannot_be_kept_is_refused(body: str) -> None:
    after = apply(ticket("ready"), entry(ev.Comment(), body))
    assert isinstance(after, Rejection)
    assert after.code == "usage"


def test_one_reviewer_has_one_judgement_whatever_the_case_of_the_mail() -> None:
    first = applied(ticket("inprogress"), ev.Review("request-changes", COMMIT))
    again = Entry(ID, ev.Review("approve", COMMIT), Actor("Robert", "BOB@Example.org"), 300, "human", "e" * 32)
    after = apply(first, again)
    assert isinstance(after, Ticket)
    assert [r.decision for r in after.reviews] == ["approve"]


OUTSIDE = replace(ticket("planning"), imported={"format": "yoi"})


def imported(state: str | None, **facts: str) -> Entry:
    event = ev.Import({"format": "yoi", **facts}, state)
    return replace(entry(event, "The end"), imported=event.imported)


@pytest.mark.parametrize("state", STATES)
def test_an_import_sets_any_state_on_a_ticket_from_outside(state: str) -> None:
    after = apply(OUTSIDE, imported(state))
    assert isinstance(after, Ticket)
    assert (after.state, after.own) == (state, False)
    assert (after.claim is not None) == (state == "inprogress")
    assert (after.resolution is not None) == (state == "closed")


def test_an_import_after_an_entry_of_our_own_sets_no_state() -> None:
    own = applied(OUTSIDE, ev.Comment())
    assert own.own
    assert isinstance(apply(own, imported("ready")), Rejection)
    assert isinstance(apply(own, imported(None)), Ticket)


def test_a_repair_brings_the_whole_ticket() -> None:
    fixed = replace(ticket("closed"), title="Fixed")
    after = apply(ticket("ready"), replace(entry(ev.Repair("why")), replacement=fixed))
    assert after == replace(fixed, updated_at=200)
