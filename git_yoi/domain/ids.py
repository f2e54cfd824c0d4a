"""Ticket ids: 16 letters from k..z, never mistaken for a commit id or a number; imported tickets keep theirs."""

from __future__ import annotations

import re
from collections.abc import Iterable

ALPHABET = "klmnopqrstuvwxyz"
LENGTH = 16
MIN_PREFIX = 4

# design.md, section 1: what an imported ticket's own id may look like; a native id satisfies it too.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{2,63}\Z")


def from_bytes(random: bytes) -> str:
    """Spell 8 random bytes as an id, one letter a nibble."""
    if len(random) != LENGTH // 2:
        raise ValueError(f"an id takes {LENGTH // 2} bytes, not {len(random)}")
    return "".join(ALPHABET[b >> 4] + ALPHABET[b & 15] for b in random)


def is_id(text: str) -> bool:
    """Whether `text` may name a ticket or an objective."""
    return _ID.match(text) is not None


def shard(ticket_id: str) -> str:
    """The folder below `tickets/` that holds this ticket: its id's last two characters."""
    return ticket_id[-2:]


def short_id(ticket_id: str) -> str:
    """The id as a hint or a line shows it: 8 letters of a native one, a foreign one whole (they often begin alike)."""
    native = len(ticket_id) == LENGTH and all(letter in ALPHABET for letter in ticket_id)
    return ticket_id[:8] if native else ticket_id


def shortest_prefix(ticket_id: str, others: Iterable[str]) -> str:
    """The shortest prefix of `ticket_id`, at least `MIN_PREFIX` long, that starts none of `others`."""
    need = MIN_PREFIX
    for other in others:
        if other != ticket_id:
            need = max(need, common(ticket_id, other) + 1)
    return ticket_id[:need]


def common(a: str, b: str) -> int:
    """How many leading characters two ids share, whatever their case."""
    count = 0
    for x, y in zip(a.lower(), b.lower(), strict=False):
        if x != y:
            break
        count += 1
    return count
