"""What of the record cannot be read: corrupt entries, until their ticket's `repair`, and tickets' bad files."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from git_yoi.domain.ids import shard
from git_yoi.index.view import Index

if TYPE_CHECKING:
    from git_yoi.git.repository import Repository

_QUERY = """
SELECT b.id, b.ticket, b.problem, 0 FROM bad_entries b
WHERE (:ticket IS NULL OR b.ticket = :ticket)
  AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.ticket = b.ticket AND e.kind = 'repair' AND e.n > b.n
                  AND e.rejected IS NULL)
UNION ALL
SELECT NULL, f.ticket, f.problem, 1 FROM bad_files f WHERE :ticket IS NULL OR f.ticket = :ticket
"""


class Damage(NamedTuple):
    """A commit that cannot be read, or with `in_file` a ticket whose file cannot: `commit` then last changed it.

    A file's commit is None until `located`; the ticket is None where a commit does not tell it.
    """

    commit: str | None
    ticket: str | None
    problem: str
    in_file: bool

    @property
    def text(self) -> str:
        """One line that names the commit and the ticket."""
        short = (self.commit or "")[:12]
        if not self.in_file:
            return f"entry {short} of ticket {self.ticket or 'unknown'} is corrupt: {self.problem}"
        since = f", last changed by {short}," if short else ""
        return f"the file of ticket {self.ticket}{since} is corrupt: {self.problem}"


def damage(index: Index, ticket_id: str | None = None) -> list[Damage]:
    """What is damaged, of one ticket or of all."""
    return [Damage(*row) for row in index.rows(_QUERY, {"ticket": ticket_id})]


def is_repaired(index: Index, ticket_id: str, commit: str) -> bool:
    """Whether the ticket was repaired after a commit that spoilt it, or the record does not hold that commit."""
    where = (
        "SELECT n FROM entries WHERE id = :id UNION ALL SELECT n FROM joins WHERE id = :id"
        " UNION ALL SELECT n FROM bad_entries WHERE id = :id"
    )
    found = index.rows(where, {"id": commit})
    if not found:
        return True
    query = "SELECT 1 FROM entries WHERE ticket = ? AND kind = 'repair' AND rejected IS NULL AND n > ? LIMIT 1"
    return bool(index.rows(query, (ticket_id, found[0][0])))


def located(repository: Repository, tip: str, found: Damage) -> Damage:
    """The damage with the commit that last changed the bad file, whoever's entry it claims to be."""
    # A shallow clone's boundary seems to change every file.
    if not found.in_file or found.ticket is None or repository.shallow:
        return found
    name = found.ticket
    paths = [name] if "/" in name else [f"tickets/{shard(name)}/{name}.md", f"objectives/{name}.md"]
    options = ("--no-replace-objects", "--literal-pathspecs")
    done = repository.git.run(*options, "rev-list", "-n1", tip, "--", *paths, ok=None)
    return found._replace(commit=done.text or None) if done.code == 0 else found
