"""What the guard costs follows what is pushed, not what stands there."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from git_yoi.git.objects import Objects, open_objects
from git_yoi.git.repository import discover
from git_yoi.hooks.pre_receive import Hub, check
from git_yoi.hooks.updates import Update
from tests.conftest import Repo, make_repo, run
from tests.hooks.scene import grown
from tests.inside import inside
from tests.sync.hubs import TICKETS, make_hub

LONG = 5000


class Counting:
    """A repository's objects, and how often each kind was read."""

    def __init__(self, repo: Repo) -> None:
        self.repository = discover(repo.path, os.environ.copy(), explicit=True)
        self.behind = open_objects(self.repository)
        self.reads: Counter[str] = Counter()

    def read(self, oid: str) -> tuple[str, bytes]:
        found = self.behind.backend.read(oid)
        self.reads[found[0]] += 1
        return found

    def write(self, kind: str, data: bytes) -> str:
        raise AssertionError(f"the guard writes a {kind} of {len(data)} bytes")


def cost_of_three(repo: Repo, old: str) -> Counter[str]:
    """Objects read to judge three honest entries that follow `old`."""
    new = grown(repo, 3)
    hub = Counting(repo)
    objects = Objects(hub, hub.behind.object_format)
    assert check(Hub(hub.repository, objects, TICKETS), [Update(old, new, TICKETS)]) == ()
    repo.git("update-ref", TICKETS, old)
    return hub.reads


def test_the_objects_that_it_reads_are_those_of_the_push(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "repo")
    inside(repo, "init")
    short = cost_of_three(repo, grown(repo, 10))
    long = cost_of_three(repo, grown(repo, LONG))
    assert sum(long.values()) <= 1.5 * sum(short.values()), (short, long)
    assert long["commit"] <= 12


def test_a_push_of_code_starts_nothing_but_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with make_hub(tmp_path) as hub:
        inside(hub.repo, "hooks", "install", "--server")
        clone = hub.clone(0)
        trace = tmp_path / "trace"
        monkeypatch.setenv("GIT_TRACE", str(trace))
        monkeypatch.setenv("PYTHONVERBOSE", "1")
        clone.commit("a", "a\n")
        done = run("git", "push", "origin", "main", "HEAD:refs/heads/b", "HEAD:refs/tags/t", cwd=clone.path)
        assert done.code == 0
        assert "import " not in done.err
        assert trace.read_text().count("git config --get yoi.ref") == 1
