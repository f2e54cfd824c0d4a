"""What reconciling found, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from git_yoi.domain.ids import short_id
from git_yoi.domain.text import escape_controls
from git_yoi.render.style import one_line

if TYPE_CHECKING:
    from git_yoi.actions.reconcile import Reconciled
    from git_yoi.actions.reconciling.outcomes import Left, Merged
    from git_yoi.actions.reconciling.reopenings import TakenBack


def reconciled_json(done: Reconciled) -> dict[str, Any]:
    """The result as a JSON value."""
    return {
        "closed": [_merged_json(one) for one in done.closed],
        "reopened": [_back_json(one) for one in done.reopened],
        "waiting": [_left_json(one) for one in done.waiting],
        "left": [_left_json(one) for one in done.left],
        "dry_run": done.dry_run,
        "sent": done.sent,
    }


def _merged_json(one: Merged) -> dict[str, Any]:
    found = one.evidence
    return {
        "id": one.ticket.id,
        "title": one.ticket.title,
        "target": one.target,
        "commit": found.commit,
        "head": found.head,
        "base": found.base,
        "strategy": found.strategy,
        "method": found.method,
        "strength": found.strength,
        "commits": list(found.commits),
        "before": one.before,
    }


def _back_json(one: TakenBack) -> dict[str, Any]:
    return {
        "id": one.ticket.id,
        "title": one.ticket.title,
        "target": one.target,
        "commit": one.commit,
        "reason": one.reason,
        "by": list(one.by),
    }


def _left_json(one: Left) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": one.title,
        "target": one.target,
        "code": one.code,
        "reason": one.reason,
        "commit": one.commit,
    }


def reconciled_text(done: Reconciled, *, piped: bool) -> str:
    """A line a ticket, and below it (in a pipe behind it) what shows it."""
    rows = [
        *((one.ticket.id, "closed", one.ticket.title, how_merged(one)) for one in done.closed),
        *((one.ticket.id, "reopened", one.ticket.title, one.reason) for one in done.reopened),
        *((one.id, "waits", one.title, one.reason) for one in done.waiting),
        *((one.id, "left", one.title, one.reason) for one in done.left),
    ]
    if piped:
        return "\n".join("\t".join(map(one_line, row)) for row in rows)
    return escape_controls("\n".join(line for row in rows for line in _lines(*row)))


def what_follows(done: Reconciled) -> str:
    """What is to be said beside the tickets, or nothing."""
    nothing = not (done.closed or done.reopened or done.waiting or done.left)
    if done.dry_run:
        return "Nothing to reconcile, as of the last fetch." if nothing else "Nothing was changed."
    if nothing:
        return "Nothing to reconcile."
    return "Next: git yoi worktree prune removes what merged tickets left" if done.closed else ""


def how_merged(one: Merged) -> str:
    """Where the work is, how it came there, and how strong the evidence is."""
    found = one.evidence
    again = f", no longer as {one.before[:12]}" if one.before is not None else ""
    shown = f"{found.strategy}, shown by {found.method}: {found.strength}"
    return f"merged into {one.target} as {found.commit[:12]}{again} ({shown})"


def _lines(ticket_id: str, what: str, title: str, why: str) -> list[str]:
    return [f"{short_id(ticket_id)}  {what}  {one_line(title)}", f"  {one_line(why)}"]
