"""The line of a branch: its order, its words and its changes, whatever dates, replacements and grafts say."""

from __future__ import annotations

import os
from pathlib import Path
from unittest.mock import patch

from git_yoi.git.first_parents import changes_between, changes_of, line_above, rows_of, whole_line
from git_yoi.git.objects import open_objects
from git_yoi.git.repository import Repository, discover
from git_yoi.git.three_way import three_way
from git_yoi.git.unaltered import unaltered
from tests.conftest import Repo


def opened(repo: Repo) -> Repository:
    return discover(repo.path, os.environ.copy(), explicit=True)


def merged(repo: Repo) -> list[str]:
    """Two commits on the target and one merge of a branch; the target's line above the first commit."""
    repo.git("branch", "side")
    one = repo.commit("one", "1\n")
    repo.git("checkout", "-q", "side")
    repo.commit("aside", "a\n")
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--no-ff", "-m", "Merge side\n\nTicket: x", "side")
    return [one, repo.git("rev-parse", "main")]


def test_a_merge_stands_on_the_line_as_one_commit(plain: Repo) -> None:
    first = plain.git("rev-parse", "main")
    line = merged(plain)
    rows = line_above(opened(plain), "main", first)
    assert [row.commit for row in rows] == line
    assert (rows[1].before, len(rows[1].parents)) == (line[0], 2)
    assert rows[1].message == "Merge side\n\nTicket: x\n"
    assert [row.commit for row in whole_line(opened(plain), "main")] == [first, *line]
    assert line_above(opened(plain), "side", "main") == []


def test_clocks_that_go_backwards_hide_nothing_and_add_nothing(plain: Repo) -> None:
    for number in range(12):
        with patch.dict(os.environ, {"GIT_COMMITTER_DATE": f"{1_000_000_000 - number * 86400} +0000"}):
            plain.commit(f"old{number}", "x\n")
    base = plain.git("rev-parse", "main")
    plain.git("checkout", "-q", "-b", "side", "main~8")
    own = plain.commit("own", "x\n")
    plain.git("merge", "-q", "-m", "Update", "main")
    plain.git("checkout", "-q", "main")
    after = plain.commit("after", "x\n")
    assert [row.commit for row in line_above(opened(plain), "main", "side")] == [after]
    assert own not in {row.commit for row in line_above(opened(plain), "main", base)}


def test_changes_are_against_the_first_parent(plain: Repo) -> None:
    repository = opened(plain)
    _, merge = merged(plain)
    found = changes_of(repository, whole_line(repository, "main"))
    assert list(found[merge].paths) == ["aside"]
    root = plain.git("rev-list", "--max-parents=0", "main")
    assert (list(found[root].paths), found[root].paths["README"].added) == (["README"], True)
    assert list(changes_between(repository, root, "main").paths) == ["aside", "one"]
    assert changes_of(repository, []) == {}
    assert rows_of(repository, []) == []


def test_a_rename_is_two_files_and_a_move(plain: Repo) -> None:
    plain.git("mv", "README", "moved")
    plain.git("commit", "-q", "-m", "Move it")
    head = plain.git("rev-parse", "main")
    (changes,) = changes_of(opened(plain), rows_of(opened(plain), [head]), renames=True).values()
    assert changes.moved == {"README": "moved"}
    assert {path: (one.removed, one.added) for path, one in changes.paths.items()} == {
        "README": (True, False),
        "moved": (False, True),
    }


def test_no_replacement_and_no_graft_is_seen(plain: Repo) -> None:
    tip, other = plain.commit("one", "1\n"), plain.commit("two", "2\n")
    plain.git("replace", tip, plain.git("rev-parse", f"{tip}~1"))
    grafts = plain.path / ".git" / "info" / "grafts"
    grafts.parent.mkdir(exist_ok=True)
    grafts.write_text(f"{other}\n")
    told = [row.commit for row in whole_line(unaltered(opened(plain)), other)]
    assert told[1:] == [tip, other]
    # Without that, replacements are seen, and grafts never.
    assert [row.commit for row in whole_line(opened(plain), other)] == [tip, other]


def test_three_trees_are_merged_whichever_histories_they_have(tmp_path: Path, plain: Repo) -> None:
    for repo in (plain, Repo(tmp_path / "other")):
        if repo is not plain:
            repo.path.mkdir()
            repo.git("init", "-q", "--object-format=sha256")
            repo.commit("README", "hello\n")
        repository = opened(repo)
        objects = open_objects(repository)
        base = repo.git("rev-parse", "main^{tree}")
        repo.commit("one", "1\n")
        ours = repo.git("rev-parse", "main^{tree}")
        repo.git("reset", "-q", "--hard", "main~1")
        repo.commit("two", "2\n")
        theirs = repo.git("rev-parse", "main^{tree}")
        repo.commit("one", "1\n")
        both = repo.git("rev-parse", "main^{tree}")
        repo.commit("one", "other\n")
        other = repo.git("rev-parse", "main^{tree}")
        assert three_way(repository, objects, base=base, ours=ours, theirs=theirs) == both
        assert three_way(repository, objects, base=base, ours=ours, theirs=base) == ours
        assert three_way(repository, objects, base=base, ours=base, theirs=theirs) == theirs
        assert three_way(repository, objects, base=base, ours=ours, theirs=ours) == ours
        assert three_way(repository, objects, base=base, ours=ours, theirs=other) is None
