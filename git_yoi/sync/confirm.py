"""Entries that count only once the shared remote has them: pushed while nothing here refers to them, then read back."""

from __future__ import annotations

import time
from collections.abc import Callable

from git_yoi.git import refs
from git_yoi.store.append import Build, prepare
from git_yoi.store.entry_commit import Writer
from git_yoi.store.snapshot import Snapshot
from git_yoi.sync.exchange import (
    PATIENCE_SECONDS,
    Exchange,
    Received,
    Settled,
    follow,
    joined_with,
    publish,
    settle,
    wait_or_give_up,
)
from git_yoi.sync.judging import Judge


def publish_entries(
    x: Exchange, writer: Writer, met: Settled, judge: Judge, build: Build, landed: Callable[[Snapshot], bool]
) -> str:
    """Push what `build` makes of the remote's tip, confirm it, and only then move our ref; the new local tip.

    `met` is the exchange before. A lost race fetches, joins and calls `build` anew. `landed` tells of a snapshot
    whether the entries are there already, as after a lost answer. YoiError: as `build`, `remote`, `remote-unknown`.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        if landed(Snapshot(x.objects, met.joined.tip)):
            return met.joined.tip
        made = prepare(writer, met.joined.tip, build)
        if not made:
            return met.joined.tip
        if publish(x, made[-1], met.received.tip):
            return _land(x, made[-1], met.received.tip, deadline)
        wait_or_give_up(deadline, x)
        met = settle(x, judge.accept, judge.check, send=False)


def _land(x: Exchange, shared: str, seen: str | None, deadline: float) -> str:
    """Bring our ref to what the remote has by now, whatever was written here meanwhile; the new local tip."""
    while True:
        found = refs.read_refs(x.repository, x.ref, refs.PUBLISHED)
        received = Received(seen, found.get(x.ref), found.get(refs.PUBLISHED), "present")
        joined = joined_with(x, received._replace(tip=shared))
        if follow(x, received, joined.tip, shared, pushed=True):
            return joined.tip
        wait_or_give_up(deadline, x)
