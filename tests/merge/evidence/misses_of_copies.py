"""Work of which a part was taken over, or too much, or by others, or elsewhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.merge.evidence.misses import MARK, miss, more
from tests.merge.evidence.scene import OTHER, Scene, begun, merged, picked, squashed, worked


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


@miss("discarded")
def a_merge_that_took_nothing_into_a_branch_that_was_merged(path: Path) -> Scene:
    scene = worked(path)
    scene.git("checkout", "-q", "-b", "develop")
    scene.edit("On develop", 70, "seventy")
    scene.git("merge", "-q", "-s", "ours", "-m", "Merge work", "work")
    scene.git("checkout", "-q", "main")
    scene.git("merge", "-q", "--no-ff", "-m", "Merge develop", "develop")
    return scene


@miss("discarded")
def a_merge_that_took_nothing_and_changed_something_else(path: Path) -> Scene:
    scene = worked(path)
    scene.git("merge", "-q", "-s", "ours", "--no-commit", "work")
    scene.edit("Merge work, but take nothing", 50, "fifty")
    return scene


@miss("discarded")
def brought_up_to_date_after_a_merge_that_took_nothing(path: Path) -> Scene:
    scene = worked(path, trailer=True)
    scene.git("merge", "-q", "-s", "ours", "-m", "Merge work", "work")
    scene.edit("Main goes on", 1, "one")
    scene.git("branch", "-f", "work", "main")
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
