"""What must hold when all is quiet: two rounds of syncs later every clone, and the hub, have one and the same truth."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

from tests.conftest import Repo, run
from tests.sync.machine_faults import Fault
from tests.sync.machine_judge import Deed, Judge

# What ends a claim, or starts a new one upon it.
ENDING = ("release", "close", "reopen", "state", "merge", "import", "repair")


def settle(judge: Judge) -> None:
    """Two rounds of syncs, every clone on the line."""
    world = judge.world
    for clone in world.clones:
        clone.offline = False
    for _ in range(2):
        for clone in world.clones:
            world.steps += 1
            ran, _ = world.run(clone, ["sync", "--json"], Fault())
            judge.judge([Deed(clone, "sync", ["sync"], ran, troubled=False)])


def require_one_truth(judge: Judge, root: Path) -> None:
    """All tips are one; every entry ever written is reachable, once; each claim had one holder; fsck is clean."""
    world, history, tip = judge.world, judge.world.history, judge.hub_tip or ""
    assert {clone.tip for clone in world.clones} == {tip}, "two rounds of syncs did not settle it"
    order = history.order(tip)
    assert set(order) == judge.written, "an entry was lost"
    assert len(order) == len(set(order))
    alive = Counter((history.nodes[oid].ticket, history.nodes[oid].nonce) for oid in judge.alive())
    assert alive == dict.fromkeys(alive, 1), "an entry had its effect twice"
    written = Counter(history.nodes[oid].nonce for oid in order if history.nodes[oid].event in _ONCE)
    assert written == dict.fromkeys(written, 1), "an entry was written twice"
    tickets = {history.nodes[oid].ticket for oid in order}
    for ticket in tickets:
        _require_one_holder(judge, ticket)
    judge.look_at_threads(tickets)
    _require_sound(judge, root)


# A claim's nonce is used again by every attempt until it is settled, and an import's comes from its source.
_ONCE = ("comment", "plan", "decision", "intake", "report", "label", "assign", "edit", "link", "unlink", "state")


def _require_one_holder(judge: Judge, ticket: str) -> None:
    """Of the entries with effect, an acceptance comes only where nobody holds the ticket."""
    holder = ""
    for node in [judge.world.history.nodes[oid] for oid in judge.alive()]:
        if node.ticket != ticket:
            continue
        if node.event == "accept":
            assert not holder, f"{ticket} was accepted twice: {holder} and {node.nonce}"
            holder = node.nonce
        elif node.event in ("takeover", "release", "report"):
            assert node.claim == holder, f"{node.event} on {ticket} by {node.claim}, which {holder} holds"
            holder = {"takeover": node.nonce, "release": "", "report": holder}[node.event]
        elif node.event in ENDING:
            holder = ""


def _require_sound(judge: Judge, root: Path) -> None:
    """Fsck is clean everywhere, for git too; a fresh clone and a fresh index tell the same as the old ones."""
    world = judge.world
    fresh = Repo(root / "fresh")
    run("git", "clone", "-q", world.hub.path, fresh.path, cwd=root)
    world.forge.run([world.call(world.clones[0], ["-C", str(fresh.path), "init"])])
    told = world.listed(world.hub)
    for repo in (world.hub, fresh, *(clone.repo for clone in world.clones)):
        checked = world.read(repo, ["fsck", "--json"])[0]
        assert checked.code == 0, (repo.path, checked.out)
        assert public(world.listed(repo)) == public(told), repo.path
    for index in (world.hub.path / "yoi").glob("index*"):
        shutil.rmtree(index) if index.is_dir() else index.unlink()
    assert world.listed(world.hub) == told, "the index is not what the tip says"
    assert run("git", "fsck", "--strict", "--no-dangling", cwd=world.hub.path).code == 0


def public(listed: list[dict[str, object]]) -> list[dict[str, object]]:
    """What a list tells but for where the holder works, which is each machine's own."""
    return [{**ticket, "holder": ticket["holder"] is not None} for ticket in listed]
