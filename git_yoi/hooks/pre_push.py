"""What a push wants to do, as git tells its `pre-push` hook on standard input."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from git_yoi.git.refs import HEADS, OWN

_WORDS = 4
# Options of `git push` whose value may be a word of its own.
_WITH_A_VALUE = frozenset({"-o", "--push-option", "--repo", "--receive-pack", "--exec"})


@dataclass(frozen=True, slots=True)
class Sent:
    """One ref of the remote that is to move: `new` None deletes it, `old` None makes it; `local` is our name for it."""

    local: str
    new: str | None
    ref: str
    old: str | None

    @property
    def branch(self) -> str | None:
        """The remote's branch that this is, or None."""
        return self.ref.removeprefix(HEADS) if self.ref.startswith(HEADS) else None


def read_push(data: bytes) -> tuple[Sent, ...]:
    """Read git's lines; what is not one is passed over, for a push must not fail of it."""
    rows = (os.fsdecode(line).rsplit(" ", _WORDS - 1) for line in data.splitlines())
    return tuple(Sent(row[0], _id(row[1]), row[2], _id(row[3])) for row in rows if len(row) == _WORDS)


def carries_tickets(sent: Iterable[Sent], ref: str) -> bool:
    """Whether the push moves the ticket ref, or other refs of ours: then nothing else may move them meanwhile."""
    return any(one.ref == ref or one.ref.lower().startswith(OWN) for one in sent)


def reaches(sent: Iterable[Sent], branches: Collection[str]) -> bool:
    """Whether the push brings something to one of the remote's branches."""
    return any(one.new is not None and one.branch in branches for one in sent)


def only_tries(words: Sequence[str]) -> bool:
    """Whether a git with this command line pushes nothing, but says what it would push."""
    rest = iter(words[words.index("push") + 1 :] if "push" in words else ())
    tries = False
    for word in rest:
        if word in _WITH_A_VALUE:
            next(rest, None)
        elif word == "--":
            break
        elif word.startswith("--dr") and "--dry-run".startswith(word):
            tries = True
        elif word == "--no-dry-run":
            tries = False
        elif word.startswith("-") and not word.startswith("--"):
            tries = tries or "n" in word.partition("o")[0]
    return tries


def _id(word: str) -> str | None:
    return word if word.strip("0") else None
