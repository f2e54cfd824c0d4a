"""What looks like a merge and is none: each must be told apart, with the reason that a notice would give."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest

from tests.conftest import EPOCH
from tests.merge.evidence.scene import OTHER, TICKET, Scene, begun, merged, picked, squashed, worked

MARK = f"\n\nTicket: {TICKET}"
MISSES: dict[str, tuple[str, Callable[[Path], Scene]]] = {}


def miss(code: str) -> Callable[[Callable[[Path], Scene]], Callable[[Path], Scene]]:
    """Put a case into the table: it makes a repository of which `find_merge` must answer `code`."""

    def add(make: Callable[[Path], Scene]) -> Callable[[Path], Scene]:
        MISSES[make.__name__] = (code, make)
        return make

    return add


@pytest.mark.parametrize("later", [0, 50])
@pytest.mark.parametrize("name", MISSES)
def test_a_near_miss_is_not_shown(tmp_path: Path, name: str, later: int) -> None:
    code, make = MISSES[name]
    scene = make(tmp_path / "r")
    if later:
        scene.git("checkout", "-q", "main")
        scene.later(later)
    assert scene.refused() == code


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


@miss("partly")
def one_of_three_picked(path: Path) -> Scene:
    scene = worked(path, trailer=True)
    scene.git("cherry-pick", "-x", "work~2")
    return scene


@miss("partly")
def two_of_three_picked(path: Path) -> Scene:
    scene = worked(path)
    scene.git("cherry-pick", "work~2", "work")
    return scene


@miss("partly")
def a_rebase_that_left_the_last_one_out(path: Path) -> Scene:
    scene = worked(path, trailer=True)
    scene.git("cherry-pick", "work~2", "work~1")
    return scene


@miss("partly")
def a_squash_with_a_file_left_out_is_a_part(path: Path) -> Scene:
    """The one file is just what one of the commits adds."""
    scene = worked(path)
    scene.git("checkout", "work", "--", "extra")
    scene.git("commit", "-q", "-m", f"All of it{MARK}")
    return scene


@miss("not-there")
def a_squash_with_a_file_left_out(path: Path) -> Scene:
    scene = begun(path)
    scene.git("checkout", "-q", "work")
    scene.write("All", extra="extra\n", more="more\n")
    scene.git("checkout", "-q", "main")
    scene.git("checkout", "work", "--", "extra")
    scene.git("commit", "-q", "-m", f"All{MARK}")
    return scene


@miss("not-there")
def a_squash_with_a_line_left_out(path: Path) -> Scene:
    scene = begun(path)
    scene.git("checkout", "-q", "work")
    scene.edit("x", 20, "x")
    scene.edit("y", 21, "y")
    scene.git("reset", "-q", "--soft", "work~2")
    scene.git("commit", "-q", "-m", "Both")
    scene.git("checkout", "-q", "main")
    scene.edit(f"Both{MARK}", 20, "x")
    return scene


@miss("not-there")
def a_squash_with_something_added(path: Path) -> Scene:
    scene = worked(path)
    scene.git("merge", "-q", "--squash", "work")
    scene.write(f"All of it{MARK}", added="more\n")
    return scene


@miss("not-there")
def a_squash_with_a_line_added(path: Path) -> Scene:
    scene = worked(path)
    scene.git("merge", "-q", "--squash", "work")
    scene.edit(f"All of it{MARK}", 50, "more")
    return scene


@miss("not-there")
def a_squash_onto_another_branch(path: Path) -> Scene:
    scene = worked(path)
    scene.git("checkout", "-q", "-b", "develop")
    squashed(scene)
    scene.git("checkout", "-q", "main")
    return scene


@miss("not-there")
def a_merge_onto_another_branch(path: Path) -> Scene:
    scene = worked(path)
    scene.git("checkout", "-q", "-b", "develop")
    merged(scene)
    scene.git("checkout", "-q", "main")
    return scene


@miss("not-there")
def the_same_fix_by_another_ticket(path: Path) -> Scene:
    scene = worked(path)
    scene.git("merge", "-q", "--squash", "work")
    scene.git("commit", "-q", "-m", f"The same\n\nTicket: {OTHER}")
    return scene


@miss("not-there")
def the_same_fix_merged_from_another_tickets_branch(path: Path) -> Scene:
    scene = worked(path)
    scene.git("checkout", "-q", "-b", "theirs", "main")
    scene.git("merge", "-q", "--squash", "work")
    scene.git("commit", "-q", "-m", f"The same\n\nTicket: {OTHER}")
    scene.git("checkout", "-q", "main")
    scene.git("merge", "-q", "--no-ff", "-m", "Merge theirs", "theirs")
    return scene


@miss("not-there")
def every_commit_picked_for_another_ticket(path: Path) -> Scene:
    scene = worked(path)
    for back in (2, 1, 0):
        scene.git("cherry-pick", f"work~{back}")
        scene.git("commit", "-q", "--amend", "-m", f"Another's {back}\n\nTicket: {OTHER}")
    return scene


@miss("foreign")
def a_branchs_name_used_for_another_ticket(path: Path) -> Scene:
    scene = begun(path)
    scene.git("checkout", "-q", "work")
    scene.edit(f"Another's\n\nTicket: {OTHER}", 20, "x")
    scene.git("checkout", "-q", "main")
    scene.git("merge", "-q", "--no-ff", "-m", "Merge work", "work")
    return scene


@miss("not-there")
def one_commit_more_after_the_merge(path: Path) -> Scene:
    scene = worked(path)
    merged(scene)
    more(scene)
    return scene


@miss("partly")
def one_commit_more_after_the_picks(path: Path) -> Scene:
    scene = worked(path)
    picked(scene)
    more(scene)
    return scene


@miss("not-there")
def one_commit_more_after_the_squash(path: Path) -> Scene:
    scene = worked(path)
    squashed(scene)
    more(scene)
    return scene


@miss("not-there")
def one_commit_more_on_top_of_an_update_after_the_squash(path: Path) -> Scene:
    scene = worked(path)
    squashed(scene)
    scene.git("checkout", "-q", "work")
    scene.git("merge", "-q", "-m", "Update", "main")
    more(scene)
    return scene


@miss("not-there")
def the_same_patch_in_another_file(path: Path) -> Scene:
    scene = begun(path)
    (scene.repo.path / "twin").write_text((scene.repo.path / "code").read_text())
    scene.write("Twin")
    scene.git("branch", "-f", "work", "main")
    scene = replace(scene, base=scene.at("main"))
    scene.git("checkout", "-q", "work")
    scene.edit("Change it", 20, "x")
    scene.git("checkout", "-q", "main")
    scene.write("Change it", twin=scene.git("show", "work:code") + "\n")
    return scene


@miss("not-there")
def the_mode_alone(path: Path) -> Scene:
    scene = begun(path)
    scene.git("checkout", "-q", "work")
    scene.edit("Do", 20, "x")
    scene.git("checkout", "-q", "main")
    scene.git("update-index", "--chmod=+x", "code")
    scene.git("commit", "-q", "-m", f"Do{MARK}")
    scene.git("reset", "-q", "--hard")
    return scene


@miss("not-there")
def a_target_that_was_rewritten_without_it(path: Path) -> Scene:
    scene = worked(path)
    merged(scene)
    scene.git("reset", "-q", "--hard", "main~1")
    scene.edit("Instead", 1, "one")
    return scene


@miss("discarded")
def a_merge_that_took_nothing(path: Path) -> Scene:
    scene = worked(path)
    scene.git("merge", "-q", "-s", "ours", "-m", "Merge work", "work")
    return scene


@miss("partly")
def every_commit_but_not_the_merges_own_change(path: Path) -> Scene:
    scene = worked(path)
    scene.git("checkout", "-q", "work")
    scene.git("merge", "-q", "--no-commit", "main")
    scene.write("Merge main, and more", hidden="hidden\n")
    scene.git("checkout", "-q", "main")
    for back in (2, 1, 0):
        scene.git("cherry-pick", f"work^1~{back}")
    return scene


def more(scene: Scene) -> None:
    scene.git("checkout", "-q", "work")
    scene.write("One more", onemore="x\n")
    scene.git("checkout", "-q", "main")
