"""A clone whose hooks are looked at: what stands in it, what is refused, and what git runs."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from git_yoi.hooks.client_shim import HOOKS
from tests.conftest import Repo
from tests.hooks.scene import contents
from tests.inside import inside

_COMMITTED = re.compile(
    r"^(?:\.git|common)/(?:.*/)?(?:COMMIT_EDITMSG|index|objects|logs|refs|lfs|lefthook\.checksum)(?:/|$)"
)
# What a hook of somebody else's writes down, each beside the repository: that it ran, its arguments, and what it read.
SAID = 'printf "%s\\n" "$(basename "$0") $*" >>"$SEEN"\ncat >>"$SEEN"\n'


def install(repo: Repo) -> dict[str, dict[str, Any]]:
    """Put the hooks in; what is said of each."""
    return by_hook(inside(repo, "hooks", "install", "--json").data["hooks"])


def uninstall(repo: Repo) -> dict[str, dict[str, Any]]:
    """Take the hooks out; what is said of each."""
    return by_hook(inside(repo, "hooks", "uninstall", "--json").data["hooks"])


def status(repo: Repo, *, code: int = 0) -> dict[str, dict[str, Any]]:
    """What `status` proves of each hook; it must end with `code`."""
    found = inside(repo, "hooks", "status", "--json", code=code).data
    assert found["fires"] is (code == 0 and found["installed"])
    return by_hook(found["hooks"])


def by_hook(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The rows by their hook, each of which stands there in one form only."""
    found = {str(row["hook"]): row for row in rows}
    assert len(found) == len(rows), rows
    return found


def refused(repo: Repo) -> dict[str, dict[str, Any]]:
    """Install where that is refused, and changes nothing; what stands in the way of each hook, and what to add."""
    before = kept(repo)
    error = inside(repo, "hooks", "install", "--json", code=7).json["error"]
    assert error["code"] == "exists"
    assert kept(repo) == before
    return by_hook(error["data"])


def kept(repo: Repo) -> dict[str, tuple[int, bytes]]:
    """Everything that installing could change: the worktree and the git directory, without what a commit changes."""
    found = contents(repo.path)
    common = Path(repo.git("rev-parse", "--path-format=absolute", "--git-common-dir"))
    if not common.is_relative_to(repo.path):
        found |= {f"common/{name}": value for name, value in contents(common).items()}
    return {name: value for name, value in found.items() if not _COMMITTED.search(name)}


def put(repo: Repo, hook: str, data: bytes | str, mode: int = 0o755, folder: str = ".git/hooks") -> Path:
    """Write a hook of somebody else's."""
    file = repo.path / folder / hook
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    file.chmod(mode)
    return file


def every_hook_fires(repo: Repo) -> bool:
    """Whether all of them are there, and git runs each."""
    found = status(repo)
    return set(found) == set(HOOKS) and all(one["fires"] and one["current"] for one in found.values())


def fake_program(folder: Path, seen: Path) -> Path:
    """A program that stands for the interpreter, and writes down its arguments and what it reads."""
    folder.mkdir(parents=True)
    program = folder / "python"
    program.write_text(f"#!/bin/sh\nshift 3\nprintf '%s\\n' \"ours: $*\" >>'{seen}'\ncat >>'{seen}'\n")
    program.chmod(0o755)
    return program


def without_program(folder: Path) -> Mapping[str, str]:
    """An environment in which git is found, and the program is not."""
    git = shutil.which("git")
    assert git is not None
    path = f"{Path(git).parent}:/usr/bin:/bin"
    assert shutil.which("git-yoi", path=path) is None
    return {"PATH": path, "HOME": str(folder)}
