"""Start-up is a feature: with the index up to date, reading loads no heavy library (design.md, section 3)."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.conftest import Repo, run
from tests.inside import every_state

HEAVY = {"pygit2", "dulwich", "pydantic", "ruamel", "merge3", "git_yoi.domain.events", "git_yoi.domain.apply"}
REPORT = """
import sys
from git_yoi.cli.main import main
try:
    main(sys.argv[1:])
finally:
    print(*sorted(sys.modules), file=sys.stderr)
"""


@pytest.mark.parametrize("verb", ["list", "list words", "show", "search", "status", "log"])
@pytest.mark.parametrize("options", [(), ("--json",)], ids=["text", "json"])
def test_reading_loads_nothing_heavy(repo: Repo, verb: str, options: tuple[str, ...]) -> None:
    if (verb, options) == ("log", ("--json",)):
        options = ("--oneline",)
    tickets = every_state(repo)
    given = [*verb.split(), *(["reason"] if verb == "search" else [])]
    given += [tickets["inprogress"]] if verb in ("show", "log") else []
    done = run(sys.executable, "-c", REPORT, *given, *options, cwd=repo.path)
    assert done.code == 0, done.err
    loaded = set(done.err.split())
    assert "git_yoi.index.view" in loaded
    assert not loaded & HEAVY


def test_the_hooks_load_nothing_heavy(repo: Repo, tmp_path: Path) -> None:
    tickets = every_state(repo)
    repo.git("init", "-q", "--bare", tmp_path / "hub.git")
    repo.git("remote", "add", "origin", tmp_path / "hub.git")
    repo.yoi("sync")
    repo.commit("work", "work\n", message="\n".join(["Work\n", *(f"Ticket: {one}" for one in tickets.values())]))
    head = repo.git("rev-parse", "HEAD")
    line = f"refs/heads/main {head} refs/heads/main {'0' * len(head)}\n"
    for words in (["pre-push", "origin", str(tmp_path / "hub.git")], ["post-merge", "0"]):
        done = run(sys.executable, "-c", REPORT, "hooks", *words, cwd=repo.path, data=line)
        assert done.code == 0, done.err
        assert ("nobody has accepted it" in done.err) == (words[0] == "pre-push")
        assert not set(done.err.split()) & {"pygit2", "dulwich", "pydantic", "ruamel", "merge3"}


def test_a_sync_with_nothing_new_loads_nothing_heavy(repo: Repo, tmp_path: Path) -> None:
    repo.git("init", "-q", "--bare", tmp_path / "hub.git")
    repo.git("remote", "add", "origin", tmp_path / "hub.git")
    repo.yoi("sync")
    done = run(sys.executable, "-c", REPORT, "sync", cwd=repo.path)
    assert done.code == 0, done.err
    assert "Nothing new" in done.out
    assert not set(done.err.split()) & (HEAVY | {"sqlite3", "git_yoi.store.join"})
