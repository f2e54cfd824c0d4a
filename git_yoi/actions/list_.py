"""`git yoi list`: tickets that meet a query."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from git_yoi.actions.holders import Holder, holders
from git_yoi.actions.reading import read_index, who_asks
from git_yoi.domain.query import Facts, QueryError, Term, matches, names_states, parse
from git_yoi.domain.states import STATES
from git_yoi.errors import YoiError
from git_yoi.index.tickets import Summary, shown_prefixes, summaries

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.index.view import Index

# Every order ends in age and id, so that it is the same each time; `updated` has the newest first.
SORTS: dict[str, Callable[[Summary], tuple[Any, ...]]] = {
    "priority": lambda t: (t.priority,),
    "created": lambda t: (t.created_at,),
    "updated": lambda t: (-t.updated_at,),
    "state": lambda t: (STATES.index(t.state), t.priority),
    "title": lambda t: (t.title.casefold(),),
    "id": lambda t: (t.id,),
}


class Listed(NamedTuple):
    """A ticket of the list, the prefix of its id that is enough here, and its holder."""

    ticket: Summary
    prefix: str
    holder: Holder | None


def list_tickets(
    session: Session,
    query: Sequence[str] = (),
    *,
    states: Sequence[str] = (),
    labels: Sequence[str] = (),
    assignee: str | None = None,
    sort: str = "priority",
    limit: int | None = None,
    everything: bool = False,
    prefixes: bool = True,
) -> tuple[Listed, ...]:
    """The tickets that meet every condition; closed ones only if `everything`, or a condition asks for them.

    `sort` is a key of `SORTS`, reversed by a leading `-`; without `prefixes` each id is its own. YoiError `usage` for
    a query that means nothing.
    """
    terms = _terms(query, states, labels, assignee)
    index = read_index(session)
    me = who_asks(session) if any(t.key in ("assignee", "author") and "me" in t.values for t in terms) else frozenset()
    found = cache(lambda word: _with_word(index, word))
    candidates = summaries(index, closed=everything or names_states(terms) or _wants_closed(terms))
    kept = [t for t in candidates if not terms or matches(terms, _facts(t), me=me, found=found)]
    ordered = sorted(kept, key=_order(sort), reverse=sort.startswith("-"))[:limit]
    return listed(session, index, ordered, prefixes=prefixes)


def _with_word(index: Index, word: str) -> set[str]:
    from git_yoi.index.words import tickets_with

    return tickets_with(index, word)


def _terms(
    query: Sequence[str], states: Sequence[str], labels: Sequence[str], assignee: str | None
) -> tuple[Term, ...]:
    try:
        terms = parse(query)
    except QueryError as error:
        raise YoiError("usage", str(error), hint="quote a word that holds a colon: '\"a:b\"'") from error
    given = [Term("state", tuple(states))] if states else []
    given += [Term("label", (label,)) for label in labels]
    given += [Term("assignee", (assignee,))] if assignee is not None else []
    return (*terms, *given)


def _wants_closed(terms: Sequence[Term]) -> bool:
    return any(t.key == "is" and not t.negated and "closed" in t.values for t in terms)


def _order(sort: str) -> Callable[[Summary], tuple[Any, ...]]:
    key = SORTS.get(sort.removeprefix("-"))
    if key is None:
        raise YoiError("usage", f"there is no order {sort}", hint=f"--sort takes one of {', '.join(SORTS)}")
    return lambda t: (*key(t), t.created_at, t.place, t.id)


def _facts(t: Summary) -> Facts:
    return Facts(
        t.id, t.state, t.priority, t.labels, t.assignees, t.created_by, blocked=t.blocked, held=t.holder is not None
    )


def listed(session: Session, index: Index, tickets: Sequence[Summary], *, prefixes: bool = True) -> tuple[Listed, ...]:
    """Tickets as `list` shows them, in the order given."""
    shown = shown_prefixes(index) if prefixes else {}
    held = holders(session, index, ((t.id, t.holder) for t in tickets))
    return tuple(Listed(t, shown.get(t.id, t.id), held.get(t.id)) for t in tickets)
