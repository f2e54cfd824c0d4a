"""A second implementation of the record's reader, from its description alone.

Nothing of git_yoi is imported: the standard library and one `git cat-file --batch` must be enough for anybody.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

_FREE = frozenset(
    (
        "Add",
        "Assignees",
        "Branch",
        "File",
        "Finding",
        "Imported",
        "Labels",
        "Note",
        "Reason",
        "Remove",
        "Target",
        "Title",
        "Validation",
    )
)


@dataclass
class Read:
    """One entry as the second reader sees it: trailers by name, each with the list of its values."""

    id: str
    kind: str
    ticket: str
    author: str
    at: str
    body: str
    trailers: dict[str, list[Any]]


@dataclass
class Record:
    """Everything on a ticket ref."""

    entries: list[Read] = field(default_factory=list)
    tickets: dict[str, dict[str, Any]] = field(default_factory=dict)
    objectives: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    rejected: dict[str, str] = field(default_factory=dict)


class Reader:
    """One `git cat-file --batch` under way."""

    def __init__(self, repository: Path) -> None:
        self._child = subprocess.Popen(
            ["git", "-C", str(repository), "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._ask: IO[bytes] = self._child.stdin
        self._answer: IO[bytes] = self._child.stdout

    def close(self) -> None:
        self._ask.close()
        self._answer.close()
        self._child.wait()

    def object(self, name: str) -> tuple[str, str, bytes]:
        """Id, kind and bytes of an object."""
        self._ask.write(name.encode() + b"\n")
        self._ask.flush()
        oid, kind, size = self._answer.readline().decode().split()
        data = self._answer.read(int(size))
        self._answer.read(1)
        return oid, kind, data

    def record(self, ref: str) -> Record:
        """Read all that a ref holds."""
        record = Record()
        tip, kind, data = self.object(ref)
        assert kind == "commit"
        for oid in self._order(tip):
            self._commit(record, oid)
        self._tree(record, _headers(data)[0]["tree"][0], "")
        return record

    def _order(self, tip: str) -> list[str]:
        """A commit's order is its first parent's, then what only its second has, in that one's order."""
        done: list[str] = []
        seen: set[str] = set()
        work = [("visit", tip)]
        while work:
            act, oid = work.pop()
            if act == "emit":
                done.append(oid)
            elif oid not in seen:
                seen.add(oid)
                work.append(("emit", oid))
                parents = _headers(self.object(oid)[2])[0].get("parent", [])
                work += [("visit", parent) for parent in parents[::-1]]
        return done

    def _commit(self, record: Record, oid: str) -> None:
        headers, message = _headers(self.object(oid)[2])
        parents = headers.get("parent", [])
        if not parents:
            assert message == "git-yoi tickets, format 1\n"
        elif len(parents) == 2:
            named = [line.split() for line in message.split("\n") if line.startswith("Yoi-Rejected: ")]
            record.rejected |= {commit: code for _, commit, code in named}
        else:
            record.entries.append(_entry(oid, headers["author"][0], message))

    def _tree(self, record: Record, oid: str, path: str) -> None:
        _, kind, data = self.object(oid)
        assert kind == "tree"
        size, position = len(oid) // 2, 0
        while position < len(data):
            end = data.index(b"\0", position)
            mode, name = data[position:end].decode().split(" ", 1)
            child = data[end + 1 : end + 1 + size].hex()
            position = end + 1 + size
            if mode == "40000":
                self._tree(record, child, f"{path}{name}/")
            else:
                assert mode == "100644"
                _file(record, f"{path}{name}", self.object(child)[2])


def _headers(data: bytes) -> tuple[dict[str, list[str]], str]:
    head, _, message = data.partition(b"\n\n")
    found: dict[str, list[str]] = {}
    for line in head.decode().split("\n"):
        if not line.startswith(" "):
            key, _, value = line.partition(" ")
            found.setdefault(key, []).append(value)
    return found, message.decode()


def _entry(oid: str, author: str, message: str) -> Read:
    head, _, block = message.rpartition("\n\nYoi-Event: ")
    lines = f"Yoi-Event: {block}".removesuffix("\n").split("\n")
    _subject, _, body = head.partition("\n\n")
    trailers: dict[str, list[Any]] = {}
    for line in lines:
        key, _, value = line.removeprefix("Yoi-").partition(": ")
        trailers.setdefault(key, []).append(json.loads(value) if key in _FREE else value)
    person, seconds, zone = author.rsplit(" ", 2)
    assert zone == "+0000"
    return Read(oid, trailers["Event"][0], trailers["Ticket"][0], person, _time(int(seconds)), body, trailers)


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _file(record: Record, path: str, data: bytes) -> None:
    parts = path.split("/")
    if path == "yoi.yaml":
        assert data == b"format: 1\n"
    elif parts[0] == "tickets":
        ticket = _front_matter(data)
        assert parts[1:] == [ticket["id"][-2:], f"{ticket['id']}.md"]
        record.tickets[ticket["id"]] = ticket
    elif parts[0] == "objectives":
        record.objectives[parts[1].removesuffix(".md")] = _front_matter(data)
    else:
        assert parts[0] == "files"
        record.files["/".join(parts[1:])] = data


def _front_matter(data: bytes) -> dict[str, Any]:
    _, _, rest = data.decode().partition("---\n")
    head, _, body = rest.partition("\n---\n")
    pairs = (line.partition(": ") for line in head.split("\n"))
    return {key: json.loads(value) for key, _, value in pairs} | {"body": body}
