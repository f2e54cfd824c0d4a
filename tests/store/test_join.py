"""The join, played over real objects and the real `apply`: the model of the design's convergence program, restated."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from git_yoi.codec.message import Signature, encode
from git_yoi.domain import events as ev
from git_yoi.domain.apply import Rejection, apply
from git_yoi.domain.entry import Entry
from git_yoi.domain.events import Event
from git_yoi.domain.ticket import Actor, Ticket
from git_yoi.git.objects import Objects
from git_yoi.git.raw import Commit
from git_yoi.store.entry_commit import person_line, read_entry, tree_after
from git_yoi.store.history import order
from git_yoi.store.join import join, read_rejected
from git_yoi.store.lineage import diverge, on_first_parents
from git_yoi.store.root import write_root
from git_yoi.store.snapshot import Snapshot
from tests.memory import memory_objects

TICKETS = ("kkkkkkkkkkkkkkkk", "llllllllllllllll")
# What any clone may bring in from the same source: its entries' nonces are the same everywhere.
OUTSIDE = "mmmmmmmmmmmmmmmm"
ALL = (*TICKETS, OUTSIDE)
DAY = 86_400
WHO = Signature(Actor("Ada", "ada@example.org"), 1_750_000_000)


@dataclass
class World:
    """One hub, some clones, and what was told to whom."""

    objects: Objects
    hub: str
    tips: list[str]
    fetched: list[str]
    held: dict[tuple[int, str], str] = field(default_factory=dict)
    confirmed: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)
    count: int = 0

    def write(self, on: str, ticket: str, event: Event, nonce: str | None = None, *, skew: int = 0) -> str | None:
        """Commit an entry where `apply` lets it, by a clock that is `skew` seconds wrong; its commit."""
        self.count += 1
        at = WHO.at + self.count + skew
        entry = Entry(ticket, event, WHO.actor, at, "human", nonce or f"{self.count:032x}")
        tree = tree_after(self.objects, Snapshot(self.objects, on), entry)
        if isinstance(tree, Rejection):
            return None
        line = person_line(Signature(entry.actor, entry.at))
        return self.objects.write_commit(Commit(tree, (on,), line, line, encode(entry).encode()))

    def ticket(self, tip: str, ticket: str) -> Ticket:
        """A ticket at a tip."""
        found = Snapshot(self.objects, tip).ticket(ticket)
        assert found is not None
        return found

    def entries(self, tip: str) -> list[tuple[str, Entry]]:
        """The entries of a tip, in the record's order."""
        commits = [(oid, c) for oid, c in order(self.objects, tip) if len(c.parents) == 1]
        return [(oid, read_entry(self.objects, oid, c)) for oid, c in commits]


def new_world(clones: int) -> World:
    objects = memory_objects()
    world = World(objects, write_root(objects), [], [])
    for ticket in TICKETS:
        for event in (
            ev.Create("A ticket"),
            ev.StateChange("planning", "ready"),
            ev.StateChange("ready", "queued", text="0" * 64),
        ):
            tip = world.write(world.hub, ticket, event)
            assert tip is not None
            world.hub = tip
    world.tips, world.fetched = [world.hub] * clones, [world.hub] * clones
    return world


def fold(world: World, tip: str) -> tuple[dict[str, Ticket | None], dict[str, bool]]:
    """The state that `apply` gives over the whole order, and which entry had an effect."""
    state: dict[str, Ticket | None] = dict.fromkeys(ALL)
    effect: dict[str, bool] = {}
    nonces: set[tuple[str, str]] = set()
    for oid, entry in world.entries(tip):
        after = apply(state[entry.ticket], entry)
        effect[oid] = not isinstance(after, Rejection) and (entry.ticket, entry.nonce) not in nonces
        if not isinstance(after, Rejection) and effect[oid]:
            state[entry.ticket] = after
            nonces.add((entry.ticket, entry.nonce))
    return state, effect


def look(world: World, tip: str) -> None:
    effect = fold(world, tip)[1]
    assert not any(effect.get(oid) for oid in world.told), "an entry reported as rejected came alive"
    world.told.update(oid for oid, alive in effect.items() if not alive)


def push(world: World, new: str, seen: str) -> bool:
    """The hub takes `new` when it still has what the pusher saw; every promise is checked first."""
    if world.hub != seen:
        return False
    before, after = world.entries(world.hub), world.entries(new)
    assert after[: len(before)] == before, "the published order changed"
    state, effect = fold(world, new)
    assert state == {t: Snapshot(world.objects, new).ticket(t) for t in ALL}, "a state is not what its entries give"
    old = fold(world, world.hub)[1]
    assert all(effect[oid] == alive for oid, alive in old.items()), "a published entry changed its effect"
    assert not any(effect[oid] and e.nonce in world.failed for oid, e in after), "a failed start took hold"
    world.hub = new
    holders = {world.ticket(new, t).claim for t in TICKETS}
    ended = {getattr(e.event, "claim", None) for oid, e in after if effect[oid]}
    assert world.confirmed - holders <= ended, "a confirmed claim was lost though nobody ended it"
    return True


def sync(world: World, clone: int, *, late: bool) -> None:
    seen = world.fetched[clone] if late else world.hub
    joined = join(world.objects, world.tips[clone], seen, lambda: WHO)
    world.tips[clone] = joined.tip
    look(world, joined.tip)
    world.fetched[clone] = joined.tip if push(world, joined.tip, seen) else world.hub


def pull(world: World, clone: int) -> None:
    """Join the hub's tip and send nothing: the join stays on this side, and the next one stands upon it."""
    world.tips[clone] = join(world.objects, world.tips[clone], world.hub, lambda: WHO).tip
    look(world, world.tips[clone])


def start(world: World, clone: int, ticket: str, *, fate: int) -> None:
    """`fate` 0: the push never arrives; 1: the answer is lost; else it is confirmed."""
    seen = world.hub
    world.tips[clone] = join(world.objects, world.tips[clone], seen, lambda: WHO).tip
    look(world, world.tips[clone])
    generation = world.ticket(world.tips[clone], ticket).generation
    nonce = f"{world.count + 1:032x}"
    accept = ev.Accept("queued", generation, "work", "0" * 40, "main")
    made = world.write(world.tips[clone], ticket, accept, nonce)
    if made is None:
        return
    if fate == 0 or not push(world, made, seen):
        world.failed.add(nonce)
        return
    world.written.add(made)
    if fate > 1:
        world.held[clone, ticket], world.tips[clone] = nonce, made
        world.confirmed.add(nonce)


def skew_of(clone: int) -> int:
    """How wrong a clone's clock goes: far more than the few commits that git's own walks forgive."""
    return (0, -40 * DAY, 3 * DAY, -400 * DAY)[clone]


def bring_in(world: World, clone: int) -> None:
    """Import a ticket and its thread, as every clone would that reads the same source."""
    for event, nonce in ((ev.Create("From outside"), "c" * 32), (ev.Comment(), "d" * 32), (ev.Comment(), "e" * 32)):
        had = any(e.nonce == nonce for _, e in world.entries(world.tips[clone]))
        made = None if had else world.write(world.tips[clone], OUTSIDE, event, nonce, skew=skew_of(clone))
        if made is not None:
            world.tips[clone] = made
            world.written.add(made)


def settle(world: World) -> None:
    """Two rounds of syncs, after which every clone and the hub have the same, each entry once."""
    for _ in range(2):
        for clone in range(len(world.tips)):
            sync(world, clone, late=False)
    assert set(world.tips) == {world.hub}, "two rounds of syncs did not settle it"
    ids = [oid for oid, _ in world.entries(world.hub)]
    assert world.written <= set(ids), "an entry was lost"
    assert len(ids) == len(set(ids))


def act(world: World, clone: int, ticket: str, kind: str) -> None:
    """An entry written offline."""
    now = world.ticket(world.tips[clone], ticket)
    mine = world.held.get((clone, ticket), "f" * 32)
    events: dict[str, Event] = {
        "note": ev.Comment(),
        "accept": ev.Accept("queued", now.generation, "work", "0" * 40, "main"),
        "report": ev.Report(mine),
        "release": ev.Release(mine),
        "takeover": ev.Takeover(now.claim or "f" * 32),
        "label": ev.Label(add=(f"l{world.count % 3}",), remove=(f"l{world.count % 2}",)),
    }
    nonce = f"{world.count + 1:032x}"
    made = world.write(world.tips[clone], ticket, events[kind], nonce, skew=skew_of(clone))
    if made is not None:
        world.tips[clone] = made
        world.written.add(made)
        if kind in ("accept", "takeover"):
            world.held[clone, ticket] = nonce
        elif kind == "release":
            world.held.pop((clone, ticket), None)


STEPS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(TICKETS),
        st.sampled_from(
            (
                "sync",
                "sync",
                "late",
                "start",
                "start",
                "fetch",
                "note",
                "accept",
                "report",
                "release",
                "takeover",
                "label",
                "pull",
                "import",
            )
        ),
        st.integers(0, 4),
    ),
    max_size=40,
)


@settings(max_examples=100, deadline=None)
@given(st.integers(2, 4), STEPS)
def test_any_history_of_clones_converges_and_keeps_every_promise(
    clones: int, steps: list[tuple[int, str, str, int]]
) -> None:
    world = new_world(clones)
    for who, ticket, kind, fate in steps:
        clone = who % clones
        if kind in ("sync", "late"):
            sync(world, clone, late=kind == "late")
        elif kind == "start":
            start(world, clone, ticket, fate=fate)
        elif kind == "fetch":
            world.fetched[clone] = world.hub
        elif kind == "pull":
            pull(world, clone)
        elif kind == "import":
            bring_in(world, clone)
        else:
            act(world, clone, ticket, kind)
    settle(world)


def test_every_join_names_exactly_the_local_entries_without_effect() -> None:
    world = new_world(2)
    accept = ev.Accept("queued", 0, "work", "0" * 40, "main")
    ours, theirs = world.write(world.hub, TICKETS[0], accept), world.write(world.hub, TICKETS[0], accept)
    assert ours is not None
    assert theirs is not None
    joined = join(world.objects, ours, theirs, lambda: WHO)
    commit = world.objects.commit(joined.tip)
    assert commit.parents == (theirs, ours)
    assert read_rejected(commit.message) == ((ours, "taken"),)
    assert [(r.commit, r.ticket, r.code) for r in joined.rejected] == [(ours, TICKETS[0], "taken")]


def test_an_entry_with_the_nonce_of_a_published_one_is_a_duplicate() -> None:
    world = new_world(2)
    ours = world.write(world.hub, TICKETS[0], ev.Comment(), "a" * 32)
    theirs = world.write(world.hub, TICKETS[0], ev.Comment(), "a" * 32)
    assert ours is not None
    assert theirs is not None
    assert [r.code for r in join(world.objects, ours, theirs, lambda: WHO).rejected] == ["duplicate"]


def test_only_what_is_ahead_is_pushed_and_only_what_is_behind_is_taken() -> None:
    world = new_world(2)
    more = world.write(world.hub, TICKETS[0], ev.Comment())
    assert more is not None
    assert join(world.objects, more, world.hub, lambda: WHO).how == "ahead"
    assert join(world.objects, world.hub, more, lambda: WHO) == join(world.objects, world.hub, more, lambda: WHO)
    assert join(world.objects, world.hub, more, lambda: WHO).tip == more
    assert join(world.objects, more, more, lambda: WHO).how == "same"


@settings(max_examples=100, deadline=None)
@given(STEPS)
def test_what_each_side_has_alone_is_what_set_arithmetic_says(steps: list[tuple[int, str, str, int]]) -> None:
    world = new_world(3)
    for who, ticket, kind, _ in steps:
        if kind in ("sync", "late"):
            sync(world, who % 3, late=kind == "late")
        elif kind == "pull":
            pull(world, who % 3)
        elif kind == "import":
            bring_in(world, who % 3)
        elif kind not in ("start", "fetch"):
            act(world, who % 3, ticket, kind)
    local, remote = world.tips[0], world.hub
    ours = {oid for oid, _ in order(world.objects, local)}
    theirs = {oid for oid, _ in order(world.objects, remote)}
    alone = {(local, remote): ours - theirs, (remote, local): theirs - ours}
    told = {asked: {oid: world.objects.commit(oid).parents for oid in oids} for asked, oids in alone.items()}
    for difference in (None, lambda tip, without: told[tip, without]):
        found = diverge(world.objects, local, remote, difference=difference)
        assert {oid for oid, _ in found.local} == ours - theirs
        assert {oid for oid, _ in found.remote} == theirs - ours
    assert on_first_parents(world.objects, world.hub, world.hub)


def test_an_offline_acceptance_is_refused_once_the_ticket_was_held_and_given_back() -> None:
    world = new_world(2)
    accept = ev.Accept("queued", 0, "work", "0" * 40, "main")
    ours = world.write(world.hub, TICKETS[0], accept)
    taken = world.write(world.hub, TICKETS[0], accept, "a" * 32)
    assert ours is not None
    assert taken is not None
    released = world.write(taken, TICKETS[0], ev.Release("a" * 32))
    assert released is not None
    joined = join(world.objects, ours, released, lambda: WHO)
    assert [r.code for r in joined.rejected] == ["stale"]
    assert world.ticket(joined.tip, TICKETS[0]).state == "queued"


def test_joins_upon_joins_that_nobody_published_still_settle() -> None:
    world = new_world(2)
    for _ in range(4):
        act(world, 0, TICKETS[0], "note")
        act(world, 1, TICKETS[0], "label")
        sync(world, 1, late=False)
        pull(world, 0)
    shape = [len(world.objects.commit(oid).parents) for oid, _ in order(world.objects, world.tips[0])]
    assert shape.count(2) >= 4
    settle(world)


def test_what_two_clones_import_from_one_source_has_its_effect_once() -> None:
    world = new_world(3)
    for clone in range(3):
        bring_in(world, clone)
        pull(world, clone)
    settle(world)
    effect = fold(world, world.hub)[1]
    alive = [entry.nonce for oid, entry in world.entries(world.hub) if entry.ticket == OUTSIDE and effect[oid]]
    assert alive == ["c" * 32, "d" * 32, "e" * 32]
    assert len([1 for _, entry in world.entries(world.hub) if entry.ticket == OUTSIDE]) == 9


LIFE: tuple[Event, ...] = (
    ev.StateChange("planning", "ready"),
    ev.StateChange("ready", "queued", text="0" * 64),
    ev.StateChange("queued", "planning", reason="not yet"),
    ev.StateChange("ready", "planning", reason="not yet"),
    ev.Close("wontfix"),
    ev.Reopen("again"),
    ev.Block("waits"),
    ev.Unblock(),
    ev.Link("related", TICKETS[1]),
    ev.Unlink("related", TICKETS[1]),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, len(LIFE) + 3)), max_size=40))
def test_whatever_is_done_offline_no_published_entry_changes_its_place_or_its_effect(
    steps: list[tuple[int, int]],
) -> None:
    world = new_world(3)
    for clone, number in steps:
        if number < len(LIFE):
            made = world.write(world.tips[clone], TICKETS[0], LIFE[number], skew=skew_of(clone))
            world.tips[clone] = made or world.tips[clone]
            world.written |= {made} if made else set()
            continue
        world.tips[clone] = join(world.objects, world.tips[clone], world.hub, lambda: WHO).tip
        if number > len(LIFE):
            assert push(world, world.tips[clone], world.hub)
    world.told.clear()
    settle(world)
