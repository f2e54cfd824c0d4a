"""Which tip a command sees: the local one, or what `git fetch` brought where the local one is merely behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from git_yoi.git import refs
from git_yoi.git.repository import Repository


class Seen(NamedTuple):
    """The three tips that tell: ours, git's copy of the shared remote's, and the last one known to be there."""

    local: str | None
    theirs: str | None
    published: str | None


_NOTHING = Seen(None, None, None)


@dataclass(slots=True)
class View:
    """One command's eyes on the ticket ref; `remote` is None where nothing is shared.

    `believed` is false once what was fetched was taken, or could not be; `last` is what was seen last.
    """

    repository: Repository
    ref: str
    remote: str | None
    believed: bool = True
    last: Seen = _NOTHING
    _newer: dict[tuple[str, str], bool] = field(default_factory=dict)

    def seen(self) -> Seen:
        """The tips now, by one git process."""
        copy = refs.remote_tickets(self.remote) if self.remote else self.ref
        found = refs.read_refs(self.repository, *dict.fromkeys((self.ref, copy, refs.PUBLISHED)))
        theirs = found.get(copy) if self.remote else None
        self.last = Seen(found.get(self.ref), theirs, found.get(refs.PUBLISHED))
        return self.last

    def tip(self) -> str | None:
        """The tip that a reader is shown."""
        seen = self.seen()
        return seen.theirs if self.is_behind(seen) else seen.local

    def is_behind(self, seen: Seen) -> bool:
        """Whether all that is here is in what was fetched, and more."""
        if seen.local is None or not self._has_news(seen) or self._is_partial():
            return False
        return self._stands_on(seen.theirs, seen.local)

    def is_diverged(self, seen: Seen) -> bool:
        """Whether each side has what the other lacks, so that only a join brings them together."""
        if seen.local is None or not self._has_news(seen) or self._stands_on(seen.theirs, seen.local):
            return False
        return not self._stands_on(seen.local, seen.theirs)

    def _has_news(self, seen: Seen) -> bool:
        # What is published is in the local tip already: the usual case costs no question.
        return self.believed and seen.theirs not in (None, seen.local, seen.published)

    def _is_partial(self) -> bool:
        """In a partial clone `git fetch` brings commits without their contents: only `sync` brings all."""
        from git_yoi.git.network import is_partial

        return is_partial(self.repository)

    def _stands_on(self, new: str | None, old: str | None) -> bool:
        if new is None or old is None:
            return False
        if (old, new) not in self._newer:
            # A copy whose objects are not here cannot be judged: it is not shown.
            asked = ("--no-replace-objects", "merge-base", "--is-ancestor", old, new)
            self._newer[old, new] = self.repository.git.run(*asked, ok=None).code == 0
        return self._newer[old, new]
