"""Whether a ticket's branch may be merged now: one pure judgement, for the dossier, the dry run and `complete`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from git_yoi.domain.ids import short_id
from git_yoi.domain.relations import Blocker
from git_yoi.domain.reviews import Verdict
from git_yoi.domain.states import INPROGRESS, PLANNING, QUEUED, READY, RESOLVED

_NAMED = 5
# What brings a ticket on that is not in progress yet; of a finished one there is only something to see.
_NEXT_VERB = {PLANNING: "ready", READY: "queue", QUEUED: "start"}


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that stands between the branch and its merge; `code` is the contract's."""

    code: str
    message: str
    cause: str = ""
    hint: str = ""

    @property
    def text(self) -> str:
        """The whole of it in one line."""
        return f"{self.message}: {self.cause}" if self.cause else self.message


@dataclass(frozen=True, slots=True)
class Place:
    """A worktree that is in the way, and what of it: files, or the name of an operation."""

    path: str
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Foreign:
    """Another open ticket, and how many of its commits the branch holds."""

    ticket: str
    branch: str
    commits: int


@dataclass(frozen=True, slots=True)
class Readiness:
    """What was found out about a ticket and its branch.

    `head` and `tip` are the branch's and the target's commit, None where there is no such branch. `commits` is how many
    of the branch's the target lacks. `verdict` is None where the branch has nothing to judge. `superseded`: this
    clone's own claim on the ticket has ended. `conflicts` names files; with `unrelated` there is no common history.
    `elsewhere` is the remote that tickets are shared through; `tip` is then that one's (where it was neither `asked`
    now nor fetched before, the one here), and `ahead` how many commits the target has here that the remote lacks;
    `newer` is how many the branch has there that are not in `head`.
    `detached` is the ticket's worktree, where that has no branch checked out. `unplaced` is the branch of the main
    worktree, where nothing here tells where that is.
    """

    ticket: str
    state: str
    target: str
    branch: str | None
    holder: str = ""
    allowed: bool = True
    superseded: bool = False
    elsewhere: str | None = None
    asked: bool = False
    blocked: str | None = None
    blockers: tuple[Blocker, ...] = ()
    head: str | None = None
    tip: str | None = None
    ahead: int = 0
    newer: int = 0
    commits: int = 0
    verdict: Verdict | None = None
    overridden: bool = False
    foreign: tuple[Foreign, ...] = ()
    detached: str | None = None
    unplaced: str | None = None
    operations: tuple[Place, ...] = ()
    dirty: tuple[Place, ...] = ()
    unrelated: bool = False
    conflicts: tuple[str, ...] = ()
    in_the_way: tuple[Place, ...] = ()


def missing(found: Readiness) -> tuple[Missing, ...]:
    """Everything that is missing, the first thing to mend first; nothing for a branch that may be merged."""
    if found.state in RESOLVED:
        # There is nothing to mend: whatever else is said of its branch would call for work that is over.
        return tuple(_lifecycle(found))
    return tuple(
        one
        for part in (
            _lifecycle(found),
            _place(found),
            _branch(found),
            _approval(found),
            _surroundings(found),
            _merge(found),
        )
        for one in part
    )


def _lifecycle(f: Readiness) -> list[Missing]:
    short, found = short_id(f.ticket), []
    if f.state != INPROGRESS:
        hint = f"git yoi {_NEXT_VERB.get(f.state, 'show')} {short}"
        found.append(Missing("illegal-transition", f"ticket {short} is in {f.state}, not in progress", hint=hint))
    if f.superseded:
        cause = f"{f.holder} holds it now" if f.holder else "nobody holds it now"
        found.append(
            Missing("fenced", f"this clone's claim on ticket {short} has ended", cause, f"git yoi show {short}")
        )
    if f.blocked is not None:
        found.append(Missing("blocked", f"ticket {short} is blocked", f.blocked, f"git yoi unblock {short}"))
    if f.blockers:
        cause = ", ".join(f"{short_id(b.id)} is {b.state}" for b in f.blockers[:_NAMED])
        found.append(Missing("blocked", f"ticket {short} waits for others", cause, "finish them, or unlink them"))
    return found


def _place(f: Readiness) -> list[Missing]:
    if f.unplaced in (f.target, f.branch) and f.unplaced is not None:
        cause = "its git directory lies apart from it, and does not say"
        hint = "run the same command there"
        return [Missing("dirty", f"{f.unplaced} is in the main worktree, and that cannot be found", cause, hint)]
    if f.detached is None:
        return []
    cause = "what was committed there since, or not committed, is not on the branch"
    hint = f"check {f.branch} out there again, with what belongs to it; then complete again"
    return [Missing("detached", f"HEAD is detached in the ticket's worktree {f.detached}", cause, hint)]


def _branch(f: Readiness) -> list[Missing]:
    short = short_id(f.ticket)
    if not f.allowed:
        hint = "list it under `targets` in .yoi.yaml of the target branch"
        return [Missing("not-authorized", f"{f.target} is no target that the policy lists", hint=hint)]
    if f.tip is None and f.elsewhere is not None and not f.asked:
        hint = f"git fetch {f.elsewhere} brings it, if {f.elsewhere} has it"
        return [Missing("target-ahead", f"there is no branch {f.target} here, and none was fetched", hint=hint)]
    if f.tip is None and f.elsewhere is not None:
        hint = f"git push {f.elsewhere} {f.target}; a merge is built on what the remote has"
        return [Missing("target-ahead", f"{f.elsewhere} has no branch {f.target}", hint=hint)]
    if f.ahead and f.elsewhere is not None:
        cause = f"it has {'a commit' if f.ahead == 1 else f'{f.ahead} commits'} that {f.elsewhere} lacks"
        hint = f"git push {f.elsewhere} {f.target}, or take them off it; then complete again"
        return [Missing("target-ahead", f"{f.target} is ahead of the remote's", cause, hint)]
    if f.tip is None:
        hint = f"make that branch: a first commit on it, or git branch {f.target} REMOTE/{f.target}"
        return [Missing("unborn", f"the target {f.target} has no commit here", hint=hint)]
    if f.branch is None or f.head is None:
        what = f"there is no branch {f.branch} here" if f.branch else "it has no branch"
        hint = f"for work without a merge: git yoi done {short} -m WHY"
        if f.branch and f.elsewhere is not None:
            hint = fetch_hint(f.elsewhere, f.branch)
        return [Missing("not-merged", f"ticket {short} has nothing to merge", what, hint)]
    if f.newer:
        cause = f"{'a commit' if f.newer == 1 else f'{f.newer} commits'} there would stay behind"
        hint = f"take what is there, and have it reviewed; or take it off the branch on {f.elsewhere}"
        return [Missing("stale-approval", f"{f.branch} has gone on on {f.elsewhere}, and not here", cause, hint)]
    if f.branch == f.target:
        return [Missing("not-merged", f"{f.branch} is the target itself", hint="name another one with --target")]
    if not f.commits:
        cause = f"{f.target} has every commit of {f.branch} already"
        hint = f"commit the work; merged by other means: git yoi reconcile; no merge: git yoi done {short} -m WHY"
        return [Missing("not-merged", f"ticket {short} has nothing to merge", cause, hint)]
    return []


def fetch_hint(remote: str | None, branch: str) -> str:
    """How a branch that is elsewhere comes here."""
    # The name is a stranger's: only a plain one is put where it may be copied into a shell.
    if remote is None or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._/-]*", branch):
        return f"fetch that branch, and name it {branch}"
    return f"its holder pushes it, then here: git fetch {remote} {branch}:{branch}"


def _approval(f: Readiness) -> list[Missing]:
    if f.verdict is None or f.verdict.code is None or f.overridden:
        return []
    short = short_id(f.ticket)
    without = f"git yoi complete {short} --authorize --override -m WHY"
    hint = f"somebody else: git yoi review {short} --approve; or a human: {without}"
    return [Missing(f.verdict.code, f"{f.branch} is not approved as it is", f.verdict.reason, hint)]


def _surroundings(f: Readiness) -> list[Missing]:
    found = []
    for other in f.foreign:
        count = "a commit" if other.commits == 1 else f"{other.commits} commits"
        cause = f"{f.branch} holds {count} of {other.branch}"
        hint = f"complete {short_id(other.ticket)} first"
        found.append(Missing("blocked", f"the open ticket {short_id(other.ticket)} would be merged too", cause, hint))
    for place in f.operations:
        hint = "end it there (`git status` says how), then complete again"
        found.append(Missing("dirty", f"a {place.what[0]} is going on in {place.path}", hint=hint))
    for place in f.dirty:
        cause = f"not committed: {_files(place.what)}"
        found.append(Missing("dirty", f"the worktree {place.path} is not clean", cause, "commit that, or put it away"))
    return found


def _merge(f: Readiness) -> list[Missing]:
    if f.unrelated:
        cause = "they have no commit in common"
        return [Missing("merge-conflict", f"{f.branch} and {f.target} cannot be merged", cause, "rebase the branch")]
    if f.conflicts:
        hint = f"merge {f.target} into {f.branch}, resolve it there, and have that reviewed"
        return [Missing("merge-conflict", f"{f.branch} conflicts with {f.target}", _files(f.conflicts), hint)]
    return [
        Missing(
            "dirty",
            f"{f.target} is checked out in {place.path}, where files are in the way",
            _files(place.what),
            "commit them or put them away; changes to other files may stay",
        )
        for place in f.in_the_way
    ]


def _files(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
