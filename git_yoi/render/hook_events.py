"""What a hook tells: a few lines on standard error, each of which says whose it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from git_yoi.actions.unaccepted import LOST, UNACCEPTED
from git_yoi.domain.ids import short_id
from git_yoi.domain.text import escape_controls, first_line

if TYPE_CHECKING:
    from git_yoi.actions.hook_events import Pushed
    from git_yoi.actions.reconcile import Reconciled
    from git_yoi.actions.sync import Synced
    from git_yoi.actions.unaccepted import Unaccepted

_SHOWN = 3
_LONGEST = 300


def merged_lines(done: Reconciled) -> Iterator[str]:
    """A line for each ticket that was closed or reopened, or that will be once the shared remote has the merge."""
    for merged in done.closed:
        found = merged.evidence
        yield line(
            f"{short_id(merged.ticket.id)} closed: merged into {merged.target} ({found.strategy} {found.commit[:12]})"
        )
    for back in done.reopened:
        yield line(f"{short_id(back.ticket.id)} reopened: {back.reason}")
    for waiting in done.waiting:
        yield line(f"{short_id(waiting.id)} is merged here, and closes when {waiting.target} is pushed")


def synced_lines(done: Synced) -> Iterator[str]:
    """What people must know of an exchange that they did not ask for."""
    if done.sent or done.received:
        yield line(f"tickets: {done.sent} sent, {done.received} received (entries)")
    for one in done.rejected[:_SHOWN]:
        yield line(f"{short_id(one.ticket)}: an entry came too late and has no effect ({one.code})")
    for claim in done.claims:
        if claim.outcome == "lost":
            who = f"{claim.holder} holds it" if claim.holder else "it is nobody's now"
            yield line(f"{short_id(claim.ticket)}: this clone's claim is lost: {who}; the work is on {claim.branch}")


def pushed_lines(done: Pushed) -> Iterator[str]:
    """What a push is told."""
    if done.exchange is not None:
        yield from done.exchange.lines
        if done.exchange.failure is not None:
            yield line(f"tickets were not sent: {done.exchange.failure}; git yoi sync")
    if done.problem is not None:
        yield line(f"whether all of this is accepted work cannot be told: {done.problem}")
    if done.judged is not None and done.judged.found:
        found = done.judged.found
        yield from (line(_unaccepted(one)) for one in found[:_SHOWN])
        if len(found) > _SHOWN:
            yield line(f"and {len(found) - _SHOWN} more tickets")
        yield line(_what_to_do(found[0], done.judged.target, strict=done.held_back))


def _unaccepted(one: Unaccepted) -> str:
    name = short_id(one.ticket)
    if one.why == UNACCEPTED:
        said = f"ticket {name} is {one.state}, and nobody has accepted it"
    elif one.why == LOST:
        said = f"ticket {name} is {one.holder}'s, who was first"
    else:
        said = f"ticket {name} is accepted in this clone alone: the shared remote has not confirmed it"
    return f"{said}, but this push has work of it ({_where(one)})"


def _where(one: Unaccepted) -> str:
    if not one.commits:
        return f"branch {one.branches[0]}"
    more = f" and {len(one.commits) - 1} more" if len(one.commits) > 1 else ""
    return f"{one.commits[0][:12]}{more}"


def _what_to_do(first: Unaccepted, target: str | None, *, strict: bool) -> str:
    name = short_id(first.ticket)
    advice = {
        UNACCEPTED: f"git yoi start {name} accepts it" + ("" if first.state == "queued" else " once it is queued"),
        LOST: f"git yoi show {name} tells who has it",
    }.get(first.why, "git yoi sync asks the remote")
    if not strict:
        return f"the push goes on; {advice}"
    where = f"{target}:.yoi.yaml has hooks.unaccepted: block"
    return f"the push is held back ({where}); {advice}; with GIT_YOI_HOOKS=0 it passes once"


def failed_line(what: str, why: str, remedy: str) -> str:
    """Something that was not done, why, and how it can be."""
    return line(f"{what}: {why}; {remedy}")


def line(text: str) -> str:
    """One line of ours, strangers' text in it escaped."""
    return escape_controls("git-yoi: " + first_line(text, _LONGEST))
