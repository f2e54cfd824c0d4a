"""A random history of clones around one hub, played with the real program, step by step, and judged after each."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.conftest import run
from tests.sync.machine_end import public, require_one_truth, settle
from tests.sync.machine_faults import Fault
from tests.sync.machine_judge import Deed, Judge
from tests.sync.machine_process import Forge
from tests.sync.machine_steps import PLAIN, Step, command, fitting
from tests.sync.machine_world import TICKETS, Clone, build


def play(root: Path, seed: int, steps: Sequence[Step], forge: Forge, *formats: str) -> Counter[str]:
    """Play the steps in a new world, settle it, and look at it; how often which command ended how."""
    if root.exists():
        shutil.rmtree(root)
    root.mkdir(parents=True)
    world = build(root, seed, forge, *formats)
    judge = Judge(world)
    at: Step | str = "the beginning"
    try:
        for at in steps:
            step(judge, at)
        at = "the end"
        settle(judge)
        require_one_truth(judge, root)
    except AssertionError as error:
        raise AssertionError(f"at step {world.steps}, {at}: {error}") from error
    return judge.exits


def step(judge: Judge, now: Step) -> None:
    """One step, whatever becomes of it."""
    world = judge.world
    world.steps += 1
    clone = world.clones[now.clone % len(world.clones)]
    if now.kind == "line":
        clone.offline = now.a % 3 == 0
    elif now.kind in ("hub-lost", "hub-back"):
        _hub_goes_back(judge, clone, now)
    elif now.kind == "git-fetch":
        _git_fetch(judge, clone)
    else:
        _command(judge, clone, now)


def _git_fetch(judge: Judge, clone: Clone) -> None:
    """A plain `git fetch` moves nothing of ours but git's own copy."""
    world, before = judge.world, clone.tip
    if not clone.offline:
        run("git", "fetch", "-q", "origin", cwd=clone.repo.path)
    judge.written |= world.look(clone)
    assert clone.tip == before, "git fetch moved the local ticket ref"
    copy = clone.refs.get("refs/yoi/remotes/origin/tickets")
    if before is None or copy is None or copy != judge.hub_tip or "refs/yoi/published" not in clone.refs:
        return
    # What was fetched is seen where the local tip is merely behind; a partial clone got commits without contents.
    if not clone.partial and set(world.history.order(before)) <= set(world.history.order(copy)):
        assert public(world.listed(clone.repo)) == public(world.listed(world.hub)), "the list is stale"


def _hub_goes_back(judge: Judge, clone: Clone, now: Step) -> None:
    """The hub loses what this clone knows to be published; whatever it does then, its next sync gives it back."""
    world, tip = judge.world, judge.hub_tip
    if clone.offline or tip is None or clone.refs.get("refs/yoi/published") != tip:
        return
    older = world.history.chain(tip)[1:][: now.b % 9 + 1]
    if now.kind == "hub-lost" or not older:
        world.hub.git("update-ref", "-d", TICKETS)
    else:
        world.hub.git("update-ref", TICKETS, older[-1])
    kind = ("sync", "pull", "push", "start")[now.a % 4]
    deeds = []
    for asked in (kind, "sync"):
        arguments = command(asked, world.states(clone), now.a, now.b, world.files)
        ran, _ = world.run(clone, arguments, Fault())
        deeds.append(Deed(clone, asked, arguments, ran, troubled=False))
        world.steps += 1
    judge.judge(deeds)


def _command(judge: Judge, clone: Clone, now: Step) -> None:
    world, view = judge.world, judge.world.states(clone)
    asked = fitting(now.kind, view, now.b)
    arguments = command(asked, view, now.a, now.b, world.files)
    if "race" in now.fault.kind:
        _race(judge, clone, asked, arguments, now)
        return
    ran, _ = world.run(clone, arguments, now.fault)
    judge.judge([Deed(clone, asked, arguments, ran, troubled=clone.offline or now.fault != Fault())])


def _race(judge: Judge, clone: Clone, asked: str, arguments: list[str], now: Step) -> None:
    """A command that another one overtakes: of another clone, or a plain one of the same clone during an exchange."""
    world = judge.world
    kind, which, number = now.between
    rival = world.clones[(now.clone + 1 + which) % len(world.clones)]
    if rival is clone or rival.offline:
        rival, kind = clone, PLAIN[number % len(PLAIN)]
    elif number % 2 and asked in ("start", "takeover"):
        # Often the very same command: that is what a race is about.
        number, kind = now.a, asked
    view = world.states(rival)
    kind = fitting(kind, view, number) if rival is not clone else kind
    between = command(kind, view, number, number, world.files)
    # Within one clone a writer waits for another's turn, which would never come here.
    fault = now.fault if rival is not clone or now.fault.match != "update-ref" else Fault()
    ran, meanwhile = world.run(clone, arguments, fault, [world.call(rival, between)])
    deeds = [Deed(rival, kind, between, one, troubled=False, inside=rival is clone) for one in meanwhile]
    judge.judge([*deeds, Deed(clone, asked, arguments, ran, troubled=clone.offline or fault.kind != "race")])


def script(steps: Sequence[Step]) -> str:
    """Steps as one line a step, to be played again."""
    return "\n".join(json.dumps(one) for one in steps)


def read_script(text: str) -> list[Step]:
    """The steps of a script."""
    rows = [json.loads(line) for line in text.splitlines() if line.strip()]
    return [
        Step(kind, clone, a, b, Fault(*fault), (between[0], between[1], between[2]))
        for kind, clone, a, b, fault, between in rows
    ]
