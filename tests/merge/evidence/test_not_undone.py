"""What looks like a revert of the work and is none, or none of all of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.merge.evidence.scene import WAYS, Scene, merged, picked, rebased, squashed, text, worked

MISSES: dict[str, Callable[[Scene], None]] = {}


def miss(make: Callable[[Scene], None]) -> Callable[[Scene], None]:
    """Put a case into the table: after it, `undone` must find nothing."""
    MISSES[make.__name__] = make
    return make


@pytest.mark.parametrize("later", [0, 50])
@pytest.mark.parametrize("name", MISSES)
def test_what_is_no_revert_undoes_nothing(tmp_path: Path, name: str, later: int) -> None:
    scene = worked(tmp_path / "r")
    MISSES[name](scene)
    if later:
        scene.later(later)
    assert scene.undone() is None


@miss
def nothing_happened(scene: Scene) -> None:
    merged(scene)


@miss
def a_lying_message(scene: Scene) -> None:
    (commit,) = squashed(scene)
    scene.edit(f'Revert "All of it"\n\nThis reverts commit {commit}.', 50, "something else")


@miss
def an_empty_commit_that_says_so(scene: Scene) -> None:
    (commit,) = squashed(scene)
    scene.write(f'Revert "All of it"\n\nThis reverts commit {commit}.')


@miss
def a_revert_of_something_else(scene: Scene) -> None:
    merged(scene)
    scene.edit("Another", 40, "another")
    scene.git("revert", "--no-edit", "HEAD")


@miss
def a_revert_of_what_came_before(scene: Scene) -> None:
    merged(scene)
    scene.git("revert", "--no-edit", "HEAD^1")


@miss
def a_part_of_a_squash(scene: Scene) -> None:
    (commit,) = squashed(scene)
    scene.git("revert", "--no-commit", commit)
    scene.git("checkout", commit, "--", "extra")
    scene.git("commit", "-q", "-m", f'Revert "All of it"\n\nThis reverts commit {commit}.')


@miss
def a_part_of_a_squash_with_something_more(scene: Scene) -> None:
    (commit,) = squashed(scene)
    scene.git("revert", "--no-commit", commit)
    scene.git("checkout", commit, "--", "extra")
    scene.write(f'Revert "All of it"\n\nThis reverts commit {commit}.', more="more\n")


@miss
def a_branch_that_reverts_a_part_and_does_something_more(scene: Scene) -> None:
    merged(scene)
    scene.git("checkout", "-q", "-b", "fix")
    scene.git("revert", "--no-edit", "work~1")
    scene.write("And more", more="more\n")
    scene.git("checkout", "-q", "main")
    scene.git("merge", "-q", "--no-ff", "-m", "Merge fix", "fix")


@miss
def a_branch_that_reverts_it_and_takes_that_back(scene: Scene) -> None:
    (commit,) = squashed(scene)
    scene.git("checkout", "-q", "-b", "fix")
    scene.git("revert", "--no-edit", commit)
    scene.git("revert", "--no-edit", "HEAD")
    scene.write("And more", more="more\n")
    scene.git("checkout", "-q", "main")
    scene.git("merge", "-q", "--no-ff", "-m", "Merge fix", "fix")


@miss
def a_revert_with_something_more_that_is_taken_back(scene: Scene) -> None:
    (commit,) = squashed(scene)
    scene.git("revert", "--no-commit", commit)
    scene.write(f'Revert "All of it"\n\nThis reverts commit {commit}.', more="more\n")
    scene.git("revert", "--no-commit", "HEAD")
    scene.write(f"Again\n\nThis reverts commit {scene.at('main')}.", still="more\n")


@miss
def what_was_gone_before_somebody_says_so(scene: Scene) -> None:
    """That the lines are gone is the doing of whoever wrote others there, for a reason that nobody asks."""
    (commit,) = squashed(scene)
    scene.write("Begin again", code=text(l5="meanwhile"), extra=None, new="new\n")
    scene.write(f'Revert "All of it"\n\nThis reverts commit {commit}.', more="more\n")


@miss
def one_commit_of_a_merge(scene: Scene) -> None:
    merged(scene)
    scene.git("revert", "--no-edit", "work~1")


@miss
def two_of_three_of_a_rebase(scene: Scene) -> None:
    commits = rebased(scene)
    scene.git("revert", "--no-edit", commits[2])
    scene.git("revert", "--no-edit", commits[0])


@miss
def two_of_three_picks_in_one(scene: Scene) -> None:
    commits = picked(scene)
    scene.git("revert", "--no-commit", commits[1])
    scene.git("revert", "--no-commit", commits[0])
    scene.git("commit", "-q", "-m", "Back out the work")


@miss
def one_commit_taken_back_twice(scene: Scene) -> None:
    commits = rebased(scene)
    for _ in range(3):
        scene.git("revert", "--no-edit", commits[0])
        scene.git("revert", "--no-edit", "HEAD")
    scene.git("revert", "--no-edit", commits[0])


@miss
def a_revert_on_another_branch(scene: Scene) -> None:
    (commit,) = squashed(scene)
    scene.git("checkout", "-q", "-b", "release")
    scene.git("revert", "--no-edit", commit)
    scene.git("checkout", "-q", "main")


@miss
def a_revert_that_was_merged_and_not_taken(scene: Scene) -> None:
    (commit,) = squashed(scene)
    scene.git("checkout", "-q", "-b", "release")
    scene.git("revert", "--no-edit", commit)
    scene.git("checkout", "-q", "main")
    scene.git("merge", "-q", "-s", "ours", "-m", "Merge release", "release")


@miss
def a_revert_before_the_merge(scene: Scene) -> None:
    """What was taken back came again afterwards."""
    (commit,) = squashed(scene)
    scene.git("revert", "--no-edit", commit)
    squashed(scene)


@miss
def all_of_it_again_commit_by_commit(scene: Scene) -> None:
    (commit,) = merged(scene)
    scene.git("revert", "--no-edit", "-m", "1", commit)
    picked(scene)


@miss
def the_line_changed_further(scene: Scene) -> None:
    squashed(scene)
    scene.edit("Change twenty again", 20, "twenty, changed again")
    scene.edit("Change thirty again", 30, "thirty, changed again")


@miss
def the_file_moved(scene: Scene) -> None:
    squashed(scene)
    scene.git("mv", "extra", "moved")
    scene.write("Undo the old name")


@miss
def everything_removed(scene: Scene) -> None:
    squashed(scene)
    scene.write("Begin again", code="other\n" * 100, extra=None, README=None, new="new\n")


@pytest.mark.parametrize("way", WAYS)
def test_a_revert_resolved_by_hand_is_not_shown_and_is_named(tmp_path: Path, way: str) -> None:
    scene = worked(tmp_path / "r")
    commits = WAYS[way][0](scene)
    evidence = scene.found()
    assert scene.claimed(evidence) == ()
    scene.edit("Change twenty again", 20, "twenty, changed again")
    wanted = (scene.repo.path / "code").read_text().replace("twenty, changed again", "by hand")
    said = scene.write(f'Revert "It"\n\nThis reverts commit {commits[0]}.', code=wanted)
    assert scene.undone() is None
    assert scene.claimed(evidence) == (said,)
    scene.git("revert", "--no-edit", said)
    assert scene.claimed(evidence) == ()


def test_what_is_shown_as_undone_is_not_only_claimed(tmp_path: Path) -> None:
    scene = worked(tmp_path / "r")
    (commit,) = squashed(scene)
    evidence = scene.found()
    scene.git("revert", "--no-edit", commit)
    assert scene.undone(evidence) is not None
    assert scene.claimed(evidence) == ()


def test_what_the_target_does_not_stand_on_any_more_is_not_called_undone(tmp_path: Path) -> None:
    scene = worked(tmp_path / "r")
    (commit,) = squashed(scene)
    evidence = scene.found()
    scene.git("revert", "--no-edit", commit)
    scene.git("reset", "-q", "--hard", "main~2")
    assert scene.undone(evidence) is None
