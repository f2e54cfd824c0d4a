"""The targets that merges are looked for on: where tickets are shared as the shared remote has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from git_yoi.errors import YoiError
from git_yoi.merge.traces import target_tips

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.merge.evidence.look import Look


@dataclass(frozen=True)
class Targets:
    """Every target's commits, each read once; `only`: the one that was asked for. `asked`: the remote answered now."""

    session: Session
    only: str | None
    asked: bool

    @cached_property
    def _seen(self) -> dict[str, tuple[str, ...]]:
        return {}

    @cached_property
    def look(self) -> Look:
        """One look for all tickets: what was read of a target is not read again for each."""
        from git_yoi.merge.evidence.look import look_at

        return look_at(self.session.repository, self.session.objects)

    def tips(self, target: str | None) -> tuple[str, ...]:
        """The commits that say what a target is; none for a target that is not looked at, or is nowhere."""
        if target is None or self.only not in (None, target):
            return ()
        if target not in self._seen:
            self._seen[target] = target_tips(self.session.repository, target, self.session.settings.remote)
        return self._seen[target]

    def is_nowhere(self, target: str) -> bool:
        """Whether neither this clone nor the remote that counts has a target that is looked at."""
        return self.only in (None, target) and not self.tips(target)

    def here_alone(self, target: str) -> str | None:
        """The commit here of a target that the shared remote has otherwise; None where nothing is shared."""
        from git_yoi.git.branches import head_of

        if self.session.settings.remote is None:
            return None
        here = head_of(self.session.repository, target)
        return here if here not in self.tips(target) else None


def look_at_targets(session: Session, only: str | None, *, ask: bool, join: bool) -> Targets:
    """Fetch with `ask` what the shared remote has; with `join` the record is joined with what was fetched.

    The tickets first, the targets after: a merge that lands in between must not look as if it had been taken back.
    YoiError `not-found` for a target that is nowhere; `rewritten`.
    """
    remote = session.settings.remote
    asked = _fetch(session, remote) if ask and remote is not None else False
    if join and remote is not None and not asked:
        from git_yoi.actions.sharing import meet

        # Others may have closed a ticket that a `git fetch` brought the merge of: their word comes first.
        meet(session, remote, fetched=True)
    targets = Targets(session, only, asked)
    if only is not None and not targets.tips(only):
        raise YoiError("not-found", f"there is no branch {only}", hint="git branch --list --all")
    return targets


def _fetch(session: Session, remote: str) -> bool:
    from git_yoi.actions.sharing import meet
    from git_yoi.git.branches import is_valid_branch_name
    from git_yoi.git.network import fetch_branches

    try:
        meet(session, remote)
        names = [name for name in _branches(session) if is_valid_branch_name(session.repository, name)]
        fetch_branches(session.repository, remote, names)
    except YoiError as error:
        if error.code != "remote":
            raise
        session.notice(f"notice: {error.message} ({error.cause}); what was fetched last is looked at")
        return False
    return True


def _branches(session: Session) -> Mapping[str, None]:
    """Every target that a ticket names, and the branch of every ticket that is in progress."""
    rows = session.index().rows(
        "SELECT DISTINCT target FROM tickets WHERE target IS NOT NULL"
        " UNION SELECT DISTINCT branch FROM tickets WHERE state = 'inprogress' AND branch IS NOT NULL"
    )
    own = session.settings.target
    return dict.fromkeys([*([own] if own else []), *(str(row[0]) for row in rows)])
