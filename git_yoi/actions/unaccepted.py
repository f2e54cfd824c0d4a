"""Work of tickets that nobody has durably accepted: what a push must not make others build upon (design.md, 2)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from git_yoi.domain.ids import ALPHABET, MIN_PREFIX, is_id
from git_yoi.domain.states import INPROGRESS, PLANNING, QUEUED, READY
from git_yoi.errors import YoiError

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.hooks.pre_push import Sent
    from git_yoi.store.lookup import Lookup

# Who names more tickets than this in one push is not helped by a list.
_MOST = 1000
UNACCEPTED, UNCONFIRMED, LOST = "unaccepted", "unconfirmed", "lost"


@dataclass(frozen=True, slots=True)
class Unaccepted:
    """A ticket that a push has work of: its commits that say so, or else the branches of this clone that are its own.

    `why` is unaccepted (by anybody, ever), unconfirmed (accepted here, and the shared remote has not confirmed it) or
    lost (accepted here, and `holder` was first).
    """

    ticket: str
    state: str
    why: str
    commits: tuple[str, ...]
    branches: tuple[str, ...]
    holder: str | None = None


class Judged(NamedTuple):
    """What was found, and whether the policy of `target` wants it held back."""

    found: tuple[Unaccepted, ...]
    strict: bool
    target: str | None


class _Row(NamedTuple):
    id: str
    state: str
    generation: int
    claim: str | None
    holder: str | None


def judge(session: Session, sent: Sequence[Sent], remote: str) -> Judged:
    """What of a push is work of tickets that nobody has accepted; nothing where the policy does not ask. YoiError."""
    from git_yoi.git.pushed import named_tickets
    from git_yoi.worktree.targets import target_of

    branches = [one for one in sent if one.branch is not None and one.new is not None]
    target = target_of(session.repository, session.settings.target)
    wish = _wish(session, target)
    if not branches or wish == "off":
        return Judged((), strict=False, target=target)
    tips = dict.fromkeys(one.new for one in branches if one.new is not None)
    there = {one.old for one in branches if one.old is not None}
    named = named_tickets(session.repository, tips, there, remote)
    own = _own_branches(session, branches)
    if not named and not own:
        return Judged((), strict=False, target=target)
    lookup = session.lookup()
    commits: dict[str, list[str]] = {}
    for value, found in list(named.items())[:_MOST]:
        if (ticket := _resolved(lookup, value)) is not None:
            commits.setdefault(ticket, []).extend(found)
    rows = _rows(session, {*commits, *own})
    judged = (_judged(session, row, commits.get(row.id, []), own.get(row.id, [])) for row in rows)
    return Judged(tuple(one for one in judged if one is not None), strict=wish == "block", target=target)


def _wish(session: Session, target: str | None) -> str:
    """What the policy says; a policy that cannot be read warns."""
    from git_yoi.config.policy import Policy, load_policy

    try:
        return load_policy(session.repository, target).unaccepted if target is not None else Policy().unaccepted
    except YoiError:
        return Policy().unaccepted


def _own_branches(session: Session, sent: Iterable[Sent]) -> Mapping[str, list[str]]:
    """The pushed branches that this clone has of a ticket, by ticket."""
    from git_yoi.config.branch_tickets import tickets_of_branches
    from git_yoi.git.branches import current_branch
    from git_yoi.git.refs import HEADS, branch_ref

    known, found = tickets_of_branches(session.repository), dict[str, list[str]]()
    for one in sent:
        local = branch_ref(current_branch(session.repository) or "") if one.local == "HEAD" else one.local
        branch = local.removeprefix(HEADS)
        if local.startswith(HEADS) and branch in known:
            found.setdefault(known[branch], []).append(branch)
    return found


def _resolved(lookup: Lookup, value: str) -> str | None:
    """The ticket that a trailer names, whole or by its beginning; None for what is another tracker's."""
    if not is_id(value):
        return None
    found = lookup.matching(value)
    begun = len(value) >= MIN_PREFIX and all(letter in ALPHABET for letter in value)
    return found[0] if len(found) == 1 and (found[0] == value or begun) else None


def _rows(session: Session, ids: Iterable[str]) -> list[_Row]:
    query = "SELECT id, state, generation, claim, holder FROM tickets WHERE id IN (SELECT value FROM json_each(?))"
    return [_Row(*row) for row in session.index().rows(f"{query} ORDER BY id", (json.dumps(list(ids)),))]


def _judged(session: Session, row: _Row, commits: Sequence[str], branches: Sequence[str]) -> Unaccepted | None:
    why = _why(session, row, branches)
    holder = row.holder if why == LOST else None
    return Unaccepted(row.id, row.state, why, tuple(commits), tuple(branches), holder) if why is not None else None


def _is_all_published(session: Session) -> bool:
    """Whether the shared remote is known to have all that is here, or nothing is shared."""
    from git_yoi.git import refs

    found = refs.read_refs(session.repository, session.ref, refs.PUBLISHED)
    return session.settings.remote is None or found.get(session.ref) == found.get(refs.PUBLISHED)


def _why(session: Session, row: _Row, branches: Sequence[str]) -> str | None:
    """What is wrong with work of a ticket, None for nothing."""
    if row.state in (PLANNING, READY, QUEUED):
        return UNACCEPTED if row.generation == 0 else None
    if row.state != INPROGRESS or row.claim is None:
        return None
    from git_yoi.actions.sharing import is_confirmed
    from git_yoi.store.claims import read_claim

    mine = read_claim(session.repository.private, row.id)
    if mine is None:
        return None
    if mine.nonce == row.claim:
        return None if _is_all_published(session) or is_confirmed(session, row.id, row.claim) else UNCONFIRMED
    # Another acceptance of the same generation: that one counts, and ours never did. After a takeover both did.
    never = mine.ends is None and mine.generation + 1 == row.generation
    return LOST if never and mine.branch in branches else None
