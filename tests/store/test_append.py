from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from git_yoi.domain import events as ev
from git_yoi.domain.apply import Rejection, apply
from git_yoi.domain.entry import Entry
from git_yoi.domain.ticket import Actor
from git_yoi.errors import YoiError
from git_yoi.store.entry_commit import read_entry
from git_yoi.store.history import order
from git_yoi.store.root import ROOT_IDS
from git_yoi.store.snapshot import Snapshot
from git_yoi.store.verify import verify
from tests.store.worlds import REF, Store

ONE, TWO = "kkkkkkkkkkkkkkkk", "llllllllllllllll"


def proved(store: Store) -> bool:
    """Whether our proof and git's own both find nothing."""
    store.repo.git("fsck", "--strict")
    return verify(store.writer.objects, store.tip()).problems == ()


def thread(store: Store) -> list[Entry]:
    objects = store.writer.objects
    return [read_entry(objects, oid, c) for oid, c in order(objects, store.tip()) if c.parents]


def test_the_root_is_the_constant_one(store: Store) -> None:
    assert store.tip() in ROOT_IDS
    assert proved(store)


def test_an_entry_is_one_commit_whose_tree_is_the_state(store: Store) -> None:
    made = store.add(store.entry(ONE, ev.Create("A title"), "A description"))
    assert made.commits == (store.tip(),)
    assert store.repo.git("rev-parse", f"{REF}^") == made.before
    assert store.repo.git("ls-tree", "-r", "--name-only", REF).split() == [f"tickets/kk/{ONE}.md", "yoi.yaml"]
    assert store.repo.git("show", f"{REF}:tickets/kk/{ONE}.md").endswith("---\nA description")
    assert proved(store)


def test_plain_git_log_reads_as_a_thread(store: Store) -> None:
    store.add(
        store.entry(ONE, ev.Create("A title")),
        store.entry(ONE, ev.Decision(), "Split it\n\nBecause."),
        store.entry(ONE, ev.StateChange("planning", "ready")),
    )
    shown = store.repo.git("log", "--reverse", "--format=%an|%s", REF).split("\n")
    assert shown[1:] == ["Ada|create: A title", "Ada|decision: Split it", "Ada|state: planning -> ready"]
    assert store.repo.git("log", "-1", "--format=%(trailers:key=Yoi-Event,valueonly)", REF).strip() == "state"


def test_several_entries_are_one_move_of_the_ref(store: Store) -> None:
    events: list[ev.Event] = [ev.Create("One"), ev.Label(("ui",)), ev.Link("related", TWO)]
    made = store.add(*(store.entry(ONE, event) for event in events), store.entry(TWO, ev.Create("Two")))
    assert len(made.commits) == 4
    assert [e.ticket for e in thread(store)] == [ONE, ONE, ONE, TWO]
    assert {*store.snapshot().ticket_ids()} == {ONE, TWO}
    assert proved(store)


def test_one_refused_entry_of_several_leaves_the_ref(store: Store) -> None:
    before = store.tip()
    with pytest.raises(YoiError) as refused:
        store.add(store.entry(ONE, ev.Create("One")), store.entry(ONE, ev.Reopen()))
    assert refused.value.code == "illegal-transition"
    assert store.tip() == before


def test_a_lost_race_is_judged_anew(store: Store) -> None:
    store.add(store.entry(ONE, ev.Create("One")))
    seen: list[str] = []

    def build(snapshot: Snapshot) -> list[Entry]:
        seen.append(snapshot.commit)
        if len(seen) == 1:
            store.again().add(store.entry(ONE, ev.Label(("faster",))))
        ticket = snapshot.ticket(ONE)
        assert ticket is not None
        return [store.entry(ONE, ev.Comment(), f"I saw {len(ticket.labels)}")]

    store.build(build)
    assert len(seen) == 2
    assert [e.body for e in thread(store)][-1] == "I saw 1"
    assert proved(store)


def test_a_lost_race_for_a_claim_is_refused_not_replayed(store: Store) -> None:
    steps: list[ev.Event] = [
        ev.Create("One"),
        ev.StateChange("planning", "ready"),
        ev.StateChange("ready", "queued", text="t"),
    ]
    store.add(*(store.entry(ONE, event) for event in steps))
    accept = ev.Accept("queued", 0, "branch", "a" * 40, "main")
    tries: list[str] = []

    def build(snapshot: Snapshot) -> list[Entry]:
        tries.append(snapshot.commit)
        if len(tries) == 1:
            store.again().add(store.entry(ONE, accept, actor=Actor("Bob", "b@x")))
        return [store.entry(ONE, accept)]

    with pytest.raises(YoiError) as refused:
        store.build(build)
    assert refused.value.code == "taken"
    assert [e.event.name for e in thread(store)].count("accept") == 1


def test_many_writers_at_once_lose_nothing(store: Store) -> None:
    store.add(store.entry(ONE, ev.Create("One")))

    def write(number: int) -> None:
        own = store.again()
        for n in range(5):
            own.add(own.entry(ONE, ev.Comment(), f"{number}.{n}"))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert sorted(e.body for e in thread(store)[1:]) == sorted(f"{w}.{n}" for w in range(4) for n in range(5))
    assert proved(store)


def test_nothing_to_add_moves_nothing(plain_store: Store) -> None:
    before = plain_store.tip()
    assert plain_store.add().commits == ()
    assert plain_store.tip() == before


def test_what_is_packed_is_read_as_well(store: Store) -> None:
    store.add(store.entry(ONE, ev.Create("One")), store.entry(ONE, ev.Comment(), "Words"))
    store.repo.git("repack", "-adq")
    store.repo.git("prune-packed", "-q")
    store.add(store.entry(ONE, ev.Comment(), "More"))
    assert [e.body for e in thread(store.again())] == ["", "Words", "More"]
    assert proved(store)


@pytest.mark.parametrize(
    "actor",
    [
        Actor("Two\nlines", "a@x"),
        Actor("A <b> c", "a<b>@x"),
        Actor("  spaces  ", " a@x "),
        Actor("Ada Jr.", "ada@x."),
        Actor("\udce9tienne", "e@x"),
        Actor('"Quoted", Inc.', "'q'@x"),
        Actor("山田\u202e", "名@例え"),
        Actor("", "nameless@x"),
        Actor("a\rb", "c\x1bd"),
        Actor("Evil\n\nYoi-Event: close", "x@y\nauthor z <z> 0 +0000"),
    ],
    ids=repr,
)
def test_a_hostile_identity_makes_a_commit_that_follows(plain_store: Store, actor: Actor) -> None:
    plain_store.add(plain_store.entry(ONE, ev.Create("One"), actor=actor))
    plain_store.add(plain_store.entry(ONE, ev.Review("approve", "a" * 40), actor=actor))
    ticket = plain_store.snapshot().ticket(ONE)
    assert ticket is not None
    assert ticket.created_by == thread(plain_store)[0].actor == ticket.reviews[0].reviewer
    assert proved(plain_store)


@pytest.mark.parametrize("at", [-(10**12), -1, 0, 253_402_300_799, 10**15])
def test_a_strange_clock_makes_a_commit_that_follows(plain_store: Store, at: int) -> None:
    plain_store.add(plain_store.entry(ONE, ev.Create("One"), at=at), plain_store.entry(ONE, ev.Comment(), at=at))
    assert proved(plain_store)


@pytest.mark.parametrize(
    "event",
    [
        ev.Block("\ud800"),
        ev.Label(("\udfff",)),
        ev.Report("two words"),
        ev.Attach("../up", "a" * 40),
        ev.Close("never"),
    ],
)
def test_a_value_that_cannot_be_kept_is_refused(plain_store: Store, event: ev.Event) -> None:
    steps: list[ev.Event] = [
        ev.Create("One"),
        ev.StateChange("planning", "ready"),
        ev.StateChange("ready", "queued", text="t"),
    ]
    plain_store.add(*(plain_store.entry(ONE, step) for step in steps))
    before = plain_store.tip()
    with pytest.raises(YoiError) as refused:
        plain_store.add(plain_store.entry(ONE, event))
    assert refused.value.code in ("usage", "illegal-transition")
    assert plain_store.tip() == before


def test_every_entry_is_what_apply_makes_of_it(store: Store) -> None:
    events: Sequence[ev.Event] = (
        ev.Create("One", "P1", ("a",), ("b",)),
        ev.Edit("Another title"),
        ev.Label(("c",), ("a",)),
        ev.Assign((), ("b",)),
        ev.Intake(),
        ev.Link("blocks", TWO, "first"),
    )
    store.add(*(store.entry(ONE, event) for event in events))
    state = None
    for entry in thread(store):
        after = apply(state, entry)
        assert not isinstance(after, Rejection)
        state = after
    assert store.snapshot().ticket(ONE) == state
