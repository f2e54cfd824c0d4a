"""The nonces that threads have already: what an import must not add again."""

from __future__ import annotations

import re

from git_yoi.git.objects import Objects
from git_yoi.store.history import order

# The block's last two trailers of ours; a body that quotes them stands before the block.
_NONCE = re.compile(rb"\nYoi-Nonce: ([0-9a-f]{32})(?=\n)")
_TICKET = re.compile(rb"\nYoi-Ticket: ([!-~]+)(?=\n)")


def known_nonces(objects: Objects, tip: str) -> dict[str, set[str]]:
    """Every ticket's nonces, by its id; entries that are corrupt are left out."""
    found: dict[str, set[str]] = {}
    for _, commit in order(objects, tip):
        block = commit.message[commit.message.rfind(b"\n\nYoi-Event: ") :]
        nonce, ticket = _NONCE.search(block), _TICKET.search(block)
        if nonce is not None and ticket is not None:
            found.setdefault(ticket[1].decode("ascii"), set()).add(nonce[1].decode("ascii"))
    return found
