"""A hub with the guard, and what "nothing changed" is compared by."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from git_yoi.domain.events import Comment, Create
from git_yoi.domain.ids import from_bytes
from git_yoi.store.bulk import Refused, append_many
from tests.conftest import Ran, Repo, run
from tests.inside import inside, session_of
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


def grown(repo: Repo, entries: int) -> str:
    """Add a ticket for every ten entries, and comments; the new tip."""
    session = session_of(repo)
    tickets = [from_bytes(os.urandom(8)) for _ in range(max(1, entries // 10))]
    made = [session.entry(ticket, Create("A ticket"), "What to do.") for ticket in tickets]
    made += [session.entry(tickets[n % len(tickets)], Comment(), f"Words {n}") for n in range(entries - len(made))]
    append_many(session.writer, TICKETS, session.tip, lambda _: made, instead=_raise, progress=lambda _, __: None)
    return repo.git("rev-parse", TICKETS)


def _raise(refused: Refused) -> None:
    raise AssertionError(refused.reason)
