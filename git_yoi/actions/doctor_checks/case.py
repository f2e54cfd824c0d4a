"""What every check is handed, and what it gives back: observed, expected, the fix, and the fix itself where it is safe.

A check only looks. What `--fix` may do without asking is a function that the ailment carries: it adds, completes, or
takes away what nobody can have any use for; whatever could be somebody's work is left for people to decide on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from git_yoi.config.settings import Settings, read_settings
from git_yoi.errors import YoiError
from git_yoi.git import refs
from git_yoi.git.repository import Repository
from git_yoi.git.worktrees import list_worktrees

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.git.worktrees import Worktree
    from git_yoi.index.view import Index


@dataclass(frozen=True, slots=True)
class Ailment:
    """One finding; `where` is a setting, a ref, a path or a ticket. `mend` does the fix and says what it did."""

    code: str
    where: str
    observed: str
    expected: str
    fix: str
    mend: Callable[[], str] | None = field(default=None, compare=False)

    @property
    def message(self) -> str:
        """Observed and expected, in one line."""
        return f"{self.observed}; expected: {self.expected}"


@dataclass(frozen=True)
class Case:
    """One look at the repository; whatever is expensive is asked once. `offline`: no remote may be asked.

    `python` is the interpreter that runs this program, as the hooks name it.

    The session's role must be one that there is: `session.settings` would raise otherwise.
    """

    session: Session
    python: str
    offline: bool = False

    @property
    def repository(self) -> Repository:
        """The repository."""
        return self.session.repository

    @cached_property
    def settings(self) -> Settings:
        """Git's configuration, whatever role it names."""
        return read_settings(self.repository)

    @cached_property
    def ref(self) -> str | None:
        """The name of the ticket ref; None where `yoi.ref` is no name."""
        try:
            return self.session.ref
        except YoiError:
            return None

    @cached_property
    def refs(self) -> dict[str, str]:
        """Every ref of this program's, by name; the ticket ref is among them wherever it lies."""
        names = [refs.OWN] + ([self.ref] if self.ref is not None else [])
        return refs.read_refs(self.repository, *names)

    @cached_property
    def tip(self) -> str | None:
        """The local ticket ref's commit."""
        return self.refs.get(self.ref) if self.ref is not None else None

    @cached_property
    def heads(self) -> dict[str, str]:
        """Every branch and its commit."""
        found = refs.read_refs(self.repository, refs.HEADS)
        return {name.removeprefix(refs.HEADS): oid for name, oid in found.items()}

    @cached_property
    def worktrees(self) -> list[Worktree]:
        """Every worktree that git lists."""
        return list_worktrees(self.repository)

    @cached_property
    def index(self) -> Index:
        """The tables of all tickets; YoiError `not-initialised`."""
        return self.session.index()

    @cached_property
    def remotes(self) -> list[str]:
        """The configured remotes."""
        from git_yoi.git.branches import remotes

        return remotes(self.repository)

    @property
    def shared_remote(self) -> str | None:
        """The shared remote, where `yoi.remote` names one that there is."""
        return self.settings.remote if self.settings.remote in self.remotes else None

    @property
    def begun(self) -> bool:
        """Whether `init` was run here: a hub that only keeps what others push needs no identity and no target."""
        return self.settings.target is not None


Check: TypeAlias = Callable[[Case], Iterable[Ailment]]
