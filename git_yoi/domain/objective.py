"""Objectives: medium-term goals that link tickets as context and block nothing (mission.md, point 7)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from git_yoi.domain.apply import Rejection
from git_yoi.domain.entry import Entry
from git_yoi.domain.events import ObjectiveChange
from git_yoi.domain.ids import is_id
from git_yoi.domain.json_value import Json
from git_yoi.domain.text import line_problem, text_problem
from git_yoi.domain.ticket import Actor

ACTIONS = ("new", "edit", "link", "unlink", "close")


@dataclass(frozen=True, slots=True)
class Objective:
    """A goal and the tickets that serve it; `state` is open or closed, times are seconds since the epoch."""

    id: str
    title: str
    state: str
    tickets: tuple[str, ...]
    created_at: int
    created_by: Actor
    updated_at: int
    body: str = ""
    unknown: tuple[tuple[str, Json], ...] = ()


def apply_objective(objective: Objective | None, entry: Entry) -> Objective | Rejection:
    """The objective after `entry`, or why it stays as it is."""
    event = entry.event
    if not isinstance(event, ObjectiveChange) or event.action not in ACTIONS:
        return Rejection("usage", f"{event.name} is no act on an objective")
    if event.title is not None and (problem := line_problem(event.title)):
        return Rejection("usage", f"a title cannot be kept: {problem}")
    if problem := text_problem(entry.body):
        return Rejection("usage", f"the text cannot be kept: {problem}")
    if not all(is_id(ticket) for ticket in event.tickets):
        return Rejection("usage", "a ticket's id is malformed")
    if event.action == "new":
        return _new(objective, entry, event)
    if objective is None:
        return Rejection("not-found", f"there is no objective {entry.ticket} yet")
    if event.action == "close" and objective.state == "closed":
        return Rejection("illegal-transition", "it is closed already")
    return replace(_changed(objective, entry, event), updated_at=max(objective.updated_at, entry.at))


def _new(objective: Objective | None, entry: Entry, event: ObjectiveChange) -> Objective | Rejection:
    if objective is not None:
        return Rejection("exists", f"objective {objective.id} exists already")
    if event.title is None:
        return Rejection("usage", "an objective needs a title")
    tickets = tuple(dict.fromkeys(event.tickets))
    return Objective(entry.ticket, event.title, "open", tickets, entry.at, entry.actor, entry.at, entry.body)


def _changed(objective: Objective, entry: Entry, event: ObjectiveChange) -> Objective:
    if event.action == "link":
        return replace(objective, tickets=tuple(dict.fromkeys((*objective.tickets, *event.tickets))))
    if event.action == "unlink":
        return replace(objective, tickets=tuple(t for t in objective.tickets if t not in event.tickets))
    if event.action == "close":
        return replace(objective, state="closed")
    title = objective.title if event.title is None else event.title
    return replace(objective, title=title, body=entry.body or objective.body)
