"""A ticket's whole state: what its file in the tree holds, as frozen values."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from git_yoi.domain.events import Finding, Validation
from git_yoi.domain.json_value import Json


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or program, as git names one."""

    name: str
    email: str

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"

    def same_as(self, other: Actor) -> bool:
        """Whether both are one identity: mail addresses compare without regard to case, as forges do."""
        return self.email.casefold() == other.email.casefold()


@dataclass(frozen=True, slots=True)
class Relation:
    """A forward relation to the ticket `id`."""

    kind: str
    id: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of the ticket: its name below `files/<ticket>/` and its blob's object id."""

    name: str
    blob: str


@dataclass(frozen=True, slots=True)
class ReviewRecord:
    """One reviewer's latest judgement."""

    decision: str
    commit: str
    base: str | None
    reviewer: Actor
    at: int
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class MergeRecord:
    """How the work reached its target: object ids, the target branch, and what was validated."""

    commit: str
    target: str
    head: str
    base: str | None
    strategy: str
    validations: tuple[Validation, ...] = ()
    method: str | None = None
    strength: str | None = None


@dataclass(frozen=True, slots=True)
class Resolution:
    """Why it is closed: `as_` of the fixed vocabulary (None where another tracker did not say), and who carries on."""

    as_: str | None
    text: str
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ticket:
    """Everything the record knows of a ticket; times are seconds since the epoch, `body` is the description.

    `claim` is the nonce of the acceptance or takeover that holds it; `branch`, `base` and `target` outlive the claim,
    so that a later acceptance adopts the branch. `blocked` is the reason of the mark. `queued_text` is the SHA-256 of
    the description that a human queued. `own` says that an imported ticket has an entry that was written here.
    """

    id: str
    title: str
    state: str
    priority: str
    labels: tuple[str, ...]
    assignees: tuple[str, ...]
    created_at: int
    created_by: Actor
    updated_at: int
    body: str = ""
    queued_text: str | None = None
    generation: int = 0
    claim: str | None = None
    holder: Actor | None = None
    branch: str | None = None
    base: str | None = None
    target: str | None = None
    blocked: str | None = None
    relations: tuple[Relation, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    reviews: tuple[ReviewRecord, ...] = ()
    merge: MergeRecord | None = None
    resolution: Resolution | None = None
    imported: dict[str, Json] | None = None
    own: bool = False
    unknown: tuple[tuple[str, Json], ...] = ()


def text_digest(description: str) -> str:
    """The SHA-256, in hexadecimal, that `queue` records of a description."""
    return hashlib.sha256(description.encode()).hexdigest()
