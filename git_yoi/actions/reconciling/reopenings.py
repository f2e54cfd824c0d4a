"""Finished tickets whose merge is not on its target any more: reverted there, or dropped when that was rewritten."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from git_yoi.actions.reconciling.accepted import Work
from git_yoi.actions.reconciling.closings import work_on
from git_yoi.actions.reconciling.outcomes import Left, Merged
from git_yoi.actions.reconciling.rewritten import cannot_tell, made_again
from git_yoi.actions.reconciling.tickets import Recorded, evidence_of, recorded_merges, writable
from git_yoi.domain.ids import short_id
from git_yoi.git.branches import newest
from git_yoi.git.evidence import kinds, unreached
from git_yoi.git.ref_history import values
from git_yoi.git.refs import branch_ref, remote_branch
from git_yoi.merge.evidence.model import Claim, Evidence
from git_yoi.merge.evidence.undone import Undone, claimed_reverts, undone
from git_yoi.merge.looked_at import LookedAt
from git_yoi.merge.suspects import Landed, suspects
from git_yoi.merge.traces import stands_on

if TYPE_CHECKING:
    from git_yoi.actions.reconciling.targets import Targets
    from git_yoi.actions.session import Session
    from git_yoi.domain.ticket import Ticket


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A finished ticket whose merge was undone; `by` are the commits that did it, none where history was rewritten."""

    ticket: Ticket
    target: str
    commit: str
    reason: str
    by: tuple[str, ...] = ()


Outcome = TakenBack | Merged | Left
# Words of a command line; more merges than that are looked for along the whole line.
_MOST = 500


@dataclass(frozen=True, slots=True)
class _Seen:
    """One commit that says what a target is: the merges that it stands on, and those that may be undone there."""

    tip: str
    on: frozenset[str]
    suspected: frozenset[str]


def find(session: Session, targets: Targets, looked: LookedAt, closing: Sequence[Merged] = ()) -> tuple[Outcome, ...]:
    """Every finished ticket that must be reopened, that was merged anew, or that is left although its merge is off.

    `closing`: the merges that were found just now, and that no ticket records yet.
    """
    found: list[Outcome] = []
    for target, merged in recorded_merges(session).items():
        if tips := newest(session.repository, targets.tips(target)):
            off = _off(session, tips, {record.commit for record in merged})
            work = Work(session, targets.look, merged, [one for one in closing if one.target == target])
            found += _dropped_of(session, targets, target, [one for one in merged if one.commit in off], work)
            kept = [one for one in merged if one.commit not in off]
            found += _reverted_of(session, target, tips, kept, looked, work)
    return tuple(found)


def _off(session: Session, tips: Collection[str], commits: Collection[str]) -> frozenset[str]:
    """Those of `commits` that no tip stands on; one that is not here at all is none of theirs."""
    here = kinds(session.repository, commits)
    whole = {commit for commit in commits if here.get(commit) == "commit"}
    return frozenset(unreached(session.repository, whole, tips) | (set(commits) - whole))


def _dropped_of(
    session: Session, targets: Targets, target: str, merged: Collection[Recorded], work: Work
) -> list[Outcome]:
    found = (_dropped(session, targets, target, record, work) for record in merged)
    return [one for one in found if one is not None]


def _dropped(session: Session, targets: Targets, target: str, record: Recorded, work: Work) -> Outcome | None:
    """What became of a merge that its target lacks; None where this clone may only be behind."""
    short = record.commit[:12]
    if session.settings.remote is not None and not _was_there(session, target, record.commit):
        reason = f"its merge {short} is not on {target}, and nothing here tells that it ever was"
        return Left(record.id, record.title, target, "not-there", reason, record.commit) if targets.asked else None
    here = targets.here_alone(target)
    if here is not None and record.commit not in _off(session, [here], [record.commit]):
        reason = f"{target} has its merge {short} in this clone alone; push it"
        return Left(record.id, record.title, target, "waiting", reason, record.commit)
    ticket = writable(session, record.id)
    if ticket is None:
        return None
    back = TakenBack(ticket, target, record.commit, f"{target} was rewritten, and lacks its merge {short}")
    found = _found_anew(session, targets, target, record)
    again = made_again(targets, target, record, work.others(record.id)) if found is None else None
    if (shown := found or again) is None:
        return cannot_tell(targets, target, record) or back
    evidence, tip = shown
    gone = undone(session.repository, session.objects, evidence, tip)
    if gone is not None and not work.has_taken_out(record.id, gone, tip):
        return back
    return Merged(ticket, target, evidence, before=record.commit, as_it_was=again is not None)


def _found_anew(session: Session, targets: Targets, target: str, record: Recorded) -> tuple[Evidence, str] | None:
    """The work where the target has it now, looked for as if nobody had recorded it."""
    if kinds(session.repository, [record.head]).get(record.head) != "commit":
        return None
    claim = Claim(record.id, record.head, record.base, frozenset({record.head}))
    answer, tip = work_on(targets, targets.tips(target), claim)
    return (answer, tip) if isinstance(answer, Evidence) else None


def _was_there(session: Session, target: str, commit: str) -> bool:
    """Whether this clone ever saw the target with that commit."""
    names = [branch_ref(target)]
    if session.settings.remote is not None:
        names.append(remote_branch(session.settings.remote, target))
    known = {value for name in names for value in values(session.repository, name)}
    here = kinds(session.repository, {*known, commit})
    past = [value for value in known if here.get(value) == "commit"]
    return here.get(commit) == "commit" and bool(past) and not unreached(session.repository, [commit], past)


def _reverted_of(
    session: Session, target: str, tips: Collection[str], merged: Collection[Recorded], looked: LookedAt, work: Work
) -> list[Outcome]:
    """The tickets whose merge is undone on every commit that says what the target is, and that stands on the merge.

    One that a commit only claims to have reverted is left, and told each time, until somebody reopens it.
    """
    seen = [_look(session, f"{n}:{target}", tip, merged, looked) for n, tip in enumerate(tips)]
    found: list[Outcome] = []
    doubtful: set[str] = set()
    for record in merged:
        standing = [one for one in seen if record.commit in one.on]
        if not standing or any(record.commit not in one.suspected for one in standing):
            continue
        gone = [_undone(session, record, one.tip, work) for one in standing]
        told = _told_undone(session, target, record, gone) or _told_claimed(session, target, record, standing)
        if told is not None:
            doubtful.add(record.commit)
            found.append(told)
    for n, one in enumerate(seen):
        looked.note(f"{n}:{target}", one.tip, one.on - doubtful)
    return found


def _told_undone(session: Session, target: str, record: Recorded, gone: Sequence[Undone | None]) -> TakenBack | None:
    if gone[0] is None or not all(gone):
        return None
    ticket = writable(session, record.id)
    reason = f"its merge {record.commit[:12]} on {target} was {gone[0].said}"
    return TakenBack(ticket, target, record.commit, reason, gone[0].by) if ticket is not None else None


def _told_claimed(session: Session, target: str, record: Recorded, standing: Sequence[_Seen]) -> Left | None:
    """Said where every tip has a commit that says it reverts the merge, and no tree shows that all of it is gone."""
    evidence = [(one.tip, evidence_of(session, record, one.tip)) for one in standing]
    claims = [
        claimed_reverts(session.repository, session.objects, one, tip) if one is not None else ()
        for tip, one in evidence
    ]
    if not all(claims):
        return None
    reason = (
        f"{claims[0][-1][:12]} on {target} says that it reverts its merge {record.commit[:12]}, but not all of that is"
        f" shown to be gone; if it is, git yoi reopen {short_id(record.id)} -m WHY"
    )
    return Left(record.id, record.title, target, "claimed-revert", reason, claims[0][-1])


def _look(session: Session, key: str, tip: str, records: Collection[Recorded], looked: LookedAt) -> _Seen:
    """Which merges a tip stands on, and which of these something may have undone since they were looked at last."""
    on = {one.commit for one in records} - _off(session, [tip], {one.commit for one in records})
    landed = [_landed(session, one) for one in records if one.commit in on]
    before, old = looked.at(key)
    if before is None or not stands_on(session.repository, before, tip):
        old = frozenset()
    fresh = [one for one in landed if one.commit not in old]
    known = [one for one in landed if one.commit in old]
    doubted = suspects(session.repository, known, tip, since=before) if known else frozenset()
    return _Seen(tip, frozenset(on), doubted | suspects(session.repository, fresh, tip, since=_oldest(session, fresh)))


def _landed(session: Session, record: Recorded) -> Landed:
    """The merge, and the target before it: for a row of commits what branch and target shared says it well enough."""
    rows = record.strategy not in ("merge", "squash") and record.base is not None
    if rows and kinds(session.repository, [str(record.base)]).get(str(record.base)) == "commit":
        return Landed(record.commit, record.base)
    return Landed(record.commit)


def _oldest(session: Session, landed: Collection[Landed]) -> str | None:
    """A commit that is older than what could undo these merges; None where none is known."""
    ends = sorted({one.before or one.commit for one in landed})
    if not ends or len(ends) > _MOST:
        return None
    done = session.repository.git.run("--no-replace-objects", "merge-base", "--octopus", *ends, ok=(0, 1))
    return done.text or None


def _undone(session: Session, record: Recorded, tip: str, work: Work) -> Undone | None:
    """What took a merge back; None for what other tickets were accepted to take out."""
    evidence = evidence_of(session, record, tip)
    gone = undone(session.repository, session.objects, evidence, tip) if evidence is not None else None
    return None if gone is not None and work.has_taken_out(record.id, gone, tip) else gone
