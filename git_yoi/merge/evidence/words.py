"""What a commit's message says of tickets and of other commits: it nominates, and never proves."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

# Anywhere at a line's start: a forge's squash puts the messages of all commits into one, each with its trailers.
_TICKET = re.compile(r"^ticket:[ \t]*(\S.*)$", re.IGNORECASE | re.MULTILINE)
_ID = re.compile(r"[a-z0-9][a-z0-9-]{2,63}")
_COMMIT = re.compile(r"\b[0-9a-f]{7,64}\b")
_PICKED = re.compile(r"^\(cherry picked from commit ([0-9a-f]{40,64})\)", re.MULTILINE)
_REVERTED = re.compile(r"\bThis reverts commit ([0-9a-f]{7,64})\b")
_TAKES_BACK = re.compile(r"(?:\w+(?:\([^)]*\))?!?:\s*)?(?:reverts?|backs?[ -]?out|rolls?[ -]?back)\b", re.IGNORECASE)
# What a squash puts around a subject: a bullet or blanks before it, a host's number after it.
_AROUND = re.compile(r"^[\s*-]+|\s*\([#!]\d+\)\s*$|\s+$")
# As git's extended expressions are, too: `rev-list --grep` asks thousands of messages at once.
REVERTING = "This reverts commit [0-9a-f]{7}"
UNDOING = "revert|back(s|ed|ing)?[ -]?out|undo|undid|roll(s|ed|ing)?[ -]?back|re-?appl|re-?land|restor"
# A target's messages are asked the same once for each branch.
_MANY = 1 << 15
_UNDOING = re.compile(UNDOING, re.IGNORECASE)


@lru_cache(_MANY)
def tickets_named(message: str) -> frozenset[str]:
    """The ids in the `Ticket:` lines of a message, case-folded."""
    lines = _TICKET.findall(message.replace("\r", ""))
    words = (word.casefold() for line in lines for word in re.split(r"[,;\s]+", line))
    return frozenset(word for word in words if _ID.fullmatch(word))


def names(message: str, ticket: str) -> bool:
    """Whether a message names the ticket, by its whole id: a beginning could be another's as well."""
    return ticket.casefold() in tickets_named(message)


def names_others_only(message: str, ticket: str) -> bool:
    """Whether a message names tickets, and not this one ("": whichever), nor what may be its id cut short."""
    found = tickets_named(message)
    return bool(found and ticket) and not any(ticket.casefold().startswith(one) for one in found)


def bare_line(line: str) -> str:
    """A line of a message, or a subject, as it is in a squash's message and out of it."""
    return _AROUND.sub("", line)


def mentions(message: str, commits: Iterable[str]) -> bool:
    """Whether a message holds the id of one of the commits, or the beginning of it."""
    found = _COMMIT.findall(message)
    return any(oid.startswith(one) for one in found for oid in commits)


@lru_cache(_MANY)
def picked_from(message: str) -> tuple[str, ...]:
    """The commits of the lines that `git cherry-pick -x` writes, in their order."""
    return tuple(str(found) for found in _PICKED.findall(message))


def says_picked(message: str) -> bool:
    """Whether a message has such a line."""
    return _PICKED.search(message) is not None


def says_it_reverts(message: str, commits: Iterable[str]) -> bool:
    """Whether a message has the line that `git revert` writes for one of the commits."""
    found = _REVERTED.findall(message)
    return any(oid.startswith(one) for one in found for oid in commits)


def says_it_takes_back(message: str) -> bool:
    """Whether a message has git's line of a revert, or a subject that begins so."""
    return _REVERTED.search(message) is not None or _TAKES_BACK.match(message) is not None


def speaks_of_undoing(message: str) -> bool:
    """Whether a message may be that of a revert, or of taking one back."""
    return _UNDOING.search(message) is not None
