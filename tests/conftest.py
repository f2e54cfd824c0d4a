"""A hermetic world for every test: private HOME, no system or global configuration, fixed dates, real git."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

EPOCH = 1_750_000_000


@pytest.fixture(autouse=True)
def _hermetic(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine's or the user's configuration reaches a test."""
    home = tmp_path_factory.mktemp("home")
    for name in list(os.environ):
        if name.startswith(("GIT_", "XDG_")) and name != "GIT_YOI_TEST_GIT":
            monkeypatch.delenv(name)
    for name in ("NO_COLOR", "EMAIL", "EDITOR", "VISUAL", "LC_ALL", "LANG"):
        monkeypatch.delenv(name, raising=False)
    newer = os.environ.get("GIT_YOI_TEST_GIT")
    if newer:
        monkeypatch.setenv("PATH", f"{Path(newer).parent}{os.pathsep}{os.environ['PATH']}")
    values = {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_CONFIG_GLOBAL": str(home / ".gitconfig"),
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_AUTHOR_DATE": f"{EPOCH} +0000",
        "GIT_COMMITTER_DATE": f"{EPOCH} +0000",
        "GIT_CEILING_DIRECTORIES": str(home.parent.parent),
        "TZ": "UTC",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    (home / ".gitconfig").write_text(
        "[user]\n\tname = Ada\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n"
    )


@dataclass(frozen=True)
class Ran:
    """What a command left."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The JSON document on standard output."""
        return json.loads(self.out)

    @property
    def data(self) -> Any:
        """What a successful `--json` call answered."""
        document = self.json
        assert "error" not in document, document
        return document["data"]

    @property
    def error(self) -> str:
        """The error code that a failed `--json` call answered."""
        code = self.json["error"]["code"]
        assert isinstance(code, str)
        return code


def run(
    *arguments: str | Path, cwd: Path, data: str | bytes | None = None, env: Mapping[str, str] | None = None
) -> Ran:
    """Run a program to its end; its output is kept, its failure is not an error here."""
    given = data.encode() if isinstance(data, str) else data
    done = subprocess.run(
        [str(a) for a in arguments],
        cwd=cwd,
        input=given if given is not None else b"",
        capture_output=True,
        env={**os.environ, **(env or {})},
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode(errors="surrogateescape"), done.stderr.decode(errors="replace"))


@dataclass(frozen=True)
class Repo:
    """A real repository, and the two programs that work on it."""

    path: Path

    def git(self, *arguments: str | Path, cwd: Path | None = None) -> str:
        """Run git, which must succeed; its standard output without the last line feed."""
        done = run("git", *arguments, cwd=cwd or self.path)
        assert done.code == 0, (arguments, done.out, done.err)
        return done.out.removesuffix("\n")

    def yoi(
        self,
        *arguments: str | Path,
        code: int | None = 0,
        cwd: Path | None = None,
        data: str | bytes | None = None,
        env: Mapping[str, str] | None = None,
    ) -> Ran:
        """Run git-yoi in a process of its own; it must end with `code` (None: any)."""
        done = run(sys.executable, "-m", "git_yoi", *arguments, cwd=cwd or self.path, data=data, env=env)
        assert "Traceback" not in done.err, done.err
        if code is not None:
            assert done.code == code, (arguments, done.out, done.err)
        return done

    def json(self, *arguments: str | Path, **options: Any) -> Any:
        """Run git-yoi with `--json`, which must succeed; its data."""
        return self.yoi(*arguments, "--json", **options).data

    def new(self, title: str = "A ticket", *more: str, body: str = "What to do.") -> str:
        """Create a ticket; its id."""
        ticket_id = self.json("new", title, "-m", body, *more)["id"]
        assert isinstance(ticket_id, str)
        return ticket_id

    def queued(self, title: str = "A ticket", *more: str) -> str:
        """Create a ticket and take it through the human gate; its id."""
        ticket_id = self.new(title, *more)
        self.yoi("ready", ticket_id)
        self.yoi("queue", ticket_id)
        return ticket_id

    def commit(self, name: str, text: str, *, cwd: Path | None = None, message: str | None = None) -> str:
        """Commit a file; the commit's id."""
        root = cwd or self.path
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
        self.git("add", name, cwd=root)
        self.git("commit", "-q", "-m", message or f"Change {name}", cwd=root)
        return self.git("rev-parse", "HEAD", cwd=root)

    def refs(self) -> str:
        """Every ref and its object: what "nothing changed" is compared by."""
        return self.git("for-each-ref", "--format=%(refname) %(objectname)")


def make_repo(path: Path, *options: str) -> Repo:
    """Make a repository with one commit on `main`."""
    path.mkdir(parents=True)
    made = Repo(path)
    made.git("init", "-q", *options)
    made.commit("README", "hello\n", message="First")
    return made


@pytest.fixture
def plain(tmp_path: Path) -> Repo:
    """A repository with one commit and no tickets."""
    return make_repo(tmp_path / "repo")


@pytest.fixture
def repo(plain: Repo) -> Repo:
    """A repository with one commit, in which tickets have begun."""
    plain.yoi("init")
    return plain


@pytest.fixture
def git_version() -> tuple[int, ...]:
    """The version of the git under test."""
    found = shutil.which("git")
    assert found is not None
    words = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout.split()
    return tuple(int(part) for part in words[2].split(".")[:2])
