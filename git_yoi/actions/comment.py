"""`git yoi comment`: words on the thread: a comment, plan, decision or intake summary; a report is its holder's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_yoi.actions.checks import require_words
from git_yoi.actions.write import Written, write
from git_yoi.domain.events import Comment, Decision, Intake, Plan
from git_yoi.errors import YoiError

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.domain.entry import Entry
    from git_yoi.domain.ticket import Ticket
    from git_yoi.store.snapshot import Snapshot

REPORT = "report"
_EVENTS: dict[str, type[Comment | Plan | Decision | Intake]] = {
    "comment": Comment,
    "plan": Plan,
    "decision": Decision,
    "intake": Intake,
}
KINDS = (*_EVENTS, REPORT)


def comment(session: Session, given: str, text: str, *, kind: str = "comment") -> Written:
    """Add a text of the given kind to the thread, in any state; a report as `actions.report` has it."""
    if kind == REPORT:
        from git_yoi.actions.report import report

        return report(session, given, text)
    if kind not in _EVENTS:
        raise YoiError("usage", f"{kind} is no kind of comment", hint=f"one of {', '.join(KINDS)}")
    require_words(kind, text)

    def judge(_: Snapshot, ticket: Ticket) -> list[Entry]:
        return [session.entry(ticket.id, _EVENTS[kind](), text)]

    return write(session, "comment", given, judge)
