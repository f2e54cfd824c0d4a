"""A hub with the guard, and what "nothing changed" is compared by."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from tests.conftest import Ran, Repo, run
from tests.inside import inside
from tests.sync.hubs import TICKETS, Hub


def install(hub: Hub) -> dict[str, object]:
    """Put the guard into the hub; what it says of itself."""
    [guard] = inside(hub.repo, "hooks", "install", "--server", "--json").data["guards"]
    assert isinstance(guard, dict)
    return guard


def push(repo: Repo, *refspecs: str, remote: str = "origin", env: dict[str, str] | None = None) -> Ran:
    """Push, whatever comes of it."""
    return run("git", "push", remote, *(refspecs or (f"{TICKETS}:{TICKETS}",)), cwd=repo.path, env=env)


def refused(hub: Hub, repo: Repo, *refspecs: str, env: dict[str, str] | None = None) -> str:
    """Push what must be refused and change no ref; what the pusher reads."""
    before = hub.repo.refs()
    done = push(repo, *refspecs, env=env)
    assert done.code != 0, done
    assert hub.repo.refs() == before
    assert "Traceback" not in done.err
    return "\n".join(line for line in done.err.splitlines() if line.startswith("remote: "))


def contents(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every path below a folder, with its mode and its bytes (a link: where it leads)."""
    found = {}
    for path in sorted(folder.rglob("*")):
        facts = path.lstat()
        if stat.S_ISLNK(facts.st_mode):
            data = os.fsencode(path.readlink())
        else:
            data = path.read_bytes() if stat.S_ISREG(facts.st_mode) else b""
        found[path.relative_to(folder).as_posix()] = (facts.st_mode, data)
    return found
