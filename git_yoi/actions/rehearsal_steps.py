"""The steps of a completion in words, each with what was found out about it; it looks at fetched refs and at hooks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from git_yoi.domain.ids import short_id
from git_yoi.git.refs import read_ref, remote_tickets
from git_yoi.hooks.users_pre_push import has_own
from git_yoi.merge.candidate import Candidate
from git_yoi.merge.gather import Gathered, Subject
from git_yoi.merge.readiness import Missing
from git_yoi.worktree.remove import Cleaned

Step = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Scene:
    """What the steps are told from; `candidate` is None where none could be made, `human`: one has to say so yet."""

    subject: Subject
    gathered: Gathered
    candidate: Candidate | None
    cleaned: Cleaned
    lacks: tuple[Missing, ...]
    human: bool


def steps_of(s: Scene) -> tuple[Step, ...]:
    """Every step in order, and at the end each thing that is missing."""
    return tuple(_steps(s))


def _steps(s: Scene) -> Iterator[Step]:
    subject, ticket = s.subject, s.subject.ticket
    remote = subject.settings.remote
    if remote is not None:
        branches = " and ".join(name for name in (subject.target, ticket.branch) if name)
        yield "fetch", f"{branches} and the tickets of {remote}, first of all; what follows is as of the last fetch"
    yield "state", f"{ticket.state}, held by {ticket.holder}" if ticket.holder else f"{ticket.state}, held by nobody"
    yield "approval", _approval(s)
    yield "authority", _authority(s)
    yield "merge", _merge(s)
    for command in subject.policy.validate:
        yield "validate", f"{command.run} (at most {command.timeout:g} s), in a scratch worktree"
    if not subject.policy.validate:
        yield "validate", "the policy names no command"
    if remote is not None and has_own(subject.repository):
        yield "validate", f"your own pre-push hook, as for a push of {subject.target} to {remote}"
    yield "land", _landing(s)
    in_the_way = {place.path: place.what for place in s.gathered.facts.in_the_way}
    for worktree in s.gathered.worktrees:
        what = in_the_way.get(str(worktree.path))
        found = f"in the way there: {', '.join(what[:5])}" if what else "nothing there is in the way"
        yield "follow", f"{worktree.path} would follow; {found}"
    yield "clean up", _cleaning(s.cleaned)
    for one in s.lacks:
        yield "missing", f"{one.code}: {one.text}" + (f" ({one.hint})" if one.hint else "")
    if s.human:
        hint = f"git yoi complete {short_id(ticket.id)} --authorize"
        yield "missing", f"merge-authority: a human has to say that it may be merged ({hint})"


def _approval(s: Scene) -> str:
    verdict = s.gathered.facts.verdict
    if verdict is None:
        return "there is nothing to judge"
    if verdict.code is None:
        return verdict.reason
    return f"{'overridden by a human' if s.gathered.facts.overridden else 'missing'}: {verdict.reason}"


def _authority(s: Scene) -> str:
    if s.subject.policy.authority == "delegated":
        return "delegated by the policy"
    return "missing: the policy wants a human's word" if s.human else "authorized by a human"


def _merge(s: Scene) -> str:
    facts, target = s.gathered.facts, s.subject.target
    if s.candidate is None:
        return f"nothing can land on {target} yet"
    count = "1 commit" if facts.commits == 1 else f"{facts.commits} commits"
    branch, made = s.subject.ticket.branch, s.candidate
    merged = f"{count} of {branch} ({made.head[:12]}) into {target} ({made.tip[:12]})"
    if made.strategy != "merge":
        merged += f" by {made.strategy}"
    return f"{merged}, without conflicts, as {made.commit[:12]}"


def _landing(s: Scene) -> str:
    subject, verdict = s.subject, s.gathered.facts.verdict
    overridden = verdict is not None and verdict.code is not None and s.gathered.facts.overridden
    entries = "decision, merge and close" if overridden else "merge and close"
    what = f"{subject.target} and the entries {entries} of {short_id(subject.ticket.id)}"
    remote = subject.settings.remote
    if remote is None:
        return f"{what}, in one transaction"
    there = read_ref(subject.repository, remote_tickets(remote))
    target = f"{subject.target} as it is fetched" if subject.remote_tip is None else ""
    leases = f"{target or _lease(subject.target, subject.remote_tip)} and {_lease('the tickets', there)}"
    return f"{what}, in one atomic push to {remote}, with leases: {leases} (as of the last fetch)"


def _lease(what: str, at: str | None) -> str:
    return f"{what} at {at[:12]}" if at is not None else f"{what} not there"


def _cleaning(cleaned: Cleaned) -> str:
    removed = [what for what, gone in (("worktree", cleaned.worktree), ("branch", cleaned.branch)) if gone]
    said = f"its {' and '.join(removed)} would be removed" if removed else "nothing would be removed"
    return said + (f"; kept: {'; '.join(cleaned.kept_because)}" if cleaned.kept_because else "")
