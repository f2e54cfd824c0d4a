"""The lifecycle as data: every state, and which event may take a ticket from which state to which."""

from __future__ import annotations

PLANNING, READY, QUEUED, INPROGRESS, DONE, CLOSED = STATES = (
    "planning",
    "ready",
    "queued",
    "inprogress",
    "done",
    "closed",
)
PRIORITIES = ("P0", "P1", "P2", "P3")
RESOLUTIONS = ("completed", "superseded", "decomposed", "duplicate", "wontfix", "obsolete")
SEVERITIES = ("blocker", "major", "minor", "note")
DECISIONS = ("approve", "request-changes", "revoke")
STRATEGIES = ("merge", "squash", "rebase", "ff")
ROLES = ("human", "intake", "orchestrator", "coder", "reviewer")
PLAN_KINDS = (
    "before",
    "after",
    "blocked-by",
    "blocks",
    "conflicts-with",
    "do-not-parallelize",
    "waiting-capacity",
    "accepted-plan",
)

# event -> the pairs it may make; `merge` is a fact, true in whatever state it finds the ticket. `import` sets a state
# outright under rules of its own, `repair` brings one; whatever else is not here never changes a state.
TRANSITIONS: dict[str, frozenset[tuple[str, str]]] = {
    "state": frozenset(
        {
            (PLANNING, READY),
            (READY, QUEUED),
            (QUEUED, QUEUED),
            (READY, PLANNING),
            (QUEUED, PLANNING),
            (INPROGRESS, DONE),
        }
    ),
    "accept": frozenset({(QUEUED, INPROGRESS)}),
    "release": frozenset({(INPROGRESS, QUEUED)}),
    "takeover": frozenset({(INPROGRESS, INPROGRESS)}),
    "close": frozenset((state, CLOSED) for state in STATES if state != CLOSED),
    "reopen": frozenset({(DONE, PLANNING), (CLOSED, PLANNING)}),
    "merge": frozenset((state, DONE) for state in STATES),
}
BLOCKABLE = frozenset({QUEUED, INPROGRESS})
RESOLVED = frozenset({DONE, CLOSED})
