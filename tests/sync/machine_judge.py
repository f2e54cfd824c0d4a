"""What must hold after every step: what the program told is compared with what the repositories have.

Nothing here asks the program for the order, the joins or the claims: they are worked out anew from plain git, and only
which entries have an effect is what `show` says, once and for all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.conftest import Ran
from tests.sync.machine_world import TICKETS, Clone, World

TAKING = ("start", "start-offline", "takeover")
READS = ("show", "list", "fsck")
# What a command that failed may say; 1 (a fault of the program) and 130 are never right here.
CODES = (2, 3, 4, 5, 6, 7, 9)
NEVER = ("rewritten", "io", "internal", "findings", "corrupt")


class Deed(NamedTuple):
    """One command that ran in a clone, and how it ended (None: killed).

    `troubled`: a fault was in its way; `inside`: it ran while another of the same clone did, with which it is judged.
    """

    clone: Clone
    kind: str
    arguments: Sequence[str]
    ran: Ran | None
    troubled: bool
    inside: bool = False


@dataclass
class Judge:
    """The memory of what was told.

    `promised`: nonces of claims that a command said it has, or could not tell; `open`: those of the latter, by clone
    and ticket; `failed`: those that are told by now not to have come about; `confirmed`: (ticket, nonce, clone) that
    were told to be on the shared remote; `exits` counts how commands ended.
    """

    world: World
    hub_tip: str | None = None
    moves: int = 0
    written: set[str] = field(default_factory=set)
    promised: set[str] = field(default_factory=set)
    open: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    confirmed: list[tuple[str, str, str]] = field(default_factory=list)
    rejected: set[str] = field(default_factory=set)
    trees: dict[str, set[str]] = field(default_factory=dict)
    exits: Counter[str] = field(default_factory=Counter)

    def judge(self, deeds: Sequence[Deed]) -> None:
        """Compare what commands answered with what they did."""
        for deed in deeds:
            self._told(deed)
            if not deed.inside:
                self._in_the_clone(deed)
        self.look_at_hub()
        for deed in deeds:
            if deed.ran is not None and deed.ran.code == 0:
                self._kept(deed, deed.ran)
        self._confirmed_stand()

    def _told(self, deed: Deed) -> None:
        ran = deed.ran
        word = "killed" if ran is None else "ok" if ran.code == 0 else ran.error
        self.exits[f"{deed.kind} {word}"] += 1
        if ran is None:
            return
        assert "Traceback" not in ran.err, ran.err
        assert ran.code == 0 or (ran.code in CODES and word not in NEVER), ran
        if not deed.troubled:
            assert word not in ("remote", "remote-unknown"), ran
            assert deed.kind not in ("sync", "pull") or ran.code == 0, ran

    def _in_the_clone(self, deed: Deed) -> None:
        """Nothing is lost, and no branch or worktree comes but by an acceptance that is recorded."""
        clone, old, heads = deed.clone, deed.clone.tip, deed.clone.heads()
        before = dict(clone.refs)
        trees = self.trees.get(clone.name, set())
        self.written |= self.world.look(clone)
        self.trees[clone.name] = clone.worktrees()
        assert deed.kind not in READS or clone.refs == before, f"{deed.kind} moved a ref"
        if old is not None and old != clone.tip:
            assert clone.tip is not None, "the ticket ref is gone"
            lost = set(self.world.history.order(old)) - set(self.world.history.order(clone.tip))
            assert not lost, f"the clone lost {lost}"
        if deed.kind in TAKING:
            self._taken(clone, deed.arguments[1], deed.ran)
        if deed.kind in TAKING and (deed.ran is None or deed.ran.code == 0):
            self._accepted_first(deed, clone.heads() - heads)
        else:
            assert (clone.heads(), clone.worktrees()) == (heads, trees), "a branch or a worktree came or went"

    def _taken(self, clone: Clone, ticket: str, ran: Ran | None) -> None:
        """Sort the claim of a start or takeover by what was told of it."""
        nonce = (clone.claim(ticket) or {}).get("nonce")
        mine = self.open.setdefault((clone.name, ticket), set())
        if ran is None or ran.code == 0 or ran.error == "remote-unknown":
            assert nonce is not None or ran is None, "no record of the claim"
            new = {str(nonce)} if nonce else set()
            self.promised |= new
            mine |= new
        else:
            assert nonce is None or nonce in self.promised, f"a record of a claim that was refused: {ran}"
        if ran is not None and ran.code == 0 and ran.data["remote_confirmed"]:
            assert not clone.offline, "confirmed by a remote that cannot be reached"
            self.confirmed.append((ticket, str(nonce), clone.name))
        if ran is not None and ran.code in (4, 5) and nonce is None:
            # Nothing is pending in this clone any more: what was tried here and is not there will never be.
            landed = {self.world.history.nodes[oid].nonce for oid in self.written}
            self.failed |= mine - landed

    def _accepted_first(self, deed: Deed, new: set[str]) -> None:
        """A branch that came is the claimed one, and the acceptance stands on the ticket ref, with effect."""
        record = deed.clone.claim(deed.arguments[1])
        if deed.ran is not None and not deed.troubled and "--offline" not in deed.arguments:
            assert deed.ran.data["remote_confirmed"] is not False, "accepted, but not where the work is shared"
        if new or deed.ran is not None:
            assert record is not None, f"branch {new} without a claim"
            assert new <= {record["branch"]}
            assert record["nonce"] in self._nonces(deed.clone.tip), "a branch before the acceptance was recorded"

    def _nonces(self, tip: str | None) -> set[str]:
        """The nonces of the entries of a tip that have an effect."""
        history = self.world.history
        return {
            history.nodes[oid].nonce for oid in history.order(tip or "") if oid not in history.without_effect(tip or "")
        }

    def _kept(self, deed: Deed, ran: Ran) -> None:
        """What a command that succeeded said is so."""
        history, data, clone = self.world.history, ran.data, deed.clone
        if isinstance(data, dict) and data.get("entry"):
            assert data["entry"] in history.order(clone.tip or ""), "an entry that was told is not there"
        if deed.kind in ("sync", "pull", "push"):
            assert data["tip"] == clone.tip, "the tip that was told is not the clone's"
            for claim in data["claims"]:
                if claim["outcome"] == "confirmed":
                    nonce = (clone.claim(claim["ticket"]) or {}).get("nonce")
                    self.confirmed.append((claim["ticket"], str(nonce), clone.name))
        if deed.kind in ("sync", "push"):
            assert set(history.order(data["tip"])) <= set(history.order(self.hub_tip or "")), "sent, but not there"
            assert clone.refs.get("refs/yoi/published") in history.chain(self.hub_tip or "")
            self.rejected |= {one["entry"] for one in data["rejected"]}

    def _confirmed_stand(self) -> None:
        """What is published as rejected has no effect, and a claim that was confirmed is there, with effect, once."""
        alive = self.alive()
        wrong = self.rejected & set(alive)
        assert not wrong, f"told as rejected, and yet with effect: {wrong}"
        took = Counter(self.world.history.nodes[oid].nonce for oid in alive)
        for ticket, nonce, who in self.confirmed:
            assert took[nonce] == 1, f"the claim {nonce} on {ticket} was confirmed to {who}; it stands {took[nonce]}x"

    def alive(self) -> list[str]:
        """The published entries that have an effect, in their order."""
        if self.hub_tip is None:
            return []
        dead = self.world.history.without_effect(self.hub_tip)
        return [oid for oid in self.world.history.order(self.hub_tip) if oid not in dead]

    def look_at_hub(self) -> None:
        """The hub's order only grows at its end, and no published entry's effect changes."""
        history, hub = self.world.history, self.world.hub
        tip = hub.git("for-each-ref", "--format=%(objectname)", TICKETS) or None
        if tip == self.hub_tip:
            return
        assert tip is not None, "the hub's ticket ref is gone"
        self.written |= history.load(hub.path, tip)
        old: tuple[str, ...] = ()
        if self.hub_tip is not None:
            old = history.order(self.hub_tip)
            assert history.order(tip)[: len(old)] == old, "the published order changed"
            assert self.hub_tip in history.chain(tip), "the published tip is not on the first-parent chain"
        self.hub_tip, self.moves = tip, self.moves + 1
        for oid in self.alive()[-(len(history.order(tip)) - len(old)) :]:
            self._held(oid)
        if self.moves % 8 == 0:
            self.look_at_threads({history.nodes[oid].ticket for oid in history.order(tip)[len(old) :]})

    def _held(self, oid: str) -> None:
        node = self.world.history.nodes[oid]
        if node.event in ("accept", "takeover"):
            assert node.nonce not in self.failed, f"a start that failed took hold: {oid}"
            assert node.nonce in self.promised, f"a claim that nobody was told of took hold: {oid}"

    def look_at_threads(self, tickets: Iterable[str]) -> None:
        """What the program shows of some tickets has the same order, and the same effects."""
        alive = set(self.alive())
        for ticket, shown in self.world.shown(self.world.hub, sorted(tickets)).items():
            entries = {entry["id"]: entry["effective"] for entry in shown["entries"]}
            thread = self.world.history.thread(self.hub_tip or "", ticket)
            assert entries == {oid: oid in alive for oid in thread}, f"other effects of {ticket}"
            assert list(entries) == thread, f"another order of {ticket}"
