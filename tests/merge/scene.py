"""A ticket that is ready to be completed, and what must hold when it has been, however that came about."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

from git_yoi.config.branch_tickets import note_ticket
from git_yoi.domain.events import Accept, Create, Review, StateChange
from git_yoi.domain.ids import from_bytes
from git_yoi.domain.ticket import Actor, text_digest
from git_yoi.store.claims import Claim, write_claim
from tests.conftest import Ran, Repo
from tests.inside import ADA, inside, session_of

REVIEWER = {"GIT_YOI_ACTOR": "Rea <rea@example.org>"}
DELEGATED = "merge: {authority: delegated}\n"


@dataclass(frozen=True)
class Work:
    """A ticket in progress, its branch, and its worktree."""

    repo: Repo
    ticket: str
    branch: str
    worktree: Path

    def commit(self, name: str, text: str) -> str:
        """Commit a file on the branch; the commit's id."""
        return self.repo.commit(name, text, cwd=self.worktree)

    def approve(self) -> None:
        """Have somebody else approve the branch as it is."""
        inside(self.repo, "review", self.ticket, "--approve", "-m", "Fine.", env=REVIEWER)

    def complete(self, *more: str, code: int | None = 0) -> Ran:
        """Complete it, authorized."""
        return inside(self.repo, "complete", self.ticket, "--authorize", *more, "--json", code=code)

    def state(self) -> str:
        return str(inside(self.repo, "show", self.ticket, "--json").data["state"])


def started(repo: Repo, title: str = "A ticket", *more: str) -> Work:
    """A ticket that was taken through the gate and started."""
    ticket = inside(repo, "new", title, "-m", "What to do.", "-q").out.strip()
    inside(repo, "ready", ticket)
    inside(repo, "queue", ticket)
    held = inside(repo, "start", ticket, *more, "--json").data
    return Work(repo, ticket, held["branch"], Path(held["worktree"]) if held["worktree"] else repo.path)


def approved(repo: Repo, title: str = "A ticket", *, file: str | None = None, text: str = "work\n") -> Work:
    """A ticket with a commit on its branch that somebody else has approved."""
    work = started(repo, title)
    work.commit(file or f"work-{work.ticket}", text)
    work.approve()
    return work


def everything(repo: Repo) -> str:
    """Refs, worktrees and files: what a refusal must leave as it was."""
    parts = [repo.refs(), repo.git("worktree", "list", "--porcelain")]
    for line in repo.git("worktree", "list", "--porcelain").splitlines():
        if line.startswith("worktree "):
            path = Path(line.removeprefix("worktree "))
            parts += [
                f"{f} {f.read_bytes()!r}" for f in sorted(path.rglob("*")) if f.is_file() and ".git" not in f.parts
            ]
    return "\n".join(parts)


def require_closed_once(repo: Repo, ticket: str, where: object = "", *, target: str = "main") -> str:
    """One merge on the target, one merge and one close on the thread, nothing left lying about; the merge's id."""
    merges = repo.git("log", "--format=%H", f"--grep=^Ticket: {ticket}$", target).splitlines()
    assert len(merges) == 1, (where, merges)
    thread = repo.git("log", "--format=%B", "-F", f"--grep=Yoi-Ticket: {ticket}", "refs/yoi/tickets")
    assert thread.count("\nYoi-Event: merge\n") == 1, where
    assert thread.count("\nYoi-Event: close\n") == 1, where
    assert f"\nYoi-Commit: {merges[0]}\n" in thread, where
    shown = inside(repo, "show", ticket, "--json").data
    assert (shown["state"], shown["merge"]["commit"]) == ("closed", merges[0]), where
    require_tidy(repo, where)
    return merges[0]


def require_tidy(repo: Repo, where: object = "") -> None:
    """No journal, no lock of git's, no scratch worktree."""
    common = Path(repo.git("rev-parse", "--path-format=absolute", "--git-common-dir"))
    assert not (common / "yoi/journal.json").exists(), where
    assert [p for p in common.rglob("*.lock") if "yoi" not in p.relative_to(common).parts[:1]] == [], where
    scratch = common / "yoi/scratch"
    assert not scratch.exists() or list(scratch.iterdir()) == [], where
    assert "yoi-scratch-" not in repo.git("worktree", "list"), where
    assert not [p for p in (common / "worktrees").glob("*") if "yoi-scratch-" in p.name], where


def quickly_approved(repo: Repo, title: str) -> Work:
    """The same as `approved`, its entries written at once: for tests that need dozens of such tickets."""
    session, base = session_of(repo), repo.git("rev-parse", "main")
    ticket, nonce = from_bytes(os.urandom(8)), session.new_nonce()
    work = Work(repo, ticket, f"work/{ticket}", repo.path.parent / f"{ticket}.worktree")
    repo.git("worktree", "add", "-q", "-b", work.branch, str(work.worktree), base)
    note_ticket(session.repository, work.branch, ticket)
    head = work.commit(f"work-{ticket}", "work\n")
    steps = (
        StateChange("planning", "ready"),
        StateChange("ready", "queued", text=text_digest("What to do.")),
    )
    accept = Accept("queued", 0, work.branch, base, "main")
    review = replace(session.entry(ticket, Review("approve", head, base)), actor=Actor("Rea", "rea@example.org"))
    session.append(
        lambda _: [
            session.entry(ticket, Create(title), "What to do."),
            *(session.entry(ticket, step) for step in steps),
            session.entry(ticket, accept, nonce=nonce),
            review,
        ]
    )
    claim = Claim(ticket, nonce, 0, work.branch, work.worktree, base, "main", ADA, "human", 0, finished=True)
    write_claim(session.repository.private, claim)
    return work
