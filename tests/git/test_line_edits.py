"""What lines a change takes away and adds: the same for its copies, and turned round for its revert."""

from __future__ import annotations

import os

from git_yoi.git.first_parents import rows_of
from git_yoi.git.line_edits import Edits, edits_between, edits_of
from git_yoi.git.repository import discover
from tests.conftest import Repo

LINES = [f"line {number}\n" for number in range(20)]


def edits(repo: Repo, *revisions: str) -> list[Edits]:
    repository = discover(repo.path, os.environ.copy(), explicit=True)
    commits = [repo.git("rev-parse", revision) for revision in revisions]
    found = edits_of(repository, rows_of(repository, commits))
    assert len(found) == len(set(commits))
    return [found[commit] for commit in commits]


def changed(*pairs: tuple[int, str]) -> str:
    lines = list(LINES)
    for number, line in pairs:
        lines[number] = f"{line}\n"
    return "".join(lines)


def test_a_copy_beside_other_changes_is_the_same(plain: Repo) -> None:
    plain.commit("code", changed())
    plain.git("branch", "other")
    one = plain.commit("code", changed((5, "five")))
    plain.git("checkout", "-q", "other")
    plain.commit("code", changed((6, "-- six"), (4, "++ four")))
    two = plain.commit("code", changed((6, "-- six"), (4, "++ four"), (5, "five")))
    three = plain.commit("code", changed((6, "-- six"), (4, "++ four"), (5, "six")))
    first, second, third = edits(plain, one, two, three)
    assert first == second != third


def test_a_revert_is_the_same_turned_round(plain: Repo) -> None:
    plain.commit("code", changed())
    plain.commit("code", changed((5, "five"), (9, "nine")))
    plain.git("revert", "--no-edit", "HEAD")
    plain.git("rm", "-q", "README")
    plain.git("commit", "-q", "-m", "Remove")
    plain.git("revert", "--no-edit", "HEAD")
    (plain.path / "code").chmod(0o755)
    plain.git("commit", "-q", "-a", "-m", "Mode")
    plain.git("revert", "--no-edit", "HEAD")
    for done, undone in (("main~5", "main~4"), ("main~3", "main~2"), ("main~1", "main")):
        one, other = edits(plain, done, undone)
        assert one.reversed == other != one
        assert other.reversed == one


def test_lines_that_look_like_gits_own_are_lines(plain: Repo) -> None:
    plain.commit("code", "a\n")
    one = plain.commit("code", f"-- a\n++ b\n{'0' * 40}\n@@ -1 +1 @@\ndiff --git a/x b/x\nnew file mode 100644\n")
    two = plain.commit("code", f"-- a\n++ b\n{'0' * 40}\n@@ -1 +1 @@\ndiff --git a/x b/y\nnew file mode 100644\n")
    first, second = edits(plain, one, two)
    assert first != second


def test_two_trees_have_the_edits_of_the_commit_between_them(plain: Repo) -> None:
    commit = plain.commit("code", changed((5, "five")))
    repository = discover(plain.path, os.environ.copy(), explicit=True)
    trees = [plain.git("rev-parse", f"{revision}^{{tree}}") for revision in ("main~1", "main")]
    assert [edits_between(repository, *trees)] == edits(plain, commit)
    assert edits_of(repository, []) == {}


def test_an_empty_commit_has_no_lines_and_is_there(plain: Repo) -> None:
    plain.git("commit", "-q", "--allow-empty", "-m", "One")
    plain.git("commit", "-q", "--allow-empty", "-m", "Two")
    one, other = edits(plain, "main~1", "main")
    assert one == other == one.reversed
