"""Branches of which nothing was taken over, though they are where the target is, or have what it has."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from tests.conftest import EPOCH
from tests.merge.evidence.misses import MARK, miss
from tests.merge.evidence.scene import OTHER, Scene, begun, worked


@miss("nothing-own")
def just_started(path: Path) -> Scene:
    scene = begun(path)
    scene.edit("Main goes on", 1, "one")
    return scene


@miss("nothing-own")
def just_started_where_main_stood_still(path: Path) -> Scene:
    return begun(path)


@miss("nothing-own")
def started_and_reset_to_before(path: Path) -> Scene:
    scene = begun(path)
    scene.git("branch", "-f", "work", "main~1")
    return scene


@miss("ambiguous")
def brought_up_to_date_by_a_fast_forward(path: Path) -> Scene:
    scene = begun(path)
    scene.edit("Main goes on", 1, "one")
    scene.git("branch", "-f", "work", "main")
    return scene


@miss("foreign")
def brought_up_to_date_with_another_tickets_work(path: Path) -> Scene:
    scene = begun(path)
    scene.edit(f"Another's\n\nTicket: {OTHER}", 1, "one")
    scene.git("branch", "-f", "work", "main")
    return scene


@miss("nothing-own")
def brought_up_to_date_by_a_merge_commit(path: Path) -> Scene:
    scene = begun(path)
    scene.edit("Main goes on", 1, "one")
    scene.git("checkout", "-q", "work")
    scene.git("merge", "-q", "--no-ff", "-m", "Update", "main")
    scene.git("checkout", "-q", "main")
    return scene


@miss("ambiguous")
def brought_up_to_date_from_what_became_the_second_parent(path: Path) -> Scene:
    """Somebody's `git pull` on the target: its own line is the second parent from then on."""
    scene = begun(path)
    started = scene.edit("Main goes on", 1, "one")
    scene.edit("And on", 2, "two")
    scene.git("branch", "-f", "work", "main")
    scene.git("checkout", "-q", "-b", "elsewhere", scene.base)
    scene.write("Elsewhere", elsewhere="x\n")
    scene.git("merge", "-q", "-m", "Merge branch 'main'", "main")
    scene.git("branch", "-f", "main", "elsewhere")
    scene.git("checkout", "-q", "main")
    return replace(scene, base=started)


@miss("nothing-own")
def only_empty_commits(path: Path) -> Scene:
    scene = begun(path)
    scene.git("checkout", "-q", "work")
    scene.write("Nothing")
    scene.git("checkout", "-q", "main")
    scene.edit("Main goes on", 1, "one")
    return scene


@miss("nothing-own")
def a_net_change_of_nothing(path: Path) -> Scene:
    scene = begun(path)
    scene.git("checkout", "-q", "work")
    scene.edit("Do", 20, "x")
    scene.git("revert", "--no-edit", "HEAD")
    scene.git("checkout", "-q", "main")
    scene.edit("Main goes on", 1, "one")
    return scene


@miss("nothing-own")
def only_picks_from_the_target(path: Path) -> Scene:
    scene = begun(path)
    scene.edit("A fix", 1, "one")
    scene.edit("And another", 2, "two")
    scene.git("checkout", "-q", "work")
    scene.git("cherry-pick", "-x", "main~1", "main")
    scene.git("checkout", "-q", "main")
    return scene


@miss("nothing-own")
def only_a_later_pick_from_the_target(path: Path) -> Scene:
    scene = begun(path)
    scene.edit("A fix", 1, "one")
    scene.git("checkout", "-q", "work")
    with patch.dict(os.environ, {"GIT_COMMITTER_DATE": f"{EPOCH + 60} +0000"}):
        scene.git("cherry-pick", "main")
    scene.git("checkout", "-q", "main")
    return scene


@miss("not-there")
def only_a_later_copy_of_the_target(path: Path) -> Scene:
    scene = begun(path)
    scene.edit("A fix", 1, "one")
    scene.edit("And another", 2, "two")
    scene.git("checkout", "-q", "work")
    scene.git("merge", "-q", "--squash", "main")
    with patch.dict(os.environ, {"GIT_COMMITTER_DATE": f"{EPOCH + 60} +0000"}):
        scene.git("commit", "-q", "-m", "Up to date")
    scene.git("checkout", "-q", "main")
    return scene


def by_a_clock_ahead(scene: Scene, message: str, seconds: int, **files: str) -> None:
    with patch.dict(os.environ, dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), f"{EPOCH + seconds} +0000")):
        scene.write(message, **files)


@miss("ambiguous")
def a_change_of_the_target_copied_by_hand(path: Path) -> Scene:
    scene = begun(path)
    scene.write("A fix", extra="fixed\n")
    scene.git("checkout", "-q", "work")
    by_a_clock_ahead(scene, "The same here", 60, extra="fixed\n")
    scene.git("checkout", "-q", "main")
    return scene


@miss("nothing-own")
def a_change_of_the_target_made_again_days_later(path: Path) -> Scene:
    scene = begun(path)
    scene.write("A fix", extra="fixed\n")
    scene.git("checkout", "-q", "work")
    by_a_clock_ahead(scene, "A fix", 2 * 86400, extra="fixed\n")
    scene.git("checkout", "-q", "main")
    return scene


@miss("nothing-own")
def only_a_pick_of_what_came_to_the_target_by_a_clock_behind(path: Path) -> Scene:
    """Its author's time is after it was committed there, but not after it was picked from there."""
    scene = begun(path)
    with patch.dict(os.environ, {"GIT_AUTHOR_DATE": f"{EPOCH + 600} +0000"}):
        scene.write("A fix", extra="fixed\n")
    scene.git("checkout", "-q", "work")
    with patch.dict(os.environ, {"GIT_COMMITTER_DATE": f"{EPOCH + 86400 * 2} +0000"}):
        scene.git("cherry-pick", "main")
    scene.git("checkout", "-q", "main")
    return scene


@miss("partly")
def a_pick_from_the_target_and_one_of_two(path: Path) -> Scene:
    scene = begun(path)
    scene.edit("A fix", 1, "one")
    scene.git("checkout", "-q", "work")
    scene.git("cherry-pick", "-x", "main")
    scene.edit("Own", 20, "own")
    scene.edit("More", 30, "more")
    scene.git("checkout", "-q", "main")
    scene.git("cherry-pick", "work~1")
    return scene


@miss("not-there")
def never_merged(path: Path) -> Scene:
    return worked(path)


@miss("not-there")
def the_target_is_behind(path: Path) -> Scene:
    scene = begun(path)
    scene.git("checkout", "-q", "work")
    scene.edit("Do", 20, "x")
    scene.git("checkout", "-q", "main")
    return scene


@miss("not-there")
def the_same_title_with_other_content(path: Path) -> Scene:
    scene = begun(path)
    scene.git("checkout", "-q", "work")
    scene.edit("Change twenty", 20, "this way")
    scene.git("checkout", "-q", "main")
    scene.edit("Change twenty", 20, "that way")
    return scene


@miss("conflict")
def a_squash_whose_conflict_was_resolved_by_hand(path: Path) -> Scene:
    scene = worked(path)
    scene.edit("Main's own twenty", 20, "twenty of main")
    scene.edit(f"Change twenty{MARK}", 20, "twenty of main, and changed")
    return scene


@miss("not-there")
def the_trailer_with_other_content_in_the_same_place(path: Path) -> Scene:
    scene = worked(path)
    scene.edit(f"Change twenty{MARK}", 20, "twenty, changed otherwise")
    return scene


@miss("not-there")
def the_trailer_with_other_content_elsewhere(path: Path) -> Scene:
    scene = worked(path)
    scene.write(f"Notes for it{MARK}", notes="x\n")
    return scene
