"""A random history of clones around one hub, played with the real program, step by step, and judged after each."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.conftest import run
from tests.sync.machine_end import require_one_truth, settle
from tests.sync.machine_faults import Fault
from tests.sync.machine_judge import Deed, Judge
from tests.sync.machine_process import Forge
from tests.sync.machine_steps import Step, command, fitting
from tests.sync.machine_world import TICKETS, Clone, World, build


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
        _git_fetch(world, clone)
    else:
        _command(judge, clone, now)


def _git_fetch(world: World, clone: Clone) -> None:
    """A plain `git fetch` moves nothing of ours but git's own copy."""
    before = clone.tip
    if not clone.offline:
        run("git", "fetch", "-q", "origin", cwd=clone.repo.path)
    world.look(clone)
    assert clone.tip == before, "git fetch moved the local ticket ref"


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
    world, fault, rival = judge.world, now.fault, None
    view = world.states(clone)
    asked = fitting(now.kind, view, now.b)
    arguments = command(asked, view, now.a, now.b, world.files)
    between: list[str] = []
    if fault.kind == "race":
        rival = world.clones[(now.clone + 1 + now.between[1]) % len(world.clones)]
        kind, number = now.between[0], now.between[2]
        # Often the very same command: that is what a race is about.
        number, kind = (now.a, asked) if number % 2 and asked in ("start", "takeover") else (number, kind)
        view = world.states(rival)
        between = command(fitting(kind, view, number), view, number, number, world.files)
    if rival is None or rival is clone or rival.offline:
        fault = Fault() if fault.kind == "race" else fault
        ran, _ = world.run(clone, arguments, fault)
        judge.judge([Deed(clone, asked, arguments, ran, troubled=clone.offline or fault != Fault())])
        return
    ran, meanwhile = world.run(clone, arguments, fault, [world.call(rival, between)])
    deeds = [Deed(rival, between[0], between, one, troubled=False) for one in meanwhile]
    judge.judge([*deeds, Deed(clone, asked, arguments, ran, troubled=clone.offline)])


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
