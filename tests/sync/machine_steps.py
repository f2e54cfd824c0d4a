"""The steps of a random history, drawn from a seed without looking at anything: any part of them can be played."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

from tests.sync.machine_faults import Fault

View = Sequence[tuple[str, str]]

# How often each kind of step comes, by weight.
WEIGHTS = {
    "new": 7,
    "edit": 4,
    "comment": 5,
    "report": 4,
    "label": 4,
    "assign": 2,
    "attach": 2,
    "link": 2,
    "unlink": 1,
    "ready": 7,
    "queue": 8,
    "start": 10,
    "duel": 8,
    "start-offline": 5,
    "takeover": 5,
    "release": 5,
    "return": 2,
    "block": 1,
    "unblock": 3,
    "review": 2,
    "done": 2,
    "close": 3,
    "reopen": 3,
    "import": 2,
    "sync": 20,
    "pull": 5,
    "push": 5,
    "git-fetch": 4,
    "init": 1,
    "show": 1,
    "list": 1,
    "fsck": 1,
    "line": 4,
    "hub-lost": 1,
    "hub-back": 1,
}
BETWEEN = ("sync", "push", "start", "start", "takeover", "comment", "queue", "new")
PLAIN = ("comment", "new", "edit", "label")
DUELS = ("race", "race", "race-lost", "cut-race")
NETWORKING = ("sync", "pull", "push", "start", "takeover", "git-fetch")
# In which states a kind of step finds its ticket, and which kind leads there where there is none.
WANTED = {
    "report": (("inprogress",), "start"),
    "ready": (("planning",), "new"),
    "queue": (("ready",), "ready"),
    "start": (("queued",), "queue"),
    "start-offline": (("queued",), "queue"),
    "takeover": (("inprogress",), "start"),
    "release": (("inprogress",), "start"),
    "return": (("ready", "queued"), "ready"),
    "block": (("queued", "inprogress"), "queue"),
    "unblock": (("queued", "inprogress"), "block"),
    "review": (("inprogress",), "start"),
    "done": (("inprogress",), "start"),
    "reopen": (("done", "closed"), "close"),
}
FEW = 4
ANY = ("planning", "ready", "queued", "inprogress", "done", "closed")


class Step(NamedTuple):
    """A step: its kind, the clone, two free numbers, a fault, and what comes between in a race (kind, clone, number).

    `line` takes a clone off the line, or puts it on again; `hub-lost` and `hub-back` take from the hub what it had.
    """

    kind: str
    clone: int
    a: int
    b: int
    fault: Fault
    between: tuple[str, int, int]


def draw(seed: int, count: int) -> list[Step]:
    """The steps of a seed."""
    dice = random.Random(seed)
    kinds, weights = list(WEIGHTS), list(WEIGHTS.values())
    return [_one(dice, dice.choices(kinds, weights)[0]) for _ in range(count)]


def _one(dice: random.Random, kind: str) -> Step:
    numbers = (dice.randrange(60), dice.randrange(1000), dice.randrange(1000))
    between = (dice.choice(BETWEEN), dice.randrange(60), dice.randrange(1000))
    if kind == "duel":
        # Two clones accept the same ticket, and meet at the push.
        return Step("start", *numbers, Fault(dice.choice(DUELS), "push"), ("start", between[1], between[2] | 1))
    return Step(kind, *numbers, _fault(dice, networking=kind in NETWORKING), between)


def _fault(dice: random.Random, *, networking: bool) -> Fault:
    if dice.random() < (0.55 if networking else 0.85):
        return Fault()
    if not networking or dice.random() < 0.4:
        match = dice.choice(("", "", "push", "update-ref", "update-ref", "fetch", "ls-remote", "worktree", "config"))
        at = dice.randint(1, 24 if not match else 3)
        return Fault(dice.choice(("kill-before", "kill-after")), match, at)
    kind, match, at = dice.choice(
        (
            ("drop", "push", 1),
            ("cut", "push", 1),
            ("lost", "push", 1),
            ("race-lost", "push", 1),
            ("race-lost", "push", 1),
            ("cut-race", "push", 1),
            ("cut-dead", "push", 1),
            ("dead", "network", 1),
            ("dead", "network", 2),
            ("dead", "network", 3),
            ("race", "push", 1),
            ("race", "push", 1),
            ("race", "push", 1),
            ("race", "push", 1),
            ("race", "network", 1),
            ("race", "network", 3),
            ("race", "update-ref", 1),
        )
    )
    return Fault(kind, match, at)


def chosen(view: View, wanted: Sequence[str], number: int) -> str:
    """A ticket of a clone's list, of a wanted state mostly; one that there is not where the list is empty."""
    right = [one for one in view if one[1] in wanted] if number % 9 else view
    among = right or view
    return among[number % len(among)][0] if among else "zzzzzzzzzzzzzzzz"


def fitting(kind: str, view: View, number: int) -> str:
    """The kind itself, or mostly the one that must come before where no ticket is in a state for it.

    Few tickets make many races, so that new ones give way to more starts after a while.
    """
    if kind == "new" and len(view) > FEW and number % 5:
        kind = "start"
    while number % 7 and kind in WANTED and not any(state in WANTED[kind][0] for _, state in view):
        kind = WANTED[kind][1]
    return kind


def command(kind: str, view: View, a: int, b: int, files: Sequence[str]) -> list[str]:
    """The command line of a kind of step, for a clone that lists `view`; `files` are what it may import."""

    def one() -> str:
        return chosen(view, WANTED[kind][0] if kind in WANTED else ANY, a)

    makers: dict[str, Callable[[], list[str]]] = {
        "new": lambda: ["new", f"Ticket {b}", "-m", _TEXT, *(["--depends-on", one()] if b % 20 == 0 and view else [])],
        "edit": lambda: ["edit", one(), *_edit(b)],
        "comment": lambda: ["comment", one(), "-m", f"text {b}", "--kind", _KINDS[b % 4]],
        "report": lambda: ["report", one(), "-m", f"report {b}"],
        "label": lambda: ["label", one(), "--add" if b % 3 else "--remove", f"l{b % 4}"],
        "assign": lambda: ["assign", one(), *(["--clear"] if b % 4 == 0 else [f"p{b % 3}"])],
        "attach": lambda: ["attach", one(), files[0]],
        "link": lambda: ["link", one(), _LINKS[b % 3], chosen(view, ANY, b)],
        "unlink": lambda: ["unlink", one(), _LINKS[b % 3], chosen(view, ANY, b)],
        "ready": lambda: ["ready", one()],
        "queue": lambda: ["queue", one()],
        "start": lambda: ["start", one(), *(["--no-worktree"] if b % 2 else [])],
        "start-offline": lambda: ["start", one(), "--offline", *(["--no-worktree"] if b % 2 else [])],
        "takeover": lambda: ["takeover", one(), "-m", "mine now"],
        "release": lambda: ["release", one(), "-m", "given back"],
        "return": lambda: ["return", one(), "-m", "not yet"],
        "block": lambda: ["block", one(), "-m", "waits"],
        "unblock": lambda: ["unblock", one()],
        "review": lambda: ["review", one(), ("--approve", "--request-changes")[b % 2], "-m", "seen"],
        "done": lambda: ["done", one(), "-m", "no merge needed"],
        "close": lambda: ["close", one(), "-m", "over", "--as", ("wontfix", "obsolete")[b % 2]],
        "reopen": lambda: ["reopen", one(), "-m", "again"],
        "import": lambda: ["import", "jsonl", files[1 + b % (len(files) - 1)]],
        "init": lambda: ["init"],
        "show": lambda: ["show", one()],
    }
    return [*(makers[kind]() if kind in makers else [kind]), "--json"]


_TEXT = "first line\nsecond line\nthird line\nfourth line\nfifth line\n"
_KINDS = ("comment", "plan", "decision", "intake")
_LINKS = ("depends-on", "related", "related")


def _edit(b: int) -> list[str]:
    if b % 3 == 0:
        return ["--title", f"Title {b}"]
    if b % 3 == 1:
        return ["--priority", f"P{b % 4}"]
    lines = _TEXT.splitlines()
    lines[b % 5] = f"changed to {b}"
    return ["-m", "\n".join(lines) + "\n"]
