"""Clones that share tickets through a hub, and what must hold between them."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from git_yoi.domain.entry import Entry
from git_yoi.domain.events import Create, StateChange
from git_yoi.domain.ids import from_bytes
from git_yoi.domain.ticket import text_digest
from tests.conftest import Repo
from tests.inside import inside, session_of
from tests.sync.hubs import NAMES, TICKETS, Hub


def shared(hub: Hub, count: int = 2, *options: str) -> list[Repo]:
    """Clones that share their tickets; the first one began it."""
    clones = [hub.clone(number, *options) for number in range(count)]
    for clone in clones:
        inside(clone, "init")
        inside(clone, "sync")
    return clones


def twin(hub: Hub, of: Repo, number: int) -> Repo:
    """Another clone, made by copying one: for tests that need many."""
    name = NAMES[number]
    made = Repo(Path(shutil.copytree(of.path, hub.path.parent / name.lower(), symlinks=True)))
    made.git("config", "user.name", name)
    made.git("config", "user.email", f"{name.lower()}@example.org")
    return made


def queued_here(repo: Repo, count: int = 1) -> list[str]:
    """Tickets that went through the human gate, written in one append; their ids."""
    session, digest = session_of(repo), text_digest("What to do.")
    tickets = [from_bytes(os.urandom(8)) for _ in range(count)]
    entries: list[Entry] = []
    for number, ticket_id in enumerate(tickets):
        entries.append(session.entry(ticket_id, Create(f"Ticket {number}"), "What to do."))
        entries.append(session.entry(ticket_id, StateChange("planning", "ready")))
        entries.append(session.entry(ticket_id, StateChange("ready", "queued", text=digest)))
    session.append(lambda _: entries)
    return tickets


def queued_everywhere(clones: Sequence[Repo], count: int = 1) -> list[str]:
    """Queued tickets that every clone has."""
    tickets = queued_here(clones[0], count)
    for clone in clones:
        inside(clone, "sync")
    return tickets


def holder(repo: Repo, ticket: str) -> str | None:
    """Who holds a ticket as this clone sees it, by name; None when nobody does."""
    held = inside(repo, "show", ticket, "--json").data["holder"]
    return str(held["actor"]).split(" <")[0] if held else None


def acceptances(repo: Repo, ticket: str, ref: str = TICKETS) -> int:
    """How many acceptances of a ticket are reachable."""
    return repo.git("log", "--format=%B", ref, "-F", f"--grep=Yoi-Ticket: {ticket}").count("\nYoi-Event: accept\n")


def work_of(repo: Repo, ticket: str) -> tuple[list[str], list[str], bool]:
    """What a clone has of a ticket that it works on: branches, worktrees, and an unsettled claim record."""
    branches = repo.git("for-each-ref", "--format=%(refname)", "refs/heads").splitlines()
    worktrees = [line for line in repo.git("worktree", "list", "--porcelain").splitlines() if ticket[:8] in line]
    record = common(repo) / "yoi/claims" / f"{ticket}.json"
    unsettled = record.exists() and not json.loads(record.read_text())["finished"]
    return [name for name in branches if ticket[:8] in name], worktrees, unsettled


NOTHING: tuple[list[str], list[str], bool] = ([], [], False)


def common(repo: Repo) -> Path:
    """The common git directory."""
    return Path(repo.git("rev-parse", "--path-format=absolute", "--git-common-dir"))


def require_no_locks(repo: Repo, where: object = "") -> None:
    """No lock file has stayed but those of ours that are always there, as places to lock."""
    left = [path for path in common(repo).rglob("*.lock") if path.parent != common(repo) / "yoi"]
    assert [str(path) for path in left] == [], where


def require_agreement(hub: Hub, clones: Sequence[Repo], where: object = "", ref: str = TICKETS) -> None:
    """After two rounds of syncs every clone has the hub's tip, and the record and the objects are sound everywhere."""
    for _ in range(2):
        for clone in clones:
            inside(clone, "sync")
    tip = hub.tip(ref)
    for clone in clones:
        assert clone.git("rev-parse", ref) == tip, where
        assert clone.git("rev-parse", "refs/yoi/published") == tip, where
        found = inside(clone, "fsck", "--json", code=None)
        assert (found.code, found.data["problems"]) == (0, []), (where, found.out)
        clone.git("fsck", "--strict", "--connectivity-only")
        require_no_locks(clone, where)
