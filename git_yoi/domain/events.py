"""Every kind of entry that a thread may hold (design.md, section 1), as one frozen dataclass each.

A field's metadata says how it stands in the commit message: the trailer's name (without `Yoi-`) and the form of
its value. `codec.trailers` reads that; nothing else about the wire lives here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, ClassVar

from git_yoi.domain.json_value import Json


class Form(Enum):
    """How a trailer's value is spelled."""

    WORD = "word"  # of a fixed vocabulary, an id, an object id: stands plain
    NUMBER = "number"
    TEXT = "text"  # free text: a JSON string
    LIST = "list"  # a JSON array of strings
    MAP = "map"  # a JSON object
    WORDS = "words"  # one trailer a value
    MAPS = "maps"  # one trailer a value, each a JSON object


def _trailer(name: str, form: Form, **options: Any) -> Any:
    return field(metadata={"trailer": name, "form": form}, **options)


def _word(name: str, **options: Any) -> Any:
    return _trailer(name, Form.WORD, **options)


def _text(name: str, **options: Any) -> Any:
    return _trailer(name, Form.TEXT, **options)


def _list(name: str) -> Any:
    return _trailer(name, Form.LIST, default=())


@dataclass(frozen=True, slots=True)
class Finding:
    """A remark of a review: `severity` is blocker, major, minor or note; `line` counts from 1, 0 is the whole file."""

    severity: str
    path: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Validation:
    """One validation command as it ran on the merge candidate; `seconds` is wall time."""

    command: str
    exit_code: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Create:
    """A new ticket in `planning`; the entry's body is its description."""

    name: ClassVar[str] = "create"
    title: str = _text("Title")
    priority: str = _word("Priority", default="P2")
    labels: tuple[str, ...] = _list("Labels")
    assignees: tuple[str, ...] = _list("Assignees")


@dataclass(frozen=True, slots=True)
class Edit:
    """New title or priority; a new description travels in the commit's tree (`Entry.text`)."""

    name: ClassVar[str] = "edit"
    title: str | None = _text("Title", default=None)
    priority: str | None = _word("Priority", default=None)


@dataclass(frozen=True, slots=True)
class Comment:
    """Words on the thread."""

    name: ClassVar[str] = "comment"
    kind: str | None = _word("Kind", default=None)
    other: str | None = _word("Other", default=None)


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan; with `kind` (and `other`) an orchestration note such as `after <ticket>`."""

    name: ClassVar[str] = "plan"
    kind: str | None = _word("Kind", default=None)
    other: str | None = _word("Other", default=None)


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision and its reasons."""

    name: ClassVar[str] = "decision"
    kind: str | None = _word("Kind", default=None)
    other: str | None = _word("Other", default=None)


@dataclass(frozen=True, slots=True)
class Intake:
    """What intake found out before the ticket was ready."""

    name: ClassVar[str] = "intake"
    kind: str | None = _word("Kind", default=None)
    other: str | None = _word("Other", default=None)


@dataclass(frozen=True, slots=True)
class Report:
    """The holder's report on the work."""

    name: ClassVar[str] = "report"
    claim: str = _word("Claim")
    commit: str | None = _word("Commit", default=None)


@dataclass(frozen=True, slots=True)
class Label:
    """Labels to add and to remove."""

    name: ClassVar[str] = "label"
    add: tuple[str, ...] = _list("Add")
    remove: tuple[str, ...] = _list("Remove")


@dataclass(frozen=True, slots=True)
class Assign:
    """Assignees to add and to remove."""

    name: ClassVar[str] = "assign"
    add: tuple[str, ...] = _list("Add")
    remove: tuple[str, ...] = _list("Remove")


@dataclass(frozen=True, slots=True)
class Attach:
    """A file under `files/<ticket>/`; attaching the same name again replaces it."""

    name: ClassVar[str] = "attach"
    file: str = _text("File")
    blob: str = _word("Blob")


@dataclass(frozen=True, slots=True)
class Detach:
    """The end of an attachment."""

    name: ClassVar[str] = "detach"
    file: str = _text("File")
    blob: str | None = _word("Blob", default=None)


@dataclass(frozen=True, slots=True)
class Link:
    """A relation to another ticket, in its forward direction."""

    name: ClassVar[str] = "link"
    kind: str = _word("Kind")
    other: str = _word("Other")
    note: str | None = _text("Note", default=None)


@dataclass(frozen=True, slots=True)
class Unlink:
    """The end of a relation."""

    name: ClassVar[str] = "unlink"
    kind: str = _word("Kind")
    other: str = _word("Other")
    note: str | None = _text("Note", default=None)


@dataclass(frozen=True, slots=True)
class StateChange:
    """A step of the lifecycle that needs no claim; `text` is the description's SHA-256 when queueing."""

    name: ClassVar[str] = "state"
    from_: str = _word("From")
    to: str = _word("To")
    reason: str | None = _text("Reason", default=None)
    text: str | None = _word("Text", default=None)


@dataclass(frozen=True, slots=True)
class Accept:
    """`queued -> inprogress`; the claim is this entry's nonce; `generation` is the one that the writer saw."""

    name: ClassVar[str] = "accept"
    from_: str = _word("From")
    generation: int = _trailer("Generation", Form.NUMBER)
    branch: str = _text("Branch")
    base: str = _word("Base")
    target: str = _text("Target")


@dataclass(frozen=True, slots=True)
class Release:
    """The holder gives the ticket back to the queue."""

    name: ClassVar[str] = "release"
    claim: str = _word("Claim")
    reason: str | None = _text("Reason", default=None)


@dataclass(frozen=True, slots=True)
class Takeover:
    """A new holder; `claim` is the one that this ends, the new one is this entry's nonce."""

    name: ClassVar[str] = "takeover"
    claim: str = _word("Claim")
    reason: str | None = _text("Reason", default=None)


@dataclass(frozen=True, slots=True)
class Block:
    """A mark that stops acceptance and completion."""

    name: ClassVar[str] = "block"
    reason: str = _text("Reason")


@dataclass(frozen=True, slots=True)
class Unblock:
    """The end of that mark."""

    name: ClassVar[str] = "unblock"
    reason: str | None = _text("Reason", default=None)


@dataclass(frozen=True, slots=True)
class Review:
    """A judgement of exactly one commit; `decision` is approve, request-changes or revoke."""

    name: ClassVar[str] = "review"
    decision: str = _word("Decision")
    commit: str = _word("Commit")
    base: str | None = _word("Base", default=None)
    findings: tuple[Finding, ...] = _trailer("Finding", Form.MAPS, default=())


@dataclass(frozen=True, slots=True)
class Merge:
    """The fact that the work is on its target as `commit`; a fact is never out of date, so a join never refuses it."""

    name: ClassVar[str] = "merge"
    commit: str = _word("Commit")
    target: str = _text("Target")
    head: str = _word("Head")
    base: str | None = _word("Base", default=None)
    strategy: str = _word("Strategy", default="merge")
    validations: tuple[Validation, ...] = _trailer("Validation", Form.MAPS, default=())
    method: str | None = _word("Method", default=None)
    strength: str | None = _word("Strength", default=None)


@dataclass(frozen=True, slots=True)
class Close:
    """The end; the entry's body is the resolution's text; `by` names the tickets that carry on."""

    name: ClassVar[str] = "close"
    as_: str = _word("As", default="completed")
    by: tuple[str, ...] = _trailer("By", Form.WORDS, default=())
    reason: str | None = _text("Reason", default=None)


@dataclass(frozen=True, slots=True)
class Reopen:
    """Back to `planning`."""

    name: ClassVar[str] = "reopen"
    reason: str | None = _text("Reason", default=None)


@dataclass(frozen=True, slots=True)
class Import:
    """Another tracker's entry, judged by other rules than ours; `state` is set outright where that is allowed."""

    name: ClassVar[str] = "import"
    imported: dict[str, Json] = _trailer("Imported", Form.MAP)  # noqa: RUF009  (`_trailer` is `field`)
    state: str | None = _word("State", default=None)

    def words(self, body: str) -> str:
        """What the entry says without what its tracker put before it: a resolution has no heading of the thread's."""
        said = self.imported.get("text")
        return said if isinstance(said, str) else body


@dataclass(frozen=True, slots=True)
class Repair:
    """A replacement for a ticket that `fsck` finds bad; the file travels in the commit's tree (`Entry.replacement`)."""

    name: ClassVar[str] = "repair"
    reason: str = _text("Reason")


@dataclass(frozen=True, slots=True)
class ObjectiveChange:
    """A step of an objective's own record; the entry's `ticket` is the objective's id."""

    name: ClassVar[str] = "objective"
    action: str = _word("Action")
    title: str | None = _text("Title", default=None)
    state: str | None = _word("State", default=None)
    tickets: tuple[str, ...] = _list("Tickets")


Event = (
    Create | Edit | Comment | Plan | Decision | Intake | Report | Label | Assign | Attach | Detach | Link | Unlink
    | StateChange | Accept | Release | Takeover | Block | Unblock | Review | Merge | Close | Reopen | Import | Repair
    | ObjectiveChange
)  # fmt: skip

EVENTS: dict[str, type[Event]] = {
    kind.name: kind
    for kind in (
        Create, Edit, Comment, Plan, Decision, Intake, Report, Label, Assign, Attach, Detach, Link, Unlink,
        StateChange, Accept, Release, Takeover, Block, Unblock, Review, Merge, Close, Reopen, Import, Repair,
        ObjectiveChange,
    )
}  # fmt: skip
