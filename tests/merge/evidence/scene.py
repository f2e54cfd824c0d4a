"""A branch with three commits on files that the target goes on changing, and the ways in which work gets there."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from git_yoi.git.objects import open_objects
from git_yoi.git.repository import discover
from git_yoi.merge.evidence.find import find_merge
from git_yoi.merge.evidence.model import Claim, Evidence, NotShown, Undone
from git_yoi.merge.evidence.undone import claimed_reverts, undone, work_commits
from tests.conftest import EPOCH, Repo, run

TICKET = "kqmvzrtnlpwoyxus"
OTHER = "ppppqqqqrrrrssss"
LINES = [f"line {number}\n" for number in range(100)]


def text(**changed: str) -> str:
    """The file `code` with some of its hundred lines replaced: `text(l20="...")`."""
    lines = list(LINES)
    for name, line in changed.items():
        lines[int(name[1:])] = f"{line}\n"
    return "".join(lines)


@dataclass(frozen=True)
class Scene:
    """A repository with `main` checked out, and a branch `work` that began at `base`."""

    repo: Repo
    base: str

    def git(self, *arguments: str) -> str:
        return self.repo.git(*arguments)

    def at(self, revision: str) -> str:
        return self.git("rev-parse", revision)

    def write(self, message: str, **files: str | None) -> str:
        """Commit files (None: gone) on what is checked out; the commit's id."""
        for name, content in files.items():
            path = self.repo.path / name
            if content is None:
                path.unlink()
            else:
                path.write_text(content)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.at("HEAD")

    def edit(self, message: str, number: int, line: str) -> str:
        """Commit `code` with one line replaced in what it is now."""
        path = self.repo.path / "code"
        lines = path.read_text().splitlines(keepends=True)
        lines[number] = f"{line}\n"
        return self.write(message, code="".join(lines))

    def later(self, count: int = 50, *, name: str = "code", branch: str = "main") -> str:
        """Let the target go on, by commits that each change another line at the end of the file; the new tip."""
        lines = (self.repo.path / name).read_text().splitlines(keepends=True)
        stream = []
        for number in range(count):
            lines[60 + number % 40] = f"later {number}\n"
            data = "".join(lines)
            begin = f"from {branch}^0\n" if number == 0 else ""
            message = f"Later {number}"
            stream.append(
                f"commit refs/heads/{branch}\ncommitter Ada <ada@example.org> {EPOCH} +0000\n"
                f"data {len(message)}\n{message}\n{begin}M 100644 inline {name}\ndata {len(data)}\n{data}\n"
            )
        done = run("git", "fast-import", "--quiet", "--force", cwd=self.repo.path, data="".join(stream))
        assert done.code == 0, done.err
        self.git("reset", "-q", "--hard")
        return self.at(branch)

    def claim(self, head: str = "work", *, known: Collection[str] = (), reflog: Collection[str] = ()) -> Claim:
        return Claim(TICKET, self.at(head), self.base, frozenset(known), frozenset(reflog))

    def find(
        self, head: str = "work", tip: str = "main", *, since: str | None = None, claim: Claim | None = None
    ) -> Evidence | NotShown:
        repository = discover(self.repo.path, os.environ.copy(), explicit=True)
        asked = claim or self.claim(head)
        return find_merge(repository, open_objects(repository), asked, self.at(tip), since=since)

    def found(self, head: str = "work", tip: str = "main", *, claim: Claim | None = None) -> Evidence:
        shown = self.find(head, tip, claim=claim)
        assert isinstance(shown, Evidence), shown
        return shown

    def refused(self, head: str = "work", tip: str = "main", *, claim: Claim | None = None) -> str:
        shown = self.find(head, tip, claim=claim)
        assert isinstance(shown, NotShown), shown
        return shown.code

    def undone(self, evidence: Evidence | None = None, tip: str = "main") -> Undone | None:
        repository = discover(self.repo.path, os.environ.copy(), explicit=True)
        return undone(repository, open_objects(repository), evidence or self.found(tip=tip), self.at(tip))

    def claimed(self, evidence: Evidence, tip: str = "main") -> tuple[str, ...]:
        repository = discover(self.repo.path, os.environ.copy(), explicit=True)
        return claimed_reverts(repository, open_objects(repository), evidence, self.at(tip))

    def rebuilt(self, evidence: Evidence, tip: str = "main") -> Evidence | None:
        """What a merge record with the evidence's own facts stands for."""
        repository = discover(self.repo.path, os.environ.copy(), explicit=True)
        return work_commits(
            repository,
            open_objects(repository),
            commit=evidence.commit,
            head=evidence.head,
            base=evidence.base,
            strategy=evidence.strategy,
            target_tip=self.at(tip),
        )


def unticketed(scene: Scene) -> Claim:
    """The claim on the branch, for a repository without any trailer."""
    return replace(scene.claim(), known=frozenset())


def begun(path: Path, *options: str) -> Scene:
    """A target with a file of a hundred lines, on which a branch `work` begins."""
    path.mkdir(parents=True)
    repo = Repo(path)
    repo.git("init", "-q", *options)
    scene = Scene(repo, "")
    scene.write("First", code=text())
    scene.write("Second", README="hello\n")
    scene.git("branch", "work")
    return Scene(repo, scene.at("main"))


def worked(path: Path, *options: str, trailer: bool = False) -> Scene:
    """The same, with three commits on the branch."""
    scene = begun(path, *options)
    end = f"\n\nTicket: {TICKET}" if trailer else ""
    scene.git("checkout", "-q", "work")
    scene.edit(f"Change twenty{end}", 20, "twenty, changed")
    scene.write(f"Add extra{end}", extra="extra\n")
    scene.edit(f"Change thirty{end}", 30, "thirty, changed")
    scene.git("checkout", "-q", "main")
    scene.edit("Meanwhile", 5, "meanwhile")
    return scene


def merged(scene: Scene) -> tuple[str, ...]:
    scene.git("merge", "-q", "--no-ff", "-m", "Merge work", "work")
    return (scene.at("main"),)


def squashed(scene: Scene) -> tuple[str, ...]:
    scene.git("merge", "-q", "--squash", "work")
    scene.git("commit", "-q", "-m", "All of it (#12)")
    return (scene.at("main"),)


def rebased(scene: Scene) -> tuple[str, ...]:
    """What a forge's "rebase and merge" does: the branch itself stays."""
    scene.git("checkout", "-q", "--detach", "work")
    scene.git("rebase", "-q", "main")
    scene.git("checkout", "-q", "-B", "main")
    return tuple(scene.at(f"main~{back}") for back in (2, 1, 0))


def picked(scene: Scene, *options: str) -> tuple[str, ...]:
    """Each by itself, with other work in between."""
    found = []
    for number, back in enumerate((2, 1, 0)):
        scene.git("cherry-pick", *options, f"work~{back}")
        found.append(scene.at("main"))
        scene.edit(f"Between {number}", 10 + number, f"between {number}")
    return tuple(found)


def picked_x(scene: Scene) -> tuple[str, ...]:
    return picked(scene, "-x")


WAYS = {
    "merge": (merged, "merge", "ancestry", "certain"),
    "squash": (squashed, "squash", "tree", "strong"),
    "rebase": (rebased, "rebase", "tree", "strong"),
    "picks": (picked, "rebase", "picks", "fair"),
    "picks-x": (picked_x, "cherry-pick", "picks", "fair"),
}
