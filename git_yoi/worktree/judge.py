"""The one decision on what may be cleaned up, pure: the same for a dry run, for `complete` and for pruning.

A question that could not be answered is a fact of its own (`unknown`), and keeps everything: lost work cannot be asked
for again, a forgotten directory can.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from git_yoi.domain.ids import short_id


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found about a ticket's branch and the worktree that has it checked out.

    `worktree`: git knows one; `missing`: its directory is gone; `staged`: git's index of it is not its commit's
    then. `ignored` files never keep a worktree, for they go to the trash with it. `operation` names a rebase, merge,
    bisect, ... that is not finished. `mounted` is a place in the worktree where something is mounted. `unmerged`: the
    branch has commits that the target lacks. `open` is the state of a ticket that is not finished: its branch may have
    no commit yet, and is not merged for that. `foreign` is the ticket that the branch is of by now, `unowned`: nothing
    tells that it is this one's. `strayed`: the worktree is the ticket's, but has this checked out instead of the
    branch, empty for a detached HEAD; `missing` without `worktree`: git has forgotten it too. `unknown` says what
    could not be found out.
    """

    worktree: bool = False
    missing: bool = False
    staged: bool = False
    main: bool = False
    strayed: str | None = None
    current: bool = False
    in_use: tuple[int, ...] = ()
    locked: str | None = None
    dirty: bool = False
    untracked: bool = False
    ignored: bool = False
    hidden: bool = False
    operation: str | None = None
    submodules: bool = False
    nested: bool = False
    mounted: Path | None = None
    private_refs: bool = False
    branch: bool = False
    protected: bool = False
    elsewhere: bool = False
    ambiguous: bool = False
    immovable: bool = False
    unmerged: bool = False
    open: str | None = None
    foreign: str | None = None
    unowned: bool = False
    other_device: bool = False
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is kept: a word for programs, and a sentence for people."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether the worktree and the branch may go; `reasons` are those for whatever stays."""

    remove_worktree: bool
    remove_branch: bool
    reasons: tuple[Reason, ...] = ()


def judge(facts: Facts, *, keep_worktree: bool = False, keep_branch: bool = False) -> Judgement:
    """Decide; with `keep_worktree` or `keep_branch` somebody asked for it to stay."""
    both, worktree, branch = _for_both(facts), _for_worktree(facts), _for_branch(facts)
    if keep_worktree:
        worktree.append(Reason("asked", "the worktree stays as asked"))
    if keep_branch:
        branch.append(Reason("asked", "the branch stays as asked"))
    remove_worktree = facts.worktree and not both and not worktree
    if facts.worktree and not remove_worktree and facts.branch:
        branch.append(Reason("checked-out", "the branch stays while its worktree does"))
    remove_branch = facts.branch and not both and not branch
    reasons = both if facts.worktree or facts.branch else []
    reasons = reasons + (worktree if facts.worktree else []) + (branch if facts.branch else [])
    if facts.missing and reasons:
        reasons.append(Reason("missing", "the directory of the worktree is gone"))
    return Judgement(remove_worktree, remove_branch, tuple(reasons))


def _for_both(facts: Facts) -> list[Reason]:
    found = [Reason("unknown", text) for text in facts.unknown]
    if facts.open:
        found.append(Reason("open", f"the ticket is {facts.open}"))
    if facts.foreign is not None:
        found.append(Reason("foreign", f"the branch is ticket {short_id(facts.foreign)}'s"))
    if facts.unowned:
        found.append(Reason("unowned", "nothing here tells that the branch is this ticket's"))
    if facts.protected:
        found.append(Reason("protected", "the branch is one that work is merged to"))
    if facts.unmerged:
        found.append(Reason("unmerged", "the branch has commits that the target lacks"))
    return found


def _for_worktree(facts: Facts) -> list[Reason]:
    found = []
    if facts.strayed is not None:
        what = f"branch {facts.strayed}" if facts.strayed else "a detached HEAD"
        found.append(
            Reason("strayed" if facts.strayed else "detached", f"the worktree has {what} instead of the branch")
        )
    if facts.ambiguous:
        found.append(Reason("ambiguous", "the branch is in several worktrees: which is the ticket's cannot be told"))
    if facts.main:
        found.append(Reason("main", "it is checked out in the main worktree"))
    if facts.locked is not None:
        found.append(Reason("locked", "the worktree is locked" + (f": {facts.locked}" if facts.locked else "")))
    if facts.current:
        found.append(Reason("current", "the current directory is inside the worktree"))
    if facts.in_use:
        found.append(Reason("in-use", f"process {', '.join(str(pid) for pid in facts.in_use[:3])} works in it"))
    if facts.operation:
        found.append(Reason("operation", f"a {facts.operation} is going on in it"))
    found += [Reason(code, text) for code, text, holds in _contents(facts) if holds]
    if facts.mounted is not None:
        found.append(Reason("mounted", f"something is mounted inside the worktree: {facts.mounted}"))
    if facts.immovable:
        found.append(Reason("immovable", "the worktree, or the folder that it lies in, cannot be written"))
    if facts.other_device:
        found.append(Reason("other-device", "the worktree is on another file system than the trash"))
    return found


def _contents(facts: Facts) -> tuple[tuple[str, str, bool], ...]:
    return (
        ("dirty", "the worktree has changes that are not committed", facts.dirty),
        ("staged", "git has staged changes of the worktree, which may have been moved elsewhere", facts.staged),
        ("untracked", "the worktree has files that git does not track", facts.untracked),
        ("hidden", "the worktree has files whose changes git was told to overlook", facts.hidden),
        ("submodules", "the worktree has submodules with repositories of their own", facts.submodules),
        ("nested", "another repository lies inside the worktree", facts.nested),
        ("private-refs", "the worktree has refs of its own", facts.private_refs),
    )


def _for_branch(facts: Facts) -> list[Reason]:
    return [Reason("elsewhere", "the branch is in use in another worktree")] if facts.elsewhere else []
