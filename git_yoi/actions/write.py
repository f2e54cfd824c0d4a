"""What the plain writing verbs share: judge one ticket in the newest snapshot, add entries, tell what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from git_yoi.actions.authority import require_role

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.domain.entry import Entry
    from git_yoi.domain.ticket import Ticket
    from git_yoi.store.snapshot import Snapshot

Judge = Callable[["Snapshot", "Ticket"], "Sequence[Entry]"]


@dataclass(frozen=True, slots=True)
class Written:
    """The ticket after a verb; `entry` is the commit of its last new entry, None when there was nothing to write."""

    ticket: Ticket
    entry: str | None


def write(session: Session, verb: str, given: str, judge: Judge) -> Written:
    """Add what `judge` makes of the ticket that `given` names, judged anew after a lost race; YoiError as it raises."""
    from git_yoi.store.snapshot import Snapshot

    ticket_id = session.resolve(given)

    def build(snapshot: Snapshot) -> Sequence[Entry]:
        require_role(session, verb)
        return judge(snapshot, session.ticket(snapshot, ticket_id))

    added = session.append(build)
    after = session.ticket(Snapshot(session.objects, added.tip), ticket_id)
    return Written(after, added.commits[-1] if added.commits else None)
