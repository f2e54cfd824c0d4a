"""What the target has of its own since the branch left it, where the branch's commits themselves did not reach it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from git_yoi.git.branches import merge_base
from git_yoi.git.first_parents import Changes, Row, changes_between, changes_of, line_above
from git_yoi.merge.evidence.look import Look, Paths
from git_yoi.merge.evidence.model import Claim
from git_yoi.merge.evidence.own import is_anothers, own_rows


@dataclass(frozen=True, slots=True)
class Field:
    """A head, its own commits (merges apart), and the target's `line` above what both share, `base`.

    `later`: how many of the line come after what was looked at before.
    """

    look: Look
    claim: Claim
    head: str
    base: str | None
    own: tuple[Row, ...]
    merges: tuple[Row, ...]
    line: tuple[Row, ...]
    changes: dict[str, Changes]
    net: Paths
    later: int

    def paths(self, row: Row) -> Paths:
        """What a commit, of the branch or of the line, changed."""
        return self.changes[row.commit].paths

    def carried(self) -> Iterator[tuple[int, Row]]:
        """The line's commits that can carry something, each with its place."""
        return ((at, row) for at, row in enumerate(self.line) if row.parents and self.paths(row))

    def is_anothers(self, row: Row) -> bool:
        """Whether a commit of the line is other tickets' work."""
        return is_anothers(self.look, row, self.claim.ticket)


def field_of(look: Look, claim: Claim, head: str, base: str | None, tip: str, since: str | None) -> Field:
    """Gather what the comparisons need; `tip` does not stand on `head`, and `base` is here."""
    line = line_above(look.repository, tip, head)
    shared = line[0].before if line and line[0].before is not None else merge_base(look.repository, head, tip)
    rows = own_rows(look, head, [tip] if base is None else [tip, base])
    own = [row for row in rows if len(row.parents) < 2]
    partial = b"extensions.partialclone" in look.repository.configuration
    # To tell a rename git reads the files: in a partial clone it would fetch them.
    changes = changes_of(look.repository, line, renames=not partial) | changes_of(look.repository, own)
    net = changes_between(look.repository, look.tree(shared), look.tree(head)).paths
    places = [at for at, row in enumerate(line, 1) if row.commit == since]
    return Field(
        look,
        claim,
        head,
        shared,
        tuple(own),
        tuple(row for row in rows if len(row.parents) > 1),
        tuple(line),
        changes,
        net,
        len(line) - max(places, default=0),
    )
