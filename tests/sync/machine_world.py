"""Some clones around one bare hub, and what can be seen of them from outside."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.conftest import EPOCH, Ran, Repo, run
from tests.sync.machine_faults import Fault
from tests.sync.machine_history import History
from tests.sync.machine_process import Call, Forge

TICKETS = "refs/yoi/tickets"
DAY = 86_400
PARTIAL = ("--filter=blob:none",)
KINDS = ((), (), (), (), (), (), ("--bare",), PARTIAL)


@dataclass
class Clone:
    """One clone: who works there, how wrong its clock goes (in seconds), and its refs, as last looked at.

    `partial`: contents may be missing on purpose; `offline`: it cannot reach the hub.
    """

    repo: Repo
    actor: str
    skew: int
    partial: bool = False
    offline: bool = False
    refs: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the clone is called."""
        return self.repo.path.parent.name

    @property
    def git_dir(self) -> Path:
        inner = self.repo.path / ".git"
        return inner if inner.exists() else self.repo.path

    @property
    def tip(self) -> str | None:
        """The local ticket ref, as last looked at."""
        return self.refs.get(TICKETS)

    def heads(self) -> set[str]:
        """The branches, as last looked at."""
        return {name.removeprefix("refs/heads/") for name in self.refs if name.startswith("refs/heads/")}

    def worktrees(self) -> set[str]:
        """The linked worktrees that git knows."""
        folder = self.git_dir / "worktrees"
        return {path.name for path in folder.iterdir()} if folder.exists() else set()

    def places(self) -> list[Path]:
        """Where the linked worktrees lie that are still there, oldest first."""
        entries = [entry for entry in self.git_dir.glob("worktrees/*/gitdir") if Path(entry.read_text()[:-1]).exists()]
        return [Path(e.read_text()[:-1]).parent for e in sorted(entries, key=lambda e: e.stat().st_mtime)]

    def claim(self, ticket: str) -> dict[str, Any] | None:
        """This clone's own record of a claim."""
        path = self.git_dir / "yoi" / "claims" / f"{ticket}.json"
        return dict(json.loads(path.read_text())) if path.exists() else None


@dataclass
class World:
    """The hub, its clones, the process that runs their commands, and every commit that was seen."""

    hub: Repo
    clones: list[Clone]
    forge: Forge
    files: list[str]
    seed: int
    history: History = field(default_factory=History)
    steps: int = 0

    def look(self, clone: Clone) -> set[str]:
        """Read a clone's refs anew; the entries on its ticket ref that nobody had seen before."""
        clone.refs = refs_of(clone.repo)
        return self.history.load(clone.repo.path, clone.tip) if clone.tip else set()

    def call(self, clone: Clone, arguments: Sequence[str]) -> Call:
        """A command line in a clone or, at times, in its newest linked worktree, at the clone's own time."""
        date = f"{EPOCH + self.steps * 60 + clone.skew} +0000"
        who = {"GIT_YOI_ACTOR": clone.actor, "GIT_COMMITTER_DATE": date, "GIT_AUTHOR_DATE": date}
        places = [clone.repo.path, *clone.places()] if self.steps % 3 == 0 else [clone.repo.path]
        return Call(["-C", str(places[-1]), *arguments], who)

    def run(
        self, clone: Clone, arguments: Sequence[str], fault: Fault, between: Sequence[Call] = ()
    ) -> tuple[Ran | None, list[Ran]]:
        """Run a command: how it ended (None: killed), and what ran between."""
        seed, calls = f"{self.seed}/{self.steps}", [self.call(clone, arguments)]
        done = self.forge.run(calls, seed=seed, fault=fault, offline=clone.offline, meanwhile=between)
        assert done.killed or len(done.ran) == 1, done
        return (done.ran[0] if done.ran else None), done.meanwhile

    def states(self, clone: Clone) -> list[tuple[str, str]]:
        """The tickets of a clone and their states, by id: from the files of its tip, by plain git."""
        if clone.tip is None:
            return []
        found = run("git", "grep", "-h", "-E", "^(id|state): ", clone.tip, "--", "tickets/", cwd=clone.repo.path)
        values = [line.split('"')[1] for line in found.out.splitlines()]
        return sorted(zip(values[::2], values[1::2], strict=True))

    def listed(self, repo: Repo) -> list[dict[str, Any]]:
        """Every ticket that a repository lists, by id; none where there are no tickets yet."""
        ran = self.read(repo, ["list", "--all", "--json"])[0]
        return sorted(ran.data, key=lambda t: str(t["id"])) if ran.code == 0 else []

    def read(self, repo: Repo, *commands: Sequence[str]) -> list[Ran]:
        """Run commands that only read."""
        return self.forge.run([Call(["-C", str(repo.path), *words], {}) for words in commands]).ran

    def shown(self, repo: Repo, tickets: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        """Some tickets with their threads, as a repository shows them."""
        answers = self.read(repo, *(["show", ticket, "--json"] for ticket in tickets))
        return {ticket: ran.data for ticket, ran in zip(tickets, answers, strict=True)}


def refs_of(repo: Repo) -> dict[str, str]:
    """Every ref of a repository."""
    lines = repo.git("for-each-ref", "--format=%(refname) %(objectname)").splitlines()
    return dict(line.split(" ") for line in lines)


def build(root: Path, seed: int, forge: Forge, *formats: str) -> World:
    """A hub with a commit on main, and 2 to 5 clones that began tickets each on its own; some are bare, or partial."""
    dice = random.Random(f"world {seed}")
    hub = Repo(root / "hub.git")
    run("git", "init", "-q", "--bare", *formats, hub.path, cwd=root)
    hub.git("config", "uploadpack.allowFilter", "true")
    first = Repo(root / "first")
    run("git", "init", "-q", *formats, first.path, cwd=root)
    first.git("remote", "add", "origin", hub.path)
    first.commit("README", "hello\n")
    first.git("push", "-q", "origin", "HEAD:refs/heads/main")
    one_identity = dice.random() < 0.3
    clones = []
    for number in range(dice.randint(2, 5)):
        path = root / f"c{number}" / "work"
        path.parent.mkdir()
        kind = dice.choice(KINDS)
        options = [*kind, *(word for word in formats if word.startswith("--ref-format"))]
        run("git", "clone", "-q", *options, hub.path.as_uri(), path, cwd=root)
        actor = f"W{0 if one_identity else number} <w{0 if one_identity else number}@example.org>"
        clones.append(Clone(Repo(path), actor, dice.choice((0, 0, 0, -40 * DAY, 3 * DAY)), kind == PARTIAL))
    if seed % 8 == 1:
        # The guard judges every push anew, by itself: what an honest clone sends it must never refuse.
        guarded = forge.run([Call(["-C", str(hub.path), "hooks", "install", "--server"], {})])
        assert guarded.ran[0].code == 0, guarded
    world = World(hub, clones, forge, _files(root, first, forge), seed)
    for clone in clones:
        offline = ["--offline"] if dice.random() < 0.5 else []
        ran, _ = world.run(clone, ["init", *offline, "--json"], Fault())
        assert ran is not None
        assert ran.code == 0, ran
        world.look(clone)
    return world


def _files(root: Path, repo: Repo, forge: Forge) -> list[str]:
    """A file to attach, and two exports of other tickets that any clone may import."""
    attached = root / "notes.txt"
    attached.write_text("notes\n")
    exported = []
    at = ["-C", str(repo.path)]
    forge.run([Call([*at, "init", "--offline"], {})], seed="outside init")
    for name in ("outside1", "outside2"):
        calls = [["new", name, "-m", "From outside.\n", "--label", "outside"], ["new", f"{name} b", "-m", "More.\n"]]
        forge.run([Call([*at, *words], {}) for words in calls], seed=name)
        exported.append(root / f"{name}.jsonl")
        ran = forge.run([Call([*at, "export", "jsonl", str(exported[-1])], {})]).ran[0]
        assert ran.code == 0, ran
    return [str(attached), *map(str, exported)]
