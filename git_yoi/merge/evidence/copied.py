"""What the target has of its own since the branch left it, where the branch's commits themselves did not reach it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from git_yoi.git.branches import merge_base
from git_yoi.git.first_parents import Changes, Row, changes_between, rows_of
from git_yoi.git.network import is_partial
from git_yoi.merge.evidence.look import Look, Paths
from git_yoi.merge.evidence.model import Claim
from git_yoi.merge.evidence.own import is_anothers, own_rows
from git_yoi.merge.evidence.words import bare_line, names, picked_from

# By how many seconds the clocks of two people may differ.
_CLOCKS = 86400


@dataclass(frozen=True, slots=True)
class Field:
    """A head, its own commits (merges apart), and the target's `line` above what both share.

    `base`: that, or the commit where it began, which the target lacks (`aside`): another branch's, or the target's own
    before that was rewritten; `net` is all that it changed since. `later`: how many of the line come after what was
    looked at before. `timely`: how many are in the order of their times, from the first. `carried`: the line's commits
    that can carry something, each with its place.
    """

    look: Look
    claim: Claim
    head: str
    base: str | None
    aside: bool
    own: tuple[Row, ...]
    merges: tuple[Row, ...]
    line: tuple[Row, ...]
    changes: dict[str, Changes]
    net: Paths
    later: int
    timely: int
    carried: tuple[tuple[int, Row], ...]

    def paths(self, row: Row) -> Paths:
        """What a commit, of the branch or of the line, changed."""
        return self.changes[row.commit].paths

    def files(self, row: Row) -> frozenset[str]:
        """The names of what a commit changed."""
        return self.look.files(row.commit, self.paths(row))

    def makes(self, before: str, after: str) -> bool:
        """Whether merging the head into one commit makes the tree of another, which is another tree.

        Where the target lacks the commit that the branch began at: also if only what it changed since is merged.
        """
        look, now, wanted = self.look, self.look.tree(before), self.look.tree(after)
        if now == wanted:
            return False
        if look.merged(before, self.head) == wanted:
            return True
        return self.aside and look.three_way(look.tree(self.base), now, look.tree(self.head)) == wanted

    def is_anothers(self, row: Row) -> bool:
        """Whether a commit of the line is other tickets' work."""
        return is_anothers(self.look, row, self.claim.ticket)

    def came_first(self, at: int, own: Row) -> bool:
        """Whether the branch took its commit from the line, which had it with that place, and not the other way round.

        Where no message says so only clocks tell: such as make sense up to there, and a trailer counts for more; so
        does what tells that the committer's clock is ahead of the target's.
        """
        return self._took(own) or (self._seems_first(at, own) and not _is_copy(self.line[at], own))

    def came_first_perhaps(self, at: int, own: Row) -> bool:
        """Whether only the clocks of two people, which may differ, say that the line had the commit first."""
        row = self.line[at]
        if self._took(own) or not self._seems_first(at, own) or own.at - row.at > _CLOCKS:
            return False
        return row.signed != own.signed or row.at < _authored(row)

    def _took(self, own: Row) -> bool:
        """Whether the branch's commit says that it was picked from the line."""
        sources = picked_from(own.message)
        return bool(sources) and any(one.commit in sources for one in self.line)

    def _seems_first(self, at: int, own: Row) -> bool:
        row = self.line[at]
        return at < self.timely and row.at < own.at and not names(row.message, self.claim.ticket)

    def all_came_first(self, at: int) -> bool:
        """Whether the line had that commit before the branch had any of its own."""
        return all(self.came_first(at, own) for own in self.own if self.paths(own))

    def is_several(self, at: int) -> bool:
        """Whether the branch has several commits of which only clocks say that the line had that one first.

        Nobody makes one commit of the target's into several, but a squash makes several into one.
        """
        own = [own for own in self.own if self.paths(own)]
        return len(own) > 1 and all(self.came_first_perhaps(at, each) for each in own)


def field_of(look: Look, claim: Claim, head: str, base: str | None, tip: str, since: str | None) -> Field:
    """Gather what the comparisons need; `tip` does not stand on `head`, and `base` is here."""
    line = look.line_above(tip, head)
    shared = line[0].before if line and line[0].before is not None else merge_base(look.repository, head, tip)
    times = [row.at for row in (*rows_of(look.repository, [shared] if shared else []), *line)]
    # What began on another branch has not that one's commits for its own, in whatever form they came to the target.
    aside = base is not None and look.stands_on(head, base) and not look.stands_on(tip, base)
    began = base if aside else shared
    rows = own_rows(look, head, [tip] if base is None else [tip, base])
    own = [row for row in rows if len(row.parents) < 2]
    # To tell a rename git reads the files: in a partial clone it would fetch them.
    renames = not is_partial(look.repository)
    places = [at for at, row in enumerate(line, 1) if row.commit == since]
    changes = look.changes(line, renames=renames) | look.changes(own)
    return Field(
        look,
        claim,
        head,
        began,
        aside,
        tuple(own),
        tuple(row for row in rows if len(row.parents) > 1),
        tuple(line),
        changes,
        changes_between(look.repository, look.tree(began), look.tree(head)).paths,
        len(line) - max(places, default=0),
        _in_order(times) - (len(times) - len(line)),
        tuple((at, row) for at, row in enumerate(line) if row.parents and changes[row.commit].paths),
    )


def _is_copy(row: Row, own: Row) -> bool:
    """Whether a commit that seems older is a copy of the branch's all the same, made by a clock that is behind.

    A pick keeps the author's time: who committed it before that has not written it. A squash keeps the subject.
    """
    if own.at - row.at > _CLOCKS:
        return False
    if row.signed == own.signed:
        return row.at < _authored(row) == own.at
    return bare_line(own.signed[2]) in map(bare_line, row.message.splitlines())


def _authored(row: Row) -> int:
    return int(row.signed[1] or 0)


def _in_order(times: list[int]) -> int:
    """How many of them, from the first, never go back."""
    return next((at for at, (one, other) in enumerate(pairwise(times), 1) if other < one), len(times))
