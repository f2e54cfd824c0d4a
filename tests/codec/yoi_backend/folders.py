"""Small ticket folders in the tracker's format, for tests."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from git_yoi.codec.yoi_backend.mapping import Mapped, map_folder
from git_yoi.codec.yoi_backend.names import native_id
from git_yoi.codec.yoi_backend.source import Folder
from git_yoi.domain.apply import Rejection, apply
from git_yoi.domain.entry import Entry
from git_yoi.domain.ticket import Ticket

NAME = "00001TESTAAAA"
ITEM = """---
title: '画面の色を直す'
state: 'closed'
created_at: '2026-05-01T08:00:00Z'
updated_at: '2026-05-03T08:00:00Z'
assignee: 'mio'
priority: 'P1'
risk_flags: ['ui', 'color']
---

The colours differ.

---

色がちがう。
"""
THREAD = """<!-- event: create author: mio at: 2026-05-01T08:00:00Z -->

## Created

Made by hand.

---

<!-- event: state_changed author: "a panel" at: 2026-05-01T09:00:00Z from: planning to: ready reason: x field: state -->

## State changed

Ready now.

---

<!-- event: review author: rin at: 2026-05-02T08:00:00Z status: approve -->

## Review: approve

Looks right at `3f2a9c1d`.

---

<!-- event: state_changed author: orchestrator at: 2026-05-02T09:00:00Z from: ready to: done reason: y field: state -->

## State changed

Merged.

---

<!-- event: close author: mio at: 2026-05-03T08:00:00Z status: closed -->

## Closed

直した。

---
"""


def folder(
    name: str = NAME, group: str = "", texts: Mapping[str, str | bytes] | None = None, **more: str | bytes
) -> Folder:
    """A folder of `item`, `thread`, `resolution`, `relations`, `plan`; `texts` has others by their path."""
    names = {
        "item": "item.md",
        "thread": "thread.md",
        "resolution": "resolution.md",
        "relations": "artifacts/relations.json",
        "plan": "artifacts/orchestration-plan.jsonl",
    }
    return Folder(
        name,
        {names.get(k, k): v.encode() if isinstance(v, str) else v for k, v in {**(texts or {}), **more}.items()},
        group,
    )


def mapped(source: Folder) -> Mapped:
    """What the folder comes to, blobs named by their own SHA-1."""
    return map_folder(
        source,
        native_id(source.name),
        lambda other: native_id(other) if len(other) > 2 and " " not in other else None,
        lambda data: hashlib.sha1(data).hexdigest(),
    )


def played(entries: list[Entry], ticket: Ticket | None = None) -> Ticket:
    """The ticket after the entries, none of which may be refused."""
    for entry in entries:
        after = apply(ticket, entry)
        assert not isinstance(after, Rejection), (entry, after)
        ticket = after
    assert ticket is not None
    return ticket


def whats(source: Mapped) -> list[str]:
    """Where and what each problem is."""
    return [f"{p.file}:{p.line} {p.what}" for p in source.problems]
