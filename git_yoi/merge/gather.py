"""Finding out what the judgement of readiness needs, with plain git; no ref, index or file is changed by it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace

from git_yoi.config.policy import Policy
from git_yoi.config.settings import Settings
from git_yoi.domain.relations import Blocker
from git_yoi.domain.reviews import Verdict, verdict
from git_yoi.domain.ticket import Ticket
from git_yoi.errors import YoiError
from git_yoi.git.attributes import attributes_of
from git_yoi.git.branches import head_of, merge_base
from git_yoi.git.commit_range import beyond, missing_commits, writers
from git_yoi.git.follow import obstacles
from git_yoi.git.merging import MergedTree, merge_tree
from git_yoi.git.ref_history import values
from git_yoi.git.refs import branch_ref, read_ref, remote_branch
from git_yoi.git.repository import Repository
from git_yoi.git.worktree_state import branch_wanted, git_dir_of, operation_in
from git_yoi.git.worktrees import Worktree, list_worktrees
from git_yoi.merge.foreign import foreign_commits
from git_yoi.merge.readiness import Place, Readiness
from git_yoi.merge.scratch import scratch_folder
from git_yoi.store.claims import my_claim
from git_yoi.store.lookup import Lookup, blockers_of
from git_yoi.store.snapshot import Snapshot
from git_yoi.worktree.strayed import strayed


@dataclass(frozen=True, slots=True)
class Subject:
    """The ticket in question at one tip of the record, and the rules that it is judged by.

    `remote_tip` is the shared remote's commit of the target, as it was fetched last; `asked`: just now.
    """

    repository: Repository
    settings: Settings
    policy: Policy
    snapshot: Snapshot
    lookup: Lookup
    ticket: Ticket
    target: str
    overridden: bool = False
    remote_tip: str | None = None
    asked: bool = False

    @property
    def shared(self) -> bool:
        """Whether the merge has to land on a remote."""
        return self.settings.remote is not None


@dataclass(frozen=True, slots=True)
class Gathered:
    """The facts; `tree` is the merge's tree where there can be one, `base` what the branch and the target share.

    `worktrees` have the target checked out, `own` the branch. `absent` has the target too, but is locked and not there
    (on a drive that is not connected, say): it cannot follow. `local_tip` is the target's commit here: where tickets
    are shared it may be behind the remote's, on which the merge is built.
    """

    facts: Readiness
    tree: str | None
    base: str | None
    worktrees: tuple[Worktree, ...]
    own: tuple[Worktree, ...]
    absent: tuple[Worktree, ...] = ()
    local_tip: str | None = None


def gather(subject: Subject) -> Gathered:
    """Look at everything that the judgement needs; YoiError only where git itself cannot go on."""
    repository, ticket, target = subject.repository, subject.ticket, subject.target
    listed = [w for w in list_worktrees(repository) if not w.bare]
    worktrees = [w for w in listed if not w.missing and not w.unplaced]
    absent = tuple(w for w in listed if w.missing and w.locked is not None and w.branch == target)
    own = tuple(w for w in worktrees if ticket.branch is not None and w.branch == ticket.branch)
    at_target = tuple(w for w in worktrees if w.branch == target)
    head = head_of(repository, ticket.branch) if ticket.branch is not None else None
    local = head_of(repository, target)
    tip = subject.remote_tip if subject.shared else local
    if tip is None and not subject.asked:
        # Never fetched: nothing says that the remote lacks it, nor that it is elsewhere than here.
        tip = local
    facts = replace(
        _of_record(subject),
        head=head,
        tip=tip,
        ahead=missing_commits(repository, tip, local) if tip is not None and local is not None and tip != local else 0,
        newer=_newer(subject, head, tip) if head is not None else 0,
        detached=_detached(subject, worktrees),
        unplaced=next((w.branch for w in listed if w.unplaced), None),
        operations=tuple(_operations(repository, worktrees, {target, ticket.branch})),
        dirty=tuple(_dirty(repository, own)),
    )
    if head is None or tip is None or ticket.branch == target:
        return Gathered(facts, None, None, at_target, own)
    facts = replace(facts, commits=missing_commits(repository, tip, head))
    if not facts.commits:
        return Gathered(facts, None, tip, at_target, own)
    facts = replace(
        facts,
        verdict=_verdict(subject, head, tip),
        foreign=foreign_commits(repository, subject.snapshot, subject.lookup, ticket, head, tip),
    )
    return replace(_merged(subject, facts, head, tip, at_target, own), absent=absent, local_tip=local)


def _newer(subject: Subject, head: str, tip: str | None) -> int:
    """How many commits of the branch the shared remote has, as it was last fetched, that this clone has not taken.

    What its branch was at before does not count, as after a rebase or an amend that is not pushed yet; nor does what
    the target has by other ways.
    """
    remote, branch = subject.settings.remote, subject.ticket.branch
    if remote is None or branch is None:
        return 0
    there = read_ref(subject.repository, remote_branch(remote, branch))
    if there is None or there == head:
        return 0
    if missing_commits(subject.repository, there, head) == 0:
        return missing_commits(subject.repository, head, there)
    before = values(subject.repository, branch_ref(branch))
    # Without a reflog nobody can tell a rebase from somebody else's work.
    return beyond(subject.repository, there, [head, *before, *([tip] if tip else [])]) if before else 0


def _of_record(subject: Subject) -> Readiness:
    ticket = subject.ticket
    mine = my_claim(subject.repository.private, ticket.id)
    return Readiness(
        ticket=ticket.id,
        state=ticket.state,
        target=subject.target,
        branch=ticket.branch,
        holder=str(ticket.holder) if ticket.holder else "",
        allowed=subject.target in {subject.settings.target, subject.policy.target, *subject.policy.targets},
        superseded=mine is not None and ticket.claim is not None and mine != ticket.claim,
        elsewhere=subject.settings.remote,
        asked=subject.asked,
        blocked=ticket.blocked,
        blockers=_blockers(subject),
        overridden=subject.overridden,
    )


def _blockers(subject: Subject) -> tuple[Blocker, ...]:
    return blockers_of(subject.lookup, subject.ticket.id)


def _detached(subject: Subject, worktrees: list[Worktree]) -> str | None:
    """The ticket's worktree, where no branch is checked out: the commits made there are in no ref."""
    found = strayed(subject.repository, subject.ticket.id, subject.ticket.branch, worktrees)
    return str(found.path) if found is not None and found.branch is None else None


def _verdict(subject: Subject, head: str, tip: str) -> Verdict:
    policy = subject.policy
    authors = writers(subject.repository, tip, head)
    return verdict(subject.ticket.reviews, head, authors, required=policy.approvals, own=policy.own_approval)


def _merged(
    subject: Subject, facts: Readiness, head: str, tip: str, at_target: tuple[Worktree, ...], own: tuple[Worktree, ...]
) -> Gathered:
    repository = subject.repository
    base = merge_base(repository, tip, head)
    if base is None:
        return Gathered(replace(facts, unrelated=True), None, None, at_target, own)
    with attributes_of(repository, tip) as attributes:
        merged: MergedTree = merge_tree(repository, tip, head, attributes)
    if merged.tree is None:
        return Gathered(replace(facts, conflicts=merged.conflicts), None, base, at_target, own)
    folder = scratch_folder(repository)
    found = [(w, obstacles(repository, w.path, w.head or tip, merged.tree, scratch=folder)) for w in at_target]
    in_the_way = tuple(Place(str(w.path), what) for w, what in found if what)
    return Gathered(replace(facts, in_the_way=in_the_way), merged.tree, base, at_target, own)


def require_followable(subject: Subject, gathered: Gathered, tree: str) -> None:
    """YoiError `dirty` where a worktree of the target could not follow to a tree."""
    folder = scratch_folder(subject.repository)
    for worktree in gathered.worktrees:
        if worktree.head is None:
            continue
        if what := obstacles(subject.repository, worktree.path, worktree.head, tree, scratch=folder):
            raise YoiError(
                "dirty",
                f"{subject.target} is checked out in {worktree.path}, where files are in the way",
                cause=", ".join(what[:5]),
                hint="commit them or put them away; changes to other files may stay",
            )


def _operations(repository: Repository, worktrees: list[Worktree], branches: set[str | None]) -> Iterator[Place]:
    """What is going on in a worktree of either branch; a rebase has detached HEAD, and names the branch in a file."""
    for worktree in worktrees:
        git_dir = git_dir_of(repository, worktree)
        kind = operation_in(repository, git_dir) if git_dir is not None else None
        if git_dir is not None and kind is not None:
            about = worktree.branch if worktree.branch is not None else branch_wanted(git_dir)
            if about is not None and {about, branch_wanted(git_dir)} & branches:
                yield Place(str(worktree.path), (kind,))


def _dirty(repository: Repository, own: tuple[Worktree, ...]) -> Iterator[Place]:
    for worktree in own:
        # The user's own settings must not hide anything that would stay behind unmerged.
        done = repository.at(worktree.path).run(
            "-c",
            "core.fsmonitor=false",
            "-c",
            "core.untrackedCache=false",
            "status",
            "--porcelain",
            "-z",
            "--no-renames",
            "--untracked-files=normal",
            "--ignore-submodules=none",
        )
        files = tuple(os.fsdecode(item[3:]) for item in done.out.split(b"\0") if item)
        if files:
            yield Place(str(worktree.path), files)
