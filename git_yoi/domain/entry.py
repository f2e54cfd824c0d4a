"""An entry: one act on one ticket, as one commit of the ticket ref keeps it."""

from __future__ import annotations

from dataclasses import dataclass

from git_yoi.domain.events import Event
from git_yoi.domain.json_value import Json
from git_yoi.domain.ticket import Actor, Ticket


@dataclass(frozen=True, slots=True)
class TextChange:
    """A description before and after an edit, as the parent's and the commit's tree have it."""

    base: str
    new: str


@dataclass(frozen=True, slots=True)
class Entry:
    """Who did what to which ticket, when; `at` is seconds since the epoch, `nonce` 32 hexadecimal digits.

    `imported` tells where an entry of another tracker came from; it is None on what was written here.
    `text` and `replacement` stand in the commit's tree, not in its message.
    """

    ticket: str
    event: Event
    actor: Actor
    at: int
    role: str
    nonce: str
    body: str = ""
    imported: dict[str, Json] | None = None
    text: TextChange | None = None
    replacement: Ticket | None = None
    unknown: tuple[tuple[str, str], ...] = ()
