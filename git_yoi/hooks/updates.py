"""What a push wants to do to the refs of a hub, as git tells its `pre-receive` hook on standard input."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import NamedTuple

from git_yoi.errors import YoiError
from git_yoi.git.refs import OWN, TICKETS

_WORDS = 3


class Update(NamedTuple):
    """One ref that is to move: None for an object id that says "no such ref"."""

    old: str | None
    new: str | None
    ref: str


def read_updates(data: bytes) -> tuple[Update, ...]:
    """Read git's lines; YoiError `usage` for anything else, so that nothing passes for not having been understood."""
    found = []
    for line in data.splitlines():
        words = os.fsdecode(line).split(" ", _WORDS - 1)
        if len(words) != _WORDS or not all(_is_id(word) for word in words[:2]):
            raise YoiError(
                "usage",
                "standard input is not what git gives a pre-receive hook",
                cause=f"a line is {os.fsdecode(line)[:70]!r}",
                hint="git runs this; `git yoi hooks status --server` proves that it does",
            )
        old, new, ref = words
        found.append(Update(_id(old), _id(new), ref))
    return tuple(found)


def of_tickets(updates: Iterable[Update], ref: str) -> tuple[Update, ...]:
    """Those that concern tickets: their ref, and all below `refs/yoi/`, however a file system takes the case."""
    return tuple(u for u in updates if u.ref == ref or u.ref.lower().startswith(OWN))


def is_ticket_ref(update: Update, ref: str) -> bool:
    """Whether what moves is the ticket ref: the hub's own, or the one that is the ticket ref where nobody says."""
    return update.ref in (ref, TICKETS)


def _is_id(word: str) -> bool:
    return len(word) in (40, 64) and not word.strip("0123456789abcdef")


def _id(word: str) -> str | None:
    return word if word.strip("0") else None
