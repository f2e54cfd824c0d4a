"""What the tracker's words, of all its generations, are in ours."""

from __future__ import annotations

from git_yoi.domain.relations import KINDS
from git_yoi.domain.states import PLAN_KINDS, PRIORITIES, STATES

# `intake` came before `planning`; the folders open, pending and closed before any state of the lifecycle.
_STATES = {state: state for state in STATES} | {
    "intake": "planning",
    "in_progress": "inprogress",
    "in-progress": "inprogress",
    "complete": "done",
    "completed": "done",
}
_STATUSES = {"open": "planning", "pending": "planning", "closed": "closed"}
STATE_FIELDS = ("state", "workflow_state", "status")

_KINDS = {
    "create": "create",
    "comment": "comment",
    "migration": "comment",
    "plan": "plan",
    "decision": "decision",
    "intake_summary": "intake",
    "implementation_report": "report",
    "item_edit": "edit",
    "review": "review",
    "state_changed": "state",
    "status_changed": "state",
    "close": "close",
    "closed": "close",
}
_DECISIONS = {"approve": "approve", "approved": "approve", "revoke": "revoke"} | dict.fromkeys(
    ("request_changes", "request-changes", "changes_requested", "request changes"), "request-changes"
)
_PRIORITIES = {p.lower(): p for p in PRIORITIES} | {
    "critical": "P0",
    "urgent": "P0",
    "high": "P1",
    "medium": "P2",
    "normal": "P2",
    "low": "P3",
}


def state_of(word: str) -> str | None:
    """Our state for a state or a status of theirs, or None."""
    key = word.strip().lower()
    return _STATES.get(key) or _STATUSES.get(key)


def kind_of(event: str) -> str | None:
    """How a thread shows their event, or None for one that nobody knows."""
    return _KINDS.get(event)


def decision_of(word: str) -> str | None:
    """A review's decision, or None."""
    return _DECISIONS.get(word.strip().lower())


def priority_of(word: str) -> str | None:
    """A priority, or None."""
    return _PRIORITIES.get(word.strip().lower())


def relation_of(word: str) -> str | None:
    """A relation's kind in its forward direction, or None."""
    kind = word.strip().replace("_", "-")
    return kind if kind in KINDS else None


def plan_kind_of(word: str) -> str | None:
    """An orchestration note's kind, or None."""
    kind = word.strip().replace("_", "-")
    kind = "waiting-capacity" if kind == "waiting-capacity-note" else kind
    return kind if kind in PLAN_KINDS else None
