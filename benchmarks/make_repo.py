"""Make a repository with many tickets, quickly: the package's own rules and codec, stored by `git fast-import`.

    python benchmarks/make_repo.py DIRECTORY [TICKETS]

Six entries a ticket: created, planned, commented twice, made ready, queued. What is made passes `git yoi fsck`.
"""

from __future__ import annotations

import hashlib
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from git_yoi.codec.message import encode
from git_yoi.codec.ticket_file import encode_ticket
from git_yoi.domain.apply import Rejection, apply
from git_yoi.domain.entry import Entry
from git_yoi.domain.events import Comment, Create, Event, Plan, StateChange
from git_yoi.domain.ids import from_bytes, shard
from git_yoi.domain.ticket import Actor, Ticket, text_digest

_START = 1_700_000_000
_ACTORS = (Actor("Ada", "ada@example.org"), Actor("Grace", "grace@example.org"), Actor("小林", "kobayashi@example.org"))
_WORDS = ("panel", "queue", "worktree", "review", "claim", "merge", "認証", "設定を読み込む", "branch", "remote")


def texts(source: random.Random, words: int) -> str:
    """A paragraph of that many words."""
    return " ".join(source.choice(_WORDS) for _ in range(words))


def events(source: random.Random, body: str) -> Iterator[tuple[Event, str]]:
    """The six acts on one ticket, each with its body."""
    yield Create(texts(source, 5), f"P{source.randrange(4)}", (source.choice(("ui", "core", "docs")),)), body
    yield Plan(), texts(source, 60)
    yield Comment(), texts(source, 30)
    yield StateChange("planning", "ready"), ""
    yield Comment(), texts(source, 40)
    yield StateChange("ready", "queued", text=text_digest(body)), ""


def entries(source: random.Random, tickets: int) -> Iterator[tuple[Entry, Ticket]]:
    """Every entry, with its ticket as it is after it."""
    at = _START
    for _ in range(tickets):
        ticket_id, ticket, body = from_bytes(source.randbytes(8)), None, texts(source, 50)
        for event, text in events(source, body):
            at += 1
            nonce = hashlib.sha256(f"{at}".encode()).hexdigest()[:32]
            entry = Entry(ticket_id, event, source.choice(_ACTORS), at, "human", nonce, text)
            after = apply(ticket, entry)
            if isinstance(after, Rejection):
                raise TypeError(after.reason)
            ticket = after
            yield entry, after


def stream(tickets: int) -> Iterator[bytes]:
    """The whole history on top of the root, for `git fast-import`."""
    source = random.Random(1)  # noqa: S311  (the same repository every time)
    first = b"from refs/yoi/tickets^0\n"
    for entry, ticket in entries(source, tickets):
        who = f"{entry.actor.name} <{entry.actor.email}> {entry.at} +0000"
        path = f"tickets/{shard(ticket.id)}/{ticket.id}.md"
        yield b"commit refs/yoi/tickets\n" + f"author {who}\ncommitter {who}\n".encode()
        yield _data(encode(entry).encode()) + first
        yield f"M 100644 inline {path}\n".encode() + _data(encode_ticket(ticket))
        first = b""


def _data(content: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(content), content)


def make(directory: Path, tickets: int) -> None:
    """Make the repository; the directory must not exist."""
    directory.mkdir(parents=True)
    for command in (
        ("git", "init", "-q"),
        ("git", "config", "user.name", "Ada"),
        ("git", "config", "user.email", "ada@example.org"),
        ("git", "commit", "-q", "--allow-empty", "-m", "First"),
        (sys.executable, "-m", "git_yoi", "init", "--quiet"),
    ):
        subprocess.run(command, cwd=directory, check=True)
    with subprocess.Popen(("git", "fast-import", "--quiet"), cwd=directory, stdin=subprocess.PIPE) as child:
        if child.stdin is None:
            raise RuntimeError("no pipe")
        child.stdin.writelines(stream(tickets))
        child.stdin.close()
    if child.returncode != 0:
        raise RuntimeError("git fast-import failed")


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1000)
