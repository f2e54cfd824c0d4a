"""What people are told to do by hand where we must not: doing it makes the hooks fire, and breaks nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from git_yoi.git.version import CONFIGURED_HOOKS
from git_yoi.hooks.client_shim import HOOKS
from tests.conftest import Repo, run
from tests.hooks.client_scene import every_hook_fires, install, put, refused, status
from tests.inside import inside

READS = 'cat >"$SEEN"\n'


@pytest.fixture(autouse=True)
def by_file(git_version: tuple[int, ...]) -> None:
    if git_version >= CONFIGURED_HOOKS:
        pytest.skip("this git takes hooks from its configuration, where nothing stands in the way")


def everywhere(repo: Repo) -> Path:
    """A folder of hooks that the user has for all repositories."""
    folder = repo.path.parent / "everywhere"
    folder.mkdir()
    repo.git("config", "--global", "core.hooksPath", str(folder))
    return folder


def do(told: dict[str, Any]) -> None:
    """What is told."""
    file, lines = Path(told["file"]), str(told["add"])
    if "rename" in told["act"]:
        file.rename(file.with_name(f"{file.name}.own"))
    if "at the top" in told["act"]:
        top, _, rest = file.read_text().partition("\n")
        file.write_text(f"{top}\n{lines}\n{rest}")
    else:
        file.write_text(f"{lines}\n")
    if "executable" in told["act"]:
        file.chmod(0o755)


def pushed(repo: Repo, tmp_path: Path) -> str:
    """What a hook of one's own read in a push."""
    repo.git("init", "-q", "--bare", str(tmp_path / "hub.git"))
    seen = tmp_path / "seen"
    done = run("git", "push", "-q", str(tmp_path / "hub.git"), "main", cwd=repo.path, env={"SEEN": str(seen)})
    assert done.code == 0, done
    return seen.read_text()


def test_a_hook_in_another_language_is_wrapped(plain: Repo, tmp_path: Path) -> None:
    text = "#!/usr/bin/env python3\nimport os, sys\nopen(os.environ['SEEN'], 'w').write(sys.stdin.read())\n"
    put(plain, "pre-push", text)
    told = refused(plain)["pre-push"]
    assert told["act"].startswith(f"rename {told['file']} to pre-push.own, then make this file in its place")
    do(told)
    install(plain)
    assert every_hook_fires(plain)
    assert pushed(plain, tmp_path).startswith("refs/heads/main ")


def test_a_line_of_sh_in_another_language_does_not_count(plain: Repo) -> None:
    file = put(plain, "pre-push", "#!/usr/bin/env python3\n")
    file.write_text(file.read_text() + refused(plain)["pre-push"]["add"])
    assert "rename" in refused(plain)["pre-push"]["act"]


def test_a_binary_is_wrapped(plain: Repo) -> None:
    put(plain, "commit-msg", Path("/bin/true").resolve().read_bytes())
    do(refused(plain)["commit-msg"])
    install(plain)
    assert every_hook_fires(plain)
    plain.git("commit", "-q", "--allow-empty", "-m", "A change")


def test_where_there_are_no_files_they_are_made(plain: Repo) -> None:
    everywhere(plain)
    told = refused(plain)
    assert set(told) == set(HOOKS)
    for one in told.values():
        assert one["act"] == f"make {one['file']} with these lines, and make it executable"
        do(one)
    install(plain)
    assert every_hook_fires(plain)


def test_a_hook_that_is_there_gets_the_line_at_its_top(plain: Repo, tmp_path: Path) -> None:
    file = everywhere(plain) / "pre-push"
    file.write_text(f"#!/bin/sh\n{READS}")
    told = refused(plain)
    assert told["pre-push"]["act"] == f"make {file} executable, and add to {file}, at the top, below its first line"
    for one in told.values():
        do(one)
    install(plain)
    assert every_hook_fires(plain)
    assert "may read" not in inside(plain, "hooks").out
    assert pushed(plain, tmp_path).startswith("refs/heads/main ")


def test_a_line_that_stands_below_what_reads_is_told(plain: Repo) -> None:
    file = everywhere(plain) / "pre-push"
    file.write_text(f"#!/bin/sh\n{READS}")
    told = refused(plain)
    for hook in set(told) - {"pre-push"}:
        do(told[hook])
    file.write_text(f"#!/bin/sh\n# of mine\n{READS.replace('$SEEN', '/dev/null')}{told['pre-push']['add']}\n")
    file.chmod(0o755)
    install(plain)
    assert all(one["fires"] for one in status(plain).values())
    assert f"pre-push: move our line to the top of {file}: what stands above it may read" in inside(plain, "hooks").out
    file.chmod(0o644)
    assert not status(plain, code=8)["pre-push"]["fires"]
    assert f"Next: make {file} executable\n" in inside(plain, "hooks", code=8).out
