"""What is asked of a branch, and what git shows for an answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Claim:
    """What is known of a branch: its ticket, and a `head` that is here; all else may be missing here.

    `base` is where the branch began. `known` are commits that the thread names as this ticket's work, `reflog` those
    that this clone saw made on the branch: either tells the ticket's own commits from what an update brought.
    `watched`: it saw every one that was made there.
    """

    ticket: str
    head: str
    base: str | None = None
    known: frozenset[str] = frozenset()
    reflog: frozenset[str] = frozenset()
    watched: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """That the work is on the target.

    `commit`: the first-parent commit of the target with which it was complete there; `commits`: all of the target's
    that carry it, oldest first. `base`: what branch and target shared before (None: nothing, or it is not known).
    `strategy`: merge, ff, squash, rebase, cherry-pick. `method` and `strength`: by ancestry, certain; by one tree that
    shows the whole, strong; by picks, each commit shown by itself, fair.
    """

    commit: str
    head: str
    base: str | None
    strategy: str
    method: str
    strength: str
    commits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotShown:
    """That nothing shows the work on the target; `near` is the target's commit that came nearest.

    `code`: nothing-own, foreign, ambiguous, discarded, partly, conflict, not-there.
    """

    code: str
    reason: str
    near: str | None = None


@dataclass(frozen=True, slots=True)
class Undone:
    """That the work was undone on the target, by which of its commits, and not brought back."""

    by: tuple[str, ...]
    said: str


def by_ancestry(commit: str, head: str, base: str | None, strategy: str, commits: tuple[str, ...]) -> Evidence:
    """The head itself is in the target's history."""
    return Evidence(commit, head, base, strategy, "ancestry", "certain", commits)


def by_tree(head: str, base: str | None, strategy: str, commits: tuple[str, ...]) -> Evidence:
    """One tree of the target's is what merging the head gives."""
    return Evidence(commits[-1], head, base, strategy, "tree", "strong", commits)


def by_picks(head: str, base: str | None, strategy: str, commits: tuple[str, ...]) -> Evidence:
    """Each commit was found by itself."""
    return Evidence(commits[-1], head, base, strategy, "picks", "fair", commits)
