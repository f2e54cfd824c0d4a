"""The evidence that a ticket's merge record stands for: the record names one commit, and a rebase made several."""

from __future__ import annotations

from git_yoi.git.first_parents import line_above
from git_yoi.git.objects import Objects
from git_yoi.git.repository import Repository
from git_yoi.merge.evidence.copied import field_of
from git_yoi.merge.evidence.look import Look, look_at
from git_yoi.merge.evidence.model import Claim, Evidence, by_ancestry, by_tree
from git_yoi.merge.evidence.picks import picked, rebased


def work_commits(
    repository: Repository,
    objects: Objects,
    *,
    commit: str,
    head: str,
    base: str | None,
    strategy: str,
    target_tip: str,
) -> Evidence | None:
    """The evidence with its commits; None where they are not here, or not what `target_tip` stands on."""
    look = look_at(repository, objects)
    if not (look.is_here(commit) and look.stands_on(target_tip, commit)):
        return None
    shared = base if look.is_here(base) else None
    if strategy == "merge":
        return by_ancestry(commit, head, shared, strategy, (commit,))
    if strategy == "squash":
        return by_tree(head, shared, strategy, (commit,))
    if not look.is_here(head):
        return None
    if look.stands_on(commit, head):
        return _forwarded(look, commit, head, shared)
    # Whose they are was settled when it was recorded.
    field = field_of(look, Claim("", head, shared), head, shared, commit, None)
    found = rebased(field) or picked(field)
    return found if isinstance(found, Evidence) and found.commit == commit else None


def _forwarded(look: Look, commit: str, head: str, base: str | None) -> Evidence | None:
    line = line_above(look.repository, commit, base) if base is not None else []
    return by_ancestry(commit, head, base, "ff", tuple(row.commit for row in line)) if line else None
