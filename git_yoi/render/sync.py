"""What an exchange with the shared remote did, for people and for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from git_yoi.domain.ids import short_id
from git_yoi.domain.text import escape_controls
from git_yoi.render.style import one_line

if TYPE_CHECKING:
    from git_yoi.actions.claims import ClaimOutcome
    from git_yoi.actions.remote import SharedRemote
    from git_yoi.actions.sync import Synced, TicketResult
    from git_yoi.domain.ticket import Ticket

_STORY = {
    "lost": "{remote} had lost its tickets: what it had is restored.",
    "went-back": "{remote} had gone back to an older state: what it had is restored.",
    "rewritten": "{remote} was rewritten; what is only here was put on top of it.",
}
_STORY_OF_A_PULL = {
    "lost": "{remote} has lost its tickets; git yoi sync restores them.",
    "went-back": "{remote} has gone back to an older state; git yoi sync restores what it had.",
}
_REASONS = {
    "taken": "somebody else holds it",
    "fenced": "the claim had ended by then",
    "stale": "the ticket had moved on by then",
    "stale-text": "the description was changed in the same place meanwhile",
    "illegal-transition": "the ticket was in another state by then",
    "duplicate": "the shared thread has it already",
    "not-found": "there is no such ticket there",
    "exists": "there is one already",
    "corrupt": "it cannot be read",
}
_MOST_TICKETS = 20


def synced_value(result: Synced) -> dict[str, object]:
    """The result as a JSON value."""
    return asdict(result)


def most_telling(result: Synced) -> Sequence[TicketResult]:
    """The tickets that get a line: what a person sent is known to them, and a long list is cut."""
    return [one for one in result.tickets if one.result != "sent"][:_MOST_TICKETS]


def synced_text(result: Synced, tickets: Mapping[str, Ticket], *, sends: bool = True) -> str:
    """The result in a few lines: the remote's story, the counts, then what a person should know of single tickets."""
    lines = [f"Tickets are shared through {result.remote} from now on."] if result.began else []
    if story := (_STORY if sends else {**_STORY, **_STORY_OF_A_PULL}).get(result.remote_was):
        lines.append(story.format(remote=result.remote))
    lines.append(_counts(result, sends=sends))
    shown = most_telling(result)
    lines += [_ticket_line(one, tickets.get(one.id)) for one in shown]
    if more := sum(one.result != "sent" for one in result.tickets) - len(shown):
        lines.append(f"  and {more} more")
    for rejected in result.rejected:
        why = _REASONS.get(rejected.code, rejected.code)
        lines.append(f"Entry {rejected.entry[:12]} of {short_id(rejected.ticket)} has no effect: {why}.")
    if result.rejected:
        lines.append("Nothing is lost: git show has what an entry says.")
    lines += [_claim_line(one) for one in result.claims]
    for branch in result.push_branches:
        lines.append(f"Tickets are closed by merges on {branch}: push it too, git push {result.remote} {branch}")
    return escape_controls("\n".join(lines))


def _counts(result: Synced, *, sends: bool) -> str:
    if not result.received and not result.sent:
        return f"Nothing new: {result.remote} and this clone have the same tickets." if sends else "Nothing new."
    return f"{_entries(result.received)} received, {_entries(result.sent)} sent."


def _entries(number: int) -> str:
    return f"{number} {'entry' if number == 1 else 'entries'}"


def _ticket_line(one: TicketResult, ticket: Ticket | None) -> str:
    what = f"  {ticket.state}  {one_line(ticket.title)}" if ticket is not None else ""
    # Why an entry was rejected stands in a line of its own.
    why = f": {one.reason}" if one.reason and one.result == "damaged" else ""
    return f"  {short_id(one.id) or '?':8}  {one.result}{what}{why}"


def _claim_line(one: ClaimOutcome) -> str:
    name = short_id(one.ticket)
    if one.outcome == "confirmed":
        return f"Your claim on {name} is confirmed."
    if one.outcome == "unfinished":
        return f"Your claim on {name} holds; git yoi start {name} makes its branch and worktree."
    if one.outcome == "ended":
        # A sync brings tickets only, and nothing is removed whose merge the target here lacks.
        then = "git pull on the target, then git yoi worktree prune removes what it left"
        return f"{name}, which you held, is finished; {then}."
    who = f"{one.holder} holds it" if one.holder else "it is nobody's now"
    return f"Your claim on {name} is lost: {who}. Your work on {one.branch} is kept."


def remote_text(result: SharedRemote) -> str:
    """Which remote is shared, and what a move left behind."""
    if result.remote is None:
        return "Tickets are not shared yet.\nNext: git yoi sync"
    if result.before in (None, result.remote):
        return f"Tickets are shared through {result.remote}."
    lines = [f"Tickets are shared through {result.remote} from now on, no longer through {result.before}."]
    if result.claims:
        held = ", ".join(short_id(one) for one in result.claims)
        lines.append(f"Claims that {result.before} confirmed, and {result.remote} has yet to: {held}")
    return "\n".join([*lines, "Next: git yoi sync"])
