"""The language of `git yoi list`: `state:ready label:x -label:y assignee:me blocked:yes is:open words`, pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from git_yoi.domain.states import CLOSED, PRIORITIES, STATES

KEYS = ("state", "label", "assignee", "author", "blocked", "priority", "is")
_YES, _NO = ("yes", "true"), ("no", "false")
_IS = ("open", "closed", "blocked", "held", *STATES)
# A label's or a person's name may hold spaces; the shell has taken the quotes away by then.
_WITH_SPACES = ("label", "assignee", "author")
# As strings: most lists have no query, and need neither compiled.
_TERM = r"(?s)(?P<no>[-!]?)(?:(?P<key>[A-Za-z_]+):)?(?P<value>.*)\Z"
_PIECE = r'(?:[^\s"]|"[^"]*"?)+'


class QueryError(ValueError):
    """A term that means nothing; the message says why."""


class Term(NamedTuple):
    """One condition: `values` of `key` are alternatives; the key "" is a word to find in the texts."""

    key: str
    values: tuple[str, ...]
    negated: bool = False


class Facts(NamedTuple):
    """What a query can ask of one ticket."""

    id: str
    state: str
    priority: str
    labels: Collection[str]
    assignees: Collection[str]
    author: str
    blocked: bool
    held: bool


def parse(arguments: Iterable[str]) -> tuple[Term, ...]:
    """Read what was given; every argument may hold several terms. QueryError."""
    return tuple(_term(piece) for argument in arguments for piece in _pieces(argument))


def words(arguments: Iterable[str]) -> tuple[str, ...]:
    """Only words and quoted phrases, for `search`: a colon means nothing."""
    pieces = (piece for argument in arguments for piece in re.findall(_PIECE, argument))
    return tuple(word for word in (_unquoted(piece) for piece in pieces) if word)


def _pieces(argument: str) -> list[str]:
    pieces = re.findall(_PIECE, argument)
    head = re.match(_TERM, argument)
    if head and head["key"] in _WITH_SPACES and '"' not in argument and not any(_has_key(p) for p in pieces[1:]):
        return [argument.strip()]
    return pieces


def _has_key(piece: str) -> bool:
    match = re.match(_TERM, piece)
    return match is not None and match["key"] in KEYS


def _term(piece: str) -> Term:
    match = re.match(_TERM, piece)
    if match is None or piece.startswith('"') or match["key"] is None:
        negated = len(piece) > 1 and piece[0] in "-!"
        return Term("", (_unquoted(piece[1:] if negated else piece),), negated)
    key, value = match["key"].lower(), _unquoted(match["value"])
    if key not in KEYS:
        raise QueryError(f"there is no key {key}: in a query; the keys are {', '.join(KEYS)}")
    if not value:
        raise QueryError(f"{key}: names no value")
    values = (value,) if key in _WITH_SPACES else tuple(part for part in value.split(",") if part)
    return Term(key, _checked(key, values), bool(match["no"]))


def _checked(key: str, values: tuple[str, ...]) -> tuple[str, ...]:
    """The values as the record spells them; QueryError for one that no ticket can have."""
    allowed = {"state": STATES, "priority": PRIORITIES, "blocked": (*_YES, *_NO), "is": _IS}.get(key)
    if allowed is None:
        return values
    spelled = tuple(value.upper() if key == "priority" else value.lower() for value in values)
    for value in spelled:
        if value not in allowed:
            raise QueryError(f"{key}:{value} means nothing; {key} is one of {', '.join(allowed)}")
    return spelled


def _unquoted(text: str) -> str:
    return text.replace('"', "")


def names_states(terms: Iterable[Term]) -> bool:
    """Whether the query itself says which states it wants, so that closed tickets are not left out by default."""
    asked = (t for t in terms if not t.negated)
    return any(t.key == "state" or (t.key == "is" and set(t.values) & {"open", *STATES}) for t in asked)


def matches(
    terms: Iterable[Term], facts: Facts, *, me: Collection[str], found: Callable[[str], Collection[str]]
) -> bool:
    """Whether a ticket meets every term.

    `me` are the spellings of who asks, case-folded; `found` gives the ids of the tickets that hold a word.
    """
    return all(any(_holds(t.key, v, facts, me, found) for v in t.values) != t.negated for t in terms)


def _holds(key: str, value: str, facts: Facts, me: Collection[str], found: Callable[[str], Collection[str]]) -> bool:
    match key:
        case "state":
            return facts.state == value
        case "priority":
            return facts.priority == value
        case "label":
            return value.casefold() in {label.casefold() for label in facts.labels}
        case "assignee":
            return any(_is_person(value, assignee, me) for assignee in facts.assignees)
        case "author":
            return _is_person(value, facts.author, me)
        case "blocked":
            return facts.blocked == (value in _YES)
        case "is":
            return _is(value, facts)
    return facts.id in found(value)


def _is(value: str, facts: Facts) -> bool:
    match value:
        case "open":
            return facts.state != CLOSED
        case "blocked":
            return facts.blocked
        case "held":
            return facts.held
    return facts.state == value


def _is_person(wanted: str, person: str, me: Collection[str]) -> bool:
    """Whether `wanted` is the person's whole spelling, name or mail address; `me` is whoever asks."""
    spelled = spellings(person)
    return bool(spelled & set(me)) if wanted == "me" else wanted.casefold() in spelled


def spellings(person: str) -> set[str]:
    """The ways to name a person given as `Name <mail>` (or one of the two), case-folded."""
    whole = person.casefold()
    name, opened, rest = whole.rpartition(" <")
    return {whole, name, rest.removesuffix(">")} if opened else {whole}
