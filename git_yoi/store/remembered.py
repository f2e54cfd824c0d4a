"""Whether the ticket ref still has what is known to be on the shared remote: what is published is final, here too."""

from __future__ import annotations

from dataclasses import dataclass

from git_yoi.git.ancestry import is_ancestor
from git_yoi.git.objects import MissingObjectError, Objects
from git_yoi.git.process import GitError
from git_yoi.git.raw import MalformedError
from git_yoi.git.repository import Repository
from git_yoi.store.lineage import on_first_parents


@dataclass(frozen=True, slots=True)
class Rewind:
    """A ticket ref (None: it is gone) that lacks the remembered tip; `behind`: it has nothing besides that."""

    tip: str | None
    published: str
    behind: bool

    def text(self, ref: str) -> str:
        """What happened, with both tips."""
        known = f"{self.published[:12]}, which is known to be on the shared remote"
        if self.tip is None:
            return f"{ref} is gone; it had {known}"
        how = "was set back behind" if self.behind else "was rewritten, and lacks"
        return f"{ref} is at {self.tip[:12]}: it {how} {known}"

    @property
    def fix(self) -> str:
        """What to do about it."""
        if self.behind:
            return "git yoi doctor --fix moves it forward again, and so does git yoi sync"
        return "git yoi sync joins what is here with what is on the shared remote"


def went_back(repository: Repository, objects: Objects, tip: str | None, published: str) -> Rewind | None:
    """What happened to the ticket ref at `tip`, None where the remembered tip is on its first-parent chain.

    A history that cannot be walked to its end is told as one that lacks it.
    """
    if tip is None:
        return Rewind(None, published, behind=True)
    if _is_on(objects, published, tip):
        return None
    return Rewind(tip, published, behind=_stands_on(repository, published, tip))


def _stands_on(repository: Repository, published: str, tip: str) -> bool:
    try:
        return is_ancestor(repository.git, tip, published)
    except GitError:
        # What was published is not here any more, so nothing can be said of it.
        return False


def _is_on(objects: Objects, old: str, tip: str) -> bool:
    try:
        return on_first_parents(objects, old, tip)
    except (MissingObjectError, MalformedError):
        return False
