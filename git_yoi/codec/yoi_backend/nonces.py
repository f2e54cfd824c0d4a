"""Nonces of imported entries: two clones that import the same tickets give the same ones (design.md, section 1)."""

from __future__ import annotations

import hashlib
import json

from git_yoi.codec.yoi_backend.source import FORMAT


def nonce_of(ticket: str, place: str, content: object) -> str:
    """The nonce of what stands at `place` of a ticket; `content` is any JSON value."""
    text = json.dumps([FORMAT, ticket, place, content], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
