"""`git yoi search`: tickets whose texts hold every word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from git_yoi.actions.list_ import Listed, listed
from git_yoi.actions.reading import read_index
from git_yoi.domain.query import words as split
from git_yoi.errors import YoiError
from git_yoi.index.tickets import Summary, summaries
from git_yoi.index.words import Match, matches_in, tickets_with

if TYPE_CHECKING:
    from git_yoi.actions.session import Session


class Hit(NamedTuple):
    """A ticket that holds all the words, and where."""

    listed: Listed
    matches: tuple[Match, ...]


def search(session: Session, words: Sequence[str], *, limit: int | None = None, places: bool = True) -> tuple[Hit, ...]:
    """The tickets, closed ones too, in whose title, description and thread every word stands somewhere.

    Words in the title count most, then what was changed last; without `places` no matches are gathered. YoiError
    `usage` when there is no word.
    """
    wanted = split(words)
    if not wanted:
        raise YoiError("usage", "there is no word to search for", hint="git yoi search WORDS...")
    index = read_index(session)
    found = set.intersection(*(tickets_with(index, word) for word in wanted))
    ordered = sorted(summaries(index, ids=sorted(found)), key=lambda t: (-_in_title(t, wanted), -t.updated_at, t.id))
    shown = listed(session, index, ordered[:limit], prefixes=places)
    return tuple(Hit(one, tuple(matches_in(index, one.ticket.id, wanted)) if places else ()) for one in shown)


def _in_title(ticket: Summary, words: Sequence[str]) -> int:
    return sum(word.lower() in ticket.title.lower() for word in words)
