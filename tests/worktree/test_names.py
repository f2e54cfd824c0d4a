from __future__ import annotations

from pathlib import Path

import pytest

from git_yoi.worktree.names import branch_name, clash, slug_of, too_long, worktree_path

ID = "kqmvzrtnlpwoyxus"


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Fix the login", "fix-the-login"),
        ("  Größe: 3 / 4 (naïve)  ", "groe-3-4-naive"),
        ("チケット", ""),
        ("チケット v2", "v2"),
        ("../../etc/passwd", "etc-passwd"),
        ("--force", "force"),
        ("a.lock", "a-lock"),
        ("HEAD", "head"),
        ("one two three four five six seven eight nine ten", "one-two-three-four-five-six-seven-eight"),
        ("x" * 60, "x" * 40),
    ],
)
def test_a_slug_is_plain_words(title: str, slug: str) -> None:
    assert slug_of(title) == slug


def test_a_branch_is_the_short_id_and_the_slug() -> None:
    assert branch_name(ID, "Fix it") == "kqmvzrtn-fix-it"


def test_a_branch_of_a_title_without_ascii_is_the_id_alone() -> None:
    assert branch_name(ID, "修正") == "kqmvzrtn"


def test_a_foreign_id_stands_whole_for_many_of_them_begin_alike() -> None:
    assert branch_name("20260525-123456-001", "Fix") == "20260525-123456-001-fix"


@pytest.mark.parametrize(
    ("wanted", "other"), [("a", "a"), ("a", "a/b"), ("a/b", "a"), ("Fix", "fix"), ("A/b", "a"), ("x/y", "X/Y/z")]
)
def test_names_that_one_file_system_cannot_hold_together_clash(wanted: str, other: str) -> None:
    assert clash(wanted, ["main", other]) == other


@pytest.mark.parametrize(("wanted", "other"), [("a", "ab"), ("a/b", "a/c"), ("ab", "a"), ("a-b", "a/b")])
def test_names_that_can_stand_together_do_not_clash(wanted: str, other: str) -> None:
    assert clash(wanted, [other]) is None


def test_a_part_that_no_file_system_takes_is_too_long() -> None:
    assert too_long("a/" + "é" * 101)
    assert not too_long("/".join(["a" * 100] * 5))


@pytest.mark.parametrize(
    ("template", "root", "branch", "path"),
    [
        ("../{repo}.worktrees/{branch}", "/p/repo", "b", "/p/repo.worktrees/b"),
        ("../{repo}.worktrees/{branch}", "/p/hub.git", "b/c", "/p/hub.worktrees/b-c"),
        ("../{repo}.worktrees/{branch}", "/p/proj/.git", "b", "/p/proj/proj.worktrees/b"),
        (".worktrees/{id}", "/p/repo", "b", f"/p/repo/.worktrees/{ID}"),
        ("/w/{repo}/{branch}", "/p/repo", "b", "/w/repo/b"),
        ("../{repo.__class__}", "/p/repo", "b", "/p/{repo.__class__}"),
        ("../../../../{branch}", "/p/repo", "b", "/b"),
        ("../{branch}", "/p/{id}", "{repo}", "/p/{repo}"),
    ],
)
def test_the_template_says_where_a_worktree_goes(template: str, root: str, branch: str, path: str) -> None:
    assert worktree_path(template, root=Path(root), ticket_id=ID, branch=branch) == Path(path)
