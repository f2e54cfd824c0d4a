"""A bare hub, served in one of several ways, and clones of it, each with an identity of its own."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import Repo, make_repo, run
from tests.servers import Conduct, dulwich_http, http_backend

TICKETS = "refs/yoi/tickets"
NAMES = ("Ada", "Bea", "Cyd", "Dan", "Eve", "Fay", "Gus", "Hal", "Ida", "Jan", "Kim", "Lou", "Mia", "Ned", "Ora", "Pat")
KINDS = ("path", "file", "dulwich", "http")


@dataclass(frozen=True)
class Hub:
    """A bare repository and the URL by which clones reach it."""

    repo: Repo
    url: str

    @property
    def path(self) -> Path:
        return self.repo.path

    def git(self, *arguments: str) -> str:
        """Run git on the hub, which a user's `safe.bareRepository` lets be named and not be found."""
        return self.repo.git(f"--git-dir={self.path}", *arguments)

    def tip(self, ref: str = TICKETS) -> str:
        """The object of a ref of the hub, "" when it is not there."""
        return self.git("for-each-ref", "--format=%(objectname)", ref)

    def hook(self, name: str, script: str) -> None:
        """Install a hook in POSIX shell, or take it away when `script` is empty."""
        path = self.path / "hooks" / name
        path.unlink(missing_ok=True)
        if script:
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"#!/bin/sh\n{script}\n")
            path.chmod(0o755)

    def clone(self, number: int, *options: str) -> Repo:
        """A clone by the name and with the identity of that number; plain git made it."""
        name = NAMES[number]
        where = self.path.parent / name.lower()
        done = run("git", "clone", "-q", *options, self.url, where, cwd=self.path.parent)
        assert done.code == 0, done
        made = Repo(where)
        made.git("config", "user.name", name)
        made.git("config", "user.email", f"{name.lower()}@example.org")
        return made


@contextmanager
def make_hub(tmp_path: Path, kind: str = "path", conduct: Conduct | None = None, *options: str) -> Iterator[Hub]:
    """A bare hub with one commit on main, reachable by a way of `KINDS`; `options` are `git init`'s."""
    seed = make_repo(tmp_path / "seed", *options)
    bare = Repo(tmp_path / "hub.git")
    seed.git("init", "-q", "--bare", *options, bare.path)
    seed.git("push", "-q", bare.path, "main")
    if kind == "dulwich":
        with dulwich_http(bare.path) as url:
            yield Hub(bare, url)
    elif kind == "http":
        with http_backend(bare.path, conduct) as url:
            yield Hub(bare, url)
    else:
        yield Hub(bare, f"file://{bare.path}" if kind == "file" else str(bare.path))


def has_reftable() -> bool:
    """Whether the git under test can keep refs in reftables (2.45)."""
    said = subprocess.run(["git", "init", "-h"], capture_output=True, text=True, check=False)
    return "--ref-format" in said.stdout + said.stderr


FORMATS: dict[str, tuple[str, ...]] = {"sha1": (), "sha256": ("--object-format=sha256",)}
if has_reftable():
    FORMATS["reftable"] = ("--ref-format=reftable",)
