"""The program run inside the test's own process, through its entry point: where a process each would take minutes."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

from git_yoi.actions.session import Session
from git_yoi.cli.main import main
from git_yoi.domain.entry import Entry
from git_yoi.domain.events import Accept, Block, Close, Create, StateChange
from git_yoi.domain.ids import from_bytes
from git_yoi.domain.states import STATES
from git_yoi.domain.ticket import Actor, Ticket, text_digest
from git_yoi.git.repository import discover
from git_yoi.store.claims import Claim, write_claim
from tests.conftest import Ran, Repo

ADA = Actor("Ada", "ada@example.org")
BEA = Actor("Bea", "bea@example.org")


def inside(repo: Repo, *arguments: str | Path, code: int | None = 0, env: Mapping[str, str] | None = None) -> Ran:
    """Run a verb on the repository; it must end with `code` (None: any)."""
    out, err = io.StringIO(), io.StringIO()
    given = ["-C", str(repo.path), *(str(a) for a in arguments)]
    with patch.dict(os.environ, env or {}), redirect_stdout(out), redirect_stderr(err):
        try:
            main(given)
        except SystemExit as left:
            ended = left.code if isinstance(left.code, int) else 1
    ran = Ran(ended, out.getvalue(), err.getvalue())
    assert "Traceback" not in ran.err, ran.err
    if code is not None:
        assert ran.code == code, (arguments, ran.out, ran.err)
    return ran


def session_of(repo: Repo, *, actor: Actor = ADA, role: str | None = None) -> Session:
    """A session as the command line would open it."""
    return Session(
        repository=discover(repo.path, os.environ.copy(), explicit=True),
        clock=time.time,
        random_bytes=os.urandom,
        notice=lambda _: None,
        actor_override=actor,
        role_override=role,
    )


def accept(repo: Repo, ticket_id: str, *, actor: Actor = ADA, branch: str | None = None, mine: bool = True) -> str:
    """Accept a queued ticket, with its branch and no worktree; `mine`: from this clone. The branch's name."""
    session, name = session_of(repo, actor=actor), branch or f"work/{ticket_id}"
    base = repo.git("rev-parse", "main")
    now = session.ticket(session.snapshot(), ticket_id)
    nonce = session.new_nonce()
    event = Accept("queued", now.generation, name, base, "main")
    session.append(lambda _: [session.entry(ticket_id, event, nonce=nonce)])
    if mine:
        private = session.repository.private
        claim = Claim(ticket_id, nonce, now.generation, name, None, base, "main", actor, "human", 0, finished=True)
        write_claim(private, claim)
    repo.git("branch", name, "main")
    return name


def commit_on(repo: Repo, branch: str, name: str, text: str = "text\n", *, actor: Actor = ADA) -> str:
    """Commit a file on a branch that nobody has checked out; the new head."""
    who = {
        f"GIT_{r}_{k}": v for r in ("AUTHOR", "COMMITTER") for k, v in (("NAME", actor.name), ("EMAIL", actor.email))
    }
    file = repo.path / ".git" / "blob"
    file.write_text(text)
    blob = repo.git("hash-object", "-w", file)
    with patch.dict(os.environ, {**who, "GIT_INDEX_FILE": str(repo.path / ".git" / "other-index")}):
        repo.git("read-tree", branch)
        repo.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{name}")
        made = repo.git("commit-tree", "-p", branch, "-m", f"Add {name}", repo.git("write-tree"))
    repo.git("update-ref", f"refs/heads/{branch}", made)
    return made


def every_state(repo: Repo) -> dict[str, str]:
    """A ticket in every state, by state: the queued and the started one carry a block mark; the started one is ours.

    The started and the done one have an empty branch each; the started one's claim record is there too.
    """
    session, base = session_of(repo), repo.git("rev-parse", "main")
    tickets = {state: from_bytes(os.urandom(8)) for state in STATES}
    digest, claims = text_digest("What to do."), {}
    entries: list[Entry] = []
    for number, (state, ticket_id) in enumerate(tickets.items()):
        steps = (StateChange("planning", "ready"), StateChange("ready", "queued", text=digest))[:number]
        entries.append(session.entry(ticket_id, Create(f"In {state}"), "What to do."))
        entries += [session.entry(ticket_id, step) for step in steps]
        if state in ("queued", "inprogress"):
            entries.append(session.entry(ticket_id, Block("a reason")))
        if state in ("inprogress", "done"):
            claims[ticket_id] = session.new_nonce()
            event = Accept("queued", 0, f"work/{ticket_id}", base, "main")
            entries.append(session.entry(ticket_id, event, nonce=claims[ticket_id]))
        if state == "done":
            entries.append(session.entry(ticket_id, StateChange("inprogress", "done", reason="r")))
        if state == "closed":
            entries.append(session.entry(ticket_id, Close("obsolete"), "A resolution."))
    session.append(lambda _: entries)
    for ticket_id, nonce in claims.items():
        own = Claim(ticket_id, nonce, 0, f"work/{ticket_id}", None, base, "main", ADA, "human", 0, finished=True)
        write_claim(session.repository.private, own)
        repo.git("branch", f"work/{ticket_id}", "main")
    return tickets


def new(repo: Repo, title: str = "A ticket", *more: str) -> str:
    """Create a ticket with a description; its id."""
    return inside(repo, "new", title, "-m", "What to do.", *more, "--quiet").out.strip()


def queued(repo: Repo, title: str = "A ticket") -> str:
    """Create a ticket and take it through the human gate; its id."""
    ticket = new(repo, title)
    inside(repo, "ready", ticket)
    inside(repo, "queue", ticket)
    return ticket


def now(repo: Repo, ticket_id: str) -> Ticket:
    """The ticket as the newest tree has it."""
    session = session_of(repo)
    return session.ticket(session.snapshot(), ticket_id)
