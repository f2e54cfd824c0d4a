"""`git yoi fsck`: prove the record, and that what it calls merged is on its target."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from git_yoi.domain.states import RESOLVED
from git_yoi.errors import YoiError

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.actions.signatures import SignatureCounts
    from git_yoi.domain.ticket import Ticket
    from git_yoi.store.findings import Problem


@dataclass(frozen=True, slots=True)
class Checked:
    """What was proved: the tip, how many tickets and entries, what is wrong, and how much a repair has settled.

    `tickets` counts the damaged ones too.
    """

    tip: str
    tickets: int
    entries: int
    problems: tuple[Problem, ...]
    repaired: int
    signatures: SignatureCounts


def fsck(session: Session, *, progress: Callable[[int, int], None] = lambda _done, _total: None) -> Checked:
    """Prove every commit, then look at the tip's tree, the evidence and the signatures; YoiError `format`."""
    from git_yoi.actions.signatures import check_signatures
    from git_yoi.store.dry import DryObjects
    from git_yoi.store.snapshot import Snapshot
    from git_yoi.store.tip_check import check_tip
    from git_yoi.store.verify import verify

    require_whole(session)
    tip = session.tip()
    Snapshot(session.objects, tip).require_writable()
    proof = verify(session.objects, tip, progress, difference=session.difference)
    standing = check_tip(DryObjects(session.objects), tip)
    told = frozenset[str]().union(*(problem.tickets for problem in proof.problems))
    # What stands wrong at the tip because of a commit that is named already is one finding, not two.
    more = [p for p in standing.problems if not p.tickets & told and (p.tickets or not proof.problems)]
    more += _lost_files(session, standing.tickets.values())
    more += _unmerged(session, standing.tickets.values())
    more += _rewound(session)
    signatures, unfit = check_signatures(session, proof, progress)
    return Checked(tip, standing.count, proof.entries, (*proof.problems, *more, *unfit), proof.repaired, signatures)


def require_whole(session: Session) -> None:
    """YoiError `read-only` in a shallow clone: what is cut off cannot be proved."""
    if session.repository.shallow:
        raise YoiError(
            "read-only",
            "a shallow clone cannot prove the record",
            cause="its history is cut off",
            hint="git fetch --unshallow",
        )


def _lost_files(session: Session, tickets: Iterable[Ticket]) -> list[Problem]:
    """Attachments whose contents this repository does not have."""
    from git_yoi.git.evidence import kinds
    from git_yoi.store.findings import Problem
    from git_yoi.store.tree import FILES

    listed = [(ticket.id, a) for ticket in tickets for a in ticket.attachments]
    here = kinds(session.repository, {a.blob for _, a in listed})
    return [
        Problem(
            "missing",
            f"{FILES}/{ticket_id}/{a.name}",
            f"its contents {a.blob[:12]} are not here",
            frozenset({ticket_id}),
            lost=True,
        )
        for ticket_id, a in listed
        if here.get(a.blob) != "blob"
    ]


def _rewound(session: Session) -> list[Problem]:
    """The ticket ref where it lacks what is known to be on the shared remote: set back, or rewritten."""
    from git_yoi.git.refs import PUBLISHED, read_refs
    from git_yoi.store.findings import Problem
    from git_yoi.store.remembered import went_back

    now = read_refs(session.repository, session.ref, PUBLISHED)
    if PUBLISHED not in now:
        return []
    found = went_back(session.repository, session.objects, now.get(session.ref), now[PUBLISHED])
    return [] if found is None else [Problem("rewind", session.ref, found.text(session.ref), remedy=found.fix)]


def _unmerged(session: Session, tickets: Iterable[Ticket]) -> list[Problem]:
    """Tickets still done or closed whose merge commit is not on its target; a target that nobody has is only said."""
    merged: dict[str, list[tuple[Ticket, str]]] = defaultdict(list)
    for ticket in tickets:
        if ticket.merge is not None and ticket.state in RESOLVED:
            merged[ticket.merge.target].append((ticket, ticket.merge.commit))
    return [problem for target, pairs in sorted(merged.items()) for problem in _off_target(session, target, pairs)]


def _off_target(session: Session, target: str, pairs: list[tuple[Ticket, str]]) -> list[Problem]:
    from git_yoi.git.evidence import copies_of, kinds, unreached
    from git_yoi.store.findings import Problem

    refs = copies_of(session.repository, target)
    if not refs:
        session.notice(f"no branch {target} here, so the merges onto it cannot be checked ({len(pairs)})")
        return []
    here = {oid for oid, kind in kinds(session.repository, {oid for _, oid in pairs}).items() if kind == "commit"}
    off = unreached(session.repository, here, refs)
    away = {oid for _, oid in pairs if oid not in here}
    if away and session.settings.remote is not None:
        # The record travels by itself: who has it need not have fetched the code since.
        said = f"merges onto {target} that are not here cannot be checked ({len(away)})"
        session.notice(f"notice: {said}; git fetch {session.settings.remote} brings what is there")
        away = set()
    return [
        Problem(
            "not-merged",
            oid,
            f"ticket {ticket.id} is {ticket.state} by this commit, which is not on {target}",
            remedy=f"bring {target} back to where it holds the commit, or git yoi reopen {ticket.id} -m WHY",
        )
        for ticket, oid in pairs
        if oid in off or oid in away
    ]
