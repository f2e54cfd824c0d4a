"""`git yoi worktree rescue`: what was removed in the last 14 days, and bringing a branch of it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from git_yoi.errors import YoiError
from git_yoi.git.refs import HEADS, RefChange, RefMovedError, branch_ref, move_refs, read_refs
from git_yoi.worktree.branch_settings import restore_settings
from git_yoi.worktree.expiry import Discarded, Rescued, discarded, rescued, rescued_reflogs
from git_yoi.worktree.names import clash
from git_yoi.worktree.trash import WORKTREE

if TYPE_CHECKING:
    from git_yoi.actions.session import Session


# As git has it, no shorter beginning of a commit's id is one.
_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Kept:
    """A removed branch, and where its directory lies in the trash (None: it had none, or that is gone).

    An empty `branch`: a commit that only the reflog of what was removed led to; an empty `head` besides: a directory
    that was removed without its branch.
    """

    key: str
    ticket: str
    branch: str
    head: str
    at: int
    directory: str | None


def list_rescued(session: Session) -> tuple[Kept, ...]:
    """Everything that can be brought back, the newest first."""
    branches = rescued(session.repository)
    folders = [one for one in discarded(session.repository) if (one.folder / WORKTREE).is_dir()]
    placed = _placed(branches, folders)
    found = [Kept(*one, None) for one in rescued_reflogs(session.repository)]
    for branch in branches:
        folder = placed.get(branch)
        found.append(Kept(*branch, str(folder.folder / WORKTREE) if folder is not None else None))
    alone = [one for one in folders if one not in placed.values()]
    found += [Kept(one.key, one.ticket, "", "", one.at, str(one.folder / WORKTREE)) for one in alone]
    return tuple(sorted(found, key=lambda one: (-one.at, one.key, not one.branch, one.branch, one.head)))


def _placed(branches: Sequence[Rescued], folders: Sequence[Discarded]) -> dict[Rescued, Discarded]:
    """The folder of each branch: of the same removal, else the ticket's latest before it that no other branch has.

    They differ where the branch went later than the worktree: a kill came between, or it was in use elsewhere.
    """
    by_key = {one.key: one for one in folders}
    found = {branch: by_key[branch.key] for branch in branches if branch.key in by_key}
    for folder in folders:
        if folder not in found.values():
            later = (b for b in branches if b.ticket == folder.ticket and b.at >= folder.at)
            if (branch := next(later, None)) is not None and branch.key not in by_key:
                found[branch] = folder
    return found


def rescue(session: Session, given: str, *, branch: str | None = None) -> Kept:
    """Make a removed branch again, where it was; `given` is a key, a ticket (or prefix), a branch, or a commit.

    Its settings come back with it. YoiError `not-found`, `ambiguous`, `exists` where a branch of that name is here;
    `branch` gives it another one, and a commit that only a reflog led to has none of its own (`usage`).
    """
    found = _named(list_rescued(session), given)
    name = branch if branch is not None else found.branch
    if not name:
        raise YoiError(
            "usage", f"{found.head[:12]} was on no branch any more", hint="give it a branch with --branch NAME"
        )
    _require_free(session, name)
    try:
        move_refs(session.repository, [RefChange(branch_ref(name), None, found.head)], message=f"yoi: rescue {name}")
    except RefMovedError as error:
        raise _taken(name) from error
    if found.branch:
        restore_settings(session.repository, session.repository.private / "trash" / found.key, found.branch, name)
    return Kept(found.key, found.ticket, name, found.head, found.at, found.directory)


def _named(kept: Sequence[Kept], given: str) -> Kept:
    branches = [one for one in kept if one.branch]
    found = (
        [one for one in branches if given in (one.key, one.branch, one.ticket)]
        or [one for one in branches if given and given in (one.key[: len(given)], one.ticket[: len(given)])]
        or [one for one in branches if len(given) >= _SHORTEST and one.head.startswith(given)]
        or [one for one in kept if len(given) >= _SHORTEST and one.head.startswith(given)]
    )
    if not found:
        raise _nothing(kept, given)
    if len({(one.branch, one.head) for one in found}) > 1:
        raise YoiError(
            "ambiguous",
            f"{given} names {len(found)} removed branches",
            cause=", ".join(one.key for one in found[:5]),
            hint="give the key of one",
            data=[one.key for one in found],
        )
    return found[0]


def _nothing(kept: Sequence[Kept], given: str) -> YoiError:
    alone = next((one for one in kept if not one.head and given in (one.key, one.ticket)), None)
    if alone is None:
        return YoiError("not-found", f"nothing was removed by the name {given[:70]}", hint="git yoi worktree rescue")
    return YoiError(
        "not-found",
        f"no branch was removed with {alone.key}",
        cause=f"its directory lies in {alone.directory}",
        hint="move what you need of it back from there",
    )


def _require_free(session: Session, name: str) -> None:
    from git_yoi.git.branches import is_valid_branch_name

    if not is_valid_branch_name(session.repository, name):
        raise YoiError("usage", f"{name!r} is no name for a branch", hint="give another one with --branch")
    here = (ref.removeprefix(HEADS) for ref in read_refs(session.repository, HEADS))
    if (other := clash(name, here)) is not None:
        raise _taken(other)


def _taken(name: str) -> YoiError:
    return YoiError("exists", f"branch {name} is here already", hint="give it another name with --branch NAME")
