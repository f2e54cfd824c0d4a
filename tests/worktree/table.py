"""The table: each cell with what `complete` and `worktree prune` must do about it, their dry runs the same."""

from __future__ import annotations

from tests.worktree import cells as of
from tests.worktree.cells import Cell

CELLS = (
    Cell(of.nothing, "wb", "wb"),
    Cell(of.ignored_file, "wb", "wb"),
    Cell(of.ignored_tree, "wb", "wb"),
    Cell(of.ignored_oddities, "wb", "wb"),
    Cell(of.dirty, "dirty", "-", ("has changes that are not committed",)),
    Cell(of.staged, "dirty", "-", ("has changes that are not committed",)),
    Cell(of.staged_and_changed_back, "dirty", "-", ("has changes that are not committed",)),
    Cell(of.untracked, "dirty", "-", ("has files that git does not track",)),
    Cell(of.untracked_and_hidden, "dirty", "-", ("has files that git does not track",)),
    Cell(of.intent_to_add, "dirty", "-", ("has changes that are not committed",)),
    Cell(of.removed_file, "dirty", "-", ("has changes that are not committed",)),
    Cell(of.staged_removal, "dirty", "-", ("has changes that are not committed",)),
    Cell(of.mode_change, "dirty", "-", ("has changes that are not committed",)),
    Cell(of.assumed_unchanged, "-", "-", ("has files whose changes git was told to overlook",)),
    Cell(of.skipped, "-", "-", ("has files whose changes git was told to overlook",)),
    Cell(of.conflict, "dirty", "-", ("merge is going on in it",)),
    Cell(of.rebasing, "dirty", "-", ("rebase is going on in it",)),
    Cell(of.bisecting, "dirty", "-", ("bisect is going on in it",)),
    Cell(of.detached_there, "detached", "b"),
    Cell(of.detached_ahead, "detached", "b"),
    Cell(of.other_branch, "-", "b", ("has branch side instead of the branch",)),
    Cell(of.renamed, "not-merged", ""),
    Cell(of.one_more_commit, "stale-approval", "-", ("has commits that the target lacks",)),
    Cell(of.amended, "wb", "wb"),
    Cell(of.stashed, "wb", "wb"),
    Cell(of.upstream, "wb", "wb"),
    Cell(of.locked, "-", "-", ("is locked",)),
    Cell(of.locked_with_reason, "-", "-", ("is locked: on a stick",)),
    Cell(of.gone, "wb", "wb"),
    Cell(
        of.gone_and_locked,
        "-",
        "-",
        (
            "is locked",
            "the directory of the worktree is gone",
        ),
    ),
    Cell(
        of.gone_with_staged_work,
        "-",
        "-",
        (
            "has staged changes of the worktree, which may have been moved elsewhere",
            "the directory of the worktree is gone",
        ),
    ),
    Cell(of.moved_by_hand, "wb", "wb"),
    Cell(
        of.moved_by_hand_with_staged_work,
        "-",
        "-",
        (
            "has staged changes of the worktree, which may have been moved elsewhere",
            "the directory of the worktree is gone",
        ),
    ),
    Cell(of.moved_by_git, "wb", "wb"),
    Cell(of.a_file_in_its_place, "-", "-", ("the worktree's .git does not lead back to this repository",)),
    Cell(of.a_link_in_its_place, "-", "-", ("the worktree's .git does not lead back to this repository",)),
    Cell(
        of.another_repository_in_its_place, "dirty", "-", ("the worktree's .git does not lead back to this repository",)
    ),
    Cell(of.no_git_file, "-", "-", ("the worktree's .git does not lead back to this repository",)),
    Cell(of.torn_git_file, "io", "-", ("the worktree's .git does not lead back to this repository",)),
    Cell(of.stale_git_file, "io", "-", ("the worktree's .git does not lead back to this repository",)),
    Cell(of.git_file_of_another, "dirty", "-", ("the worktree's .git does not lead back to this repository",)),
    Cell(of.checked_out_twice, "w", "-", ("which is the ticket's cannot be told", "is in use in another worktree")),
    Cell(
        of.submodule,
        "dirty",
        "-",
        (
            "has files that git does not track",
            "has submodules with repositories of their own",
            "another repository lies inside the worktree",
        ),
    ),
    Cell(
        of.nested,
        "dirty",
        "-",
        (
            "has files that git does not track",
            "another repository lies inside the worktree",
        ),
    ),
    Cell(of.nested_and_ignored, "-", "-", ("another repository lies inside the worktree",)),
    Cell(of.worktree_inside, "-", "-", ("another repository lies inside the worktree",)),
    Cell(of.ref_of_its_own, "-", "-", ("has refs of its own",)),
    Cell(of.settings_of_its_own, "wb", "wb"),
    Cell(of.sparse, "wb", "wb"),
    Cell(of.read_only_directory, "wb", "wb"),
    Cell(of.note_on_the_head, "wb", "wb"),
    Cell(of.symbolic_branch, "-", "-", ("is another name of a branch",)),
)
