"""Small worlds with a ticket that is ready to be completed, made once and put back in milliseconds.

They are put back at the same path, for worktrees name each other by it; so each step has the same number every time.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import Repo, make_repo
from tests.inside import inside
from tests.merge.scene import DELEGATED, REVIEWER, quickly_approved
from tests.sync.hubs import FORMATS, TICKETS, Hub, make_hub
from tests.sync.scene import shared

MAIN = "refs/heads/main"
AS_MADE = "as made"


@dataclass(frozen=True)
class Kind:
    """What is varied: `place` is where the target is checked out (here, elsewhere, nowhere)."""

    remote: bool = False
    strategy: str = "merge"
    validate: bool = False
    place: str = "here"
    format: str = "sha1"
    keep: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """For a test's name."""
        where = "shared" if self.remote else "alone"
        return "-".join([where, self.strategy, self.place, self.format, *(word[2:] for word in self.keep)])


@dataclass(frozen=True)
class World:
    """The ticket, its clone `ada`, and where tickets are shared the hub and another clone `bea` with a ticket too.

    `prepared` are states that the hub can be put into, by name: what its target and its record would be. `AS_MADE` is
    the one that it is in.
    """

    root: Path
    kind: Kind
    ada: Repo
    ticket: str
    other: str
    branch: str
    worktree: Path
    hub: Hub | None = None
    bea: Repo | None = None
    second: str = ""
    prepared: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """The file that the merge brings."""
        return f"work-{self.ticket}"

    @property
    def words(self) -> tuple[str, ...]:
        """How the ticket is completed."""
        return ("complete", self.ticket, *self.kind.keep)

    @property
    def at_target(self) -> Path | None:
        """The worktree that has the target checked out."""
        where = {"here": self.ada.path, "elsewhere": self.root / "ada-main"}
        return where.get(self.kind.place)

    def back(self) -> None:
        """Everything as it was made."""
        shutil.rmtree(self.root)
        shutil.copytree(_saved(self.root), self.root, symlinks=True)


def _saved(root: Path) -> Path:
    return root.with_name(f"{root.name}.saved")


@contextmanager
def world(folder: Path, kind: Kind, *states: str) -> Iterator[World]:
    """A world of that kind below a folder that is to be made, with these states of its hub prepared."""
    folder.mkdir(parents=True)
    with make_hub(folder, "path", None, *FORMATS[kind.format]) as hub:
        made = _shared(folder, kind, hub, states) if kind.remote else _alone(folder, kind)
        shutil.copytree(folder, _saved(folder), symlinks=True)
        yield made


def _policy(kind: Kind) -> str:
    policy = DELEGATED.replace("}", f", strategy: {kind.strategy}}}")
    return policy + ("validate: ['test -f README']\n" if kind.validate else "")


def _alone(folder: Path, kind: Kind) -> World:
    ada = make_repo(folder / "ada", *FORMATS[kind.format])
    ada.commit(".yoi.yaml", _policy(kind))
    inside(ada, "init")
    return _placed(folder, kind, ada)


def _placed(folder: Path, kind: Kind, ada: Repo) -> World:
    """The ticket, and a target that has gone on since the branch was made, but for a fast forward."""
    other = inside(ada, "new", "Another", "-m", "x", "-q").out.strip()
    work = quickly_approved(ada, "A ticket")
    if kind.strategy != "ff" and not kind.remote:
        ada.commit("went-on", "x\n")
    if kind.place != "here":
        ada.git("checkout", "-q", "-b", "side")
    if kind.place == "elsewhere":
        ada.git("worktree", "add", "-q", folder / "ada-main", "main")
    return World(folder, kind, ada, work.ticket, other, work.branch, work.worktree)


def _shared(folder: Path, kind: Kind, hub: Hub, states: Sequence[str]) -> World:
    ada, bea = shared(hub)
    ada.commit(".yoi.yaml", _policy(kind))
    ada.git("push", "-q", "origin", "main")
    alone = _placed(folder, kind, ada)
    ada.git("push", "-q", "origin", alone.branch)
    bea.git("pull", "-q")
    if kind.strategy != "ff":
        bea.commit("went-on", "x\n")
        bea.git("push", "-q", "origin", "main")
    bea.git("branch", "-q", alone.branch, f"origin/{alone.branch}")
    second = quickly_approved(bea, "Bea's")
    for clone in (ada, bea, ada):
        inside(clone, "sync")
    made = World(
        folder, kind, ada, alone.ticket, alone.other, alone.branch, alone.worktree, hub, bea, second.ticket, {}
    )
    made.prepared.update(_prepared(made, hub, {name: act for name, act in acts(made).items() if name in states}))
    return made


def acts(made: World) -> dict[str, Callable[[], None]]:
    """What somebody else may do to the hub, by name."""
    assert made.hub is not None
    assert made.bea is not None
    hub, bea, ticket = made.hub, made.bea, made.ticket

    def verb(*words: str, env: Mapping[str, str] | None = None) -> Callable[[], None]:
        def act() -> None:
            inside(bea, *words, env=env)
            inside(bea, "sync")

        return act

    def advance() -> None:
        bea.commit("theirs", "theirs\n")
        bea.git("push", "-q", "origin", "main")

    def both() -> None:
        advance()
        verb("comment", made.other, "-m", "theirs")()

    def backwards() -> None:
        hub.git("update-ref", MAIN, f"{hub.tip(MAIN)}^")

    return {
        "target": advance,
        "record": verb("comment", made.other, "-m", "theirs"),
        "both": both,
        "backwards": backwards,
        "another lands": verb("complete", made.second),
        "same lands": verb("complete", ticket),
        "word": verb("comment", ticket, "-m", "a word"),
        "blocked": verb("block", ticket, "-m", "not yet"),
        "closed": verb("close", ticket, "--as", "wontfix", "-m", "no"),
        "taken over": verb("takeover", ticket, "-m", "mine"),
        "retitled": verb("edit", ticket, "--title", "Another title"),
        "disapproved": verb("review", ticket, "--request-changes", "-m", "no", env=REVIEWER),
    }


def _prepared(made: World, hub: Hub, wanted: Mapping[str, Callable[[], None]]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    saved = Path(shutil.copytree(made.root, made.root.with_name("before"), symlinks=True))
    before = {ref: hub.tip(ref) for ref in (MAIN, TICKETS)}
    found[AS_MADE] = before
    for name, act in wanted.items():
        act()
        found[name] = {ref: hub.tip(ref) for ref in before if hub.tip(ref) != before[ref]}
        for ref, oid in before.items():
            hub.git("update-ref", ref, oid)
        _put_back(saved, made.root, spare=hub.path.name)
    shutil.rmtree(saved)
    return found


def _put_back(saved: Path, root: Path, *, spare: str) -> None:
    """Everything but the hub, which keeps the objects."""
    for item in root.iterdir():
        if item.name != spare:
            shutil.rmtree(item)
    for item in saved.iterdir():
        if item.name != spare:
            shutil.copytree(item, root / item.name, symlinks=True)
