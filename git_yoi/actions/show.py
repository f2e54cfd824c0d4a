"""`git yoi show`: a ticket, what it has to do with others, and its thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from git_yoi.actions.holders import Holder, holders
from git_yoi.actions.reading import tell_damage, tell_distance
from git_yoi.errors import YoiError
from git_yoi.git import refs
from git_yoi.index.lookup import IndexLookup
from git_yoi.index.thread import ThreadEntry, details, relations, thread
from git_yoi.index.tickets import Summary, summaries
from git_yoi.store.lookup import blockers_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from git_yoi.actions.session import Session
    from git_yoi.domain.relations import Blocker


class Review(NamedTuple):
    """A reviewer's latest judgement; `stale` says that the branch has moved since."""

    decision: str
    commit: str
    reviewer: str
    at: int
    stale: bool
    findings: tuple[dict[str, Any], ...]


class Signature(NamedTuple):
    """What an entry's signature is worth (`git.signatures`), who signed, and whether the key is its author's."""

    state: str
    signer: str
    by_author: bool


class Shown(NamedTuple):
    """A whole ticket; `imported`, `merge` and `resolution` are as the record's front matter has them.

    `signatures` holds the signed entries' by commit; `tells_unsigned`: that others have none is worth a word.
    """

    ticket: Summary
    body: str
    target: str | None
    branch: str | None
    holder: Holder | None
    relations: tuple[tuple[str, str, str | None], ...]
    incoming: tuple[tuple[str, str], ...]
    blockers: tuple[Blocker, ...]
    reviews: tuple[Review, ...]
    merge: dict[str, Any] | None
    resolution: dict[str, Any] | None
    attachments: tuple[dict[str, Any], ...]
    imported: dict[str, Any] | None
    entries: tuple[ThreadEntry, ...]
    signatures: dict[str, Signature]
    tells_unsigned: bool


def show(session: Session, given: str) -> Shown:
    """The ticket that a prefix names; YoiError `not-found`, `ambiguous`, or `read-only` where its file is bad."""
    index = session.index()
    lookup = IndexLookup(index)
    ticket_id = session.resolve(given, lookup)
    tell_damage(session, index, ticket_id)
    tell_distance(session)
    found, more = summaries(index, ids=[ticket_id]), details(index, ticket_id)
    if not found or more is None:
        raise YoiError(
            "read-only",
            f"ticket {ticket_id} is damaged",
            cause=lookup.damage(ticket_id) or "",
            hint="`git yoi log` has its entries, `git yoi fsck` names the commit",
        )
    entries = tuple(thread(index, ticket_id))
    signatures = _signatures(session, entries)
    return Shown(
        ticket=found[0],
        body=more.body,
        target=more.target or session.settings.target,
        branch=more.branch,
        holder=holders(session, index, [(ticket_id, found[0].holder)]).get(ticket_id),
        relations=tuple(relations(index, ticket_id)),
        incoming=tuple(lookup.incoming(ticket_id)),
        blockers=blockers_of(lookup, ticket_id),
        reviews=_reviews(session, more.branch, more.reviews),
        merge=more.merge,
        resolution=more.resolution,
        attachments=tuple(more.attachments),
        imported=more.imported,
        entries=entries,
        signatures=signatures,
        tells_unsigned=bool(signatures) or session.settings.sign,
    )


def _signatures(session: Session, entries: Iterable[ThreadEntry]) -> dict[str, Signature]:
    """The judgement on every signed entry; where none is, no process is started."""
    authors = {entry.id: entry.author for entry in entries if entry.signed}
    if not authors:
        return {}
    from git_yoi.git.signatures import judge

    return {
        oid: Signature(found.state, found.signer, found.matches(authors[oid].rpartition("<")[2].removesuffix(">")))
        for oid, found in judge(session.repository.root, authors).items()
    }


def _reviews(session: Session, branch: str | None, records: list[dict[str, Any]]) -> tuple[Review, ...]:
    if not records:
        return ()
    ref = refs.branch_ref(branch) if branch else None
    head = refs.read_ref(session.repository, ref) if ref else None
    return tuple(
        Review(
            decision=r["decision"],
            commit=r["commit"],
            reviewer=r["reviewer"],
            at=r["at"],
            # As `domain.reviews.is_stale`, whose module would bring every event's class along (10 ms).
            stale=head is not None and r["commit"] != head,
            findings=tuple(r["findings"]),
        )
        for r in records
    )
