from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from git_yoi.git.attributes import attributes_of
from git_yoi.git.follow import NotFollowedError, follow, is_behind, obstacles
from git_yoi.git.merging import changed_paths, merge_tree
from git_yoi.git.repository import Repository, discover
from git_yoi.git.worktrees import list_worktrees
from tests.conftest import Repo


def opened(repo: Repo) -> Repository:
    return discover(repo.path, os.environ.copy())


def ahead(repo: Repo, **files: str | None) -> tuple[str, str]:
    """A commit on top of `main` with these files written (None: removed), while the worktree stays; both commits."""
    old = repo.git("rev-parse", "main")
    for name, text in files.items():
        if text is None:
            repo.git("rm", "-q", name)
        else:
            (repo.path / name).write_text(text)
            repo.git("add", "-f", name)
    repo.git("commit", "-q", "-m", "ahead")
    new = repo.git("rev-parse", "main")
    repo.git("reset", "-q", "--hard", old)
    return old, new


def in_the_way(repo: Repo, old: str, new: str) -> tuple[str, ...]:
    return obstacles(opened(repo), repo.path, old, new, scratch=repo.path / ".git/yoi/scratch")


def moved(repo: Repo, old: str, new: str) -> str | None:
    repo.git("update-ref", "refs/heads/main", new)
    return follow(opened(repo), repo.path, old, new)


def test_looking_for_obstacles_changes_not_even_the_index(plain: Repo) -> None:
    old, new = ahead(plain, README="new\n")
    os.utime(plain.path / "README", (1, 1))
    before = (plain.path / ".git/index").read_bytes()
    assert in_the_way(plain, old, new) == ()
    assert (plain.path / ".git/index").read_bytes() == before
    assert list((plain.path / ".git/yoi/scratch").iterdir()) == []


def test_ignored_files_are_obstacles_wherever_they_stand(plain: Repo) -> None:
    plain.commit(".gitignore", "build\nout\n")
    (plain.path / "build").mkdir()
    old, new = ahead(plain, **{"build/file": "x\n", "out": "x\n"})
    assert in_the_way(plain, old, new) == ()
    (plain.path / "build").write_text("mine\n")
    assert in_the_way(plain, old, new) == ("build",)
    (plain.path / "build").unlink()
    (plain.path / "out").mkdir()
    (plain.path / "out/deep").write_text("mine\n")
    assert in_the_way(plain, old, new) == ("out/deep",)


def test_a_file_that_becomes_a_folder_is_followed(plain: Repo) -> None:
    plain.commit("thing", "file\n")
    old = plain.git("rev-parse", "main")
    plain.git("rm", "-q", "thing")
    new = plain.commit("thing/inner", "x\n")
    plain.git("reset", "-q", "--hard", old)
    assert in_the_way(plain, old, new) == ()
    assert moved(plain, old, new) is None
    assert plain.git("status", "--porcelain") == ""
    back_old, back_new = new, old
    assert in_the_way(plain, back_old, back_new) == ()
    assert moved(plain, back_old, back_new) is None
    assert (plain.path / "thing").read_text() == "file\n"


def test_following_twice_is_following_once(plain: Repo) -> None:
    old, new = ahead(plain, README=None, other="x\n")
    assert moved(plain, old, new) is None
    assert moved(plain, old, new) is None
    assert plain.git("status", "--porcelain") == ""


def test_a_mode_alone_and_line_endings_are_followed_from_half_way(plain: Repo) -> None:
    plain.commit(".gitattributes", "crlf text eol=crlf\n")
    plain.commit("run", "x\n")
    plain.commit("crlf", "old\n")
    (plain.path / "run").chmod(0o755)
    old, new = ahead(plain, run="x\n", crlf="new\n")
    (plain.path / "crlf").write_bytes(b"new\r\n")
    assert moved(plain, old, new) is None
    assert plain.git("status", "--porcelain") == ""
    assert os.access(plain.path / "run", os.X_OK)


def test_a_sparse_worktree_stays_sparse(plain: Repo) -> None:
    plain.commit("in/file", "x\n")
    plain.commit("out/file", "x\n")
    old, new = ahead(plain, **{"in/file": "new\n", "out/file": "new\n"})
    plain.git("sparse-checkout", "set", "in")
    assert in_the_way(plain, old, new) == ()
    assert moved(plain, old, new) is None
    assert (plain.path / "in/file").read_text() == "new\n"
    assert not (plain.path / "out").exists()
    assert plain.git("status", "--porcelain") == ""


def test_a_merge_without_a_worktree_is_git_s_own(plain: Repo) -> None:
    plain.git("checkout", "-q", "-b", "side")
    side = plain.commit("a", "side\n")
    plain.git("checkout", "-q", "main")
    main = plain.commit("b", "main\n")
    merged = merge_tree(opened(plain), main, side)
    plain.git("merge", "-q", "--no-edit", "side")
    assert merged.tree == plain.git("rev-parse", "main^{tree}")
    assert [c.path for c in changed_paths(opened(plain), main, "main")] == ["a"]
    clash = plain.commit("a", "other\n")
    plain.git("checkout", "-q", "-b", "third", "side")
    third = plain.commit("a", "third\n")
    assert merge_tree(opened(plain), clash, third).conflicts == ("a",)


@pytest.mark.parametrize(
    ("place", "rule"), [(".gitattributes", "d/log merge=union\n"), ("d/.gitattributes", "log -merge\n")]
)
def test_a_merge_driver_of_the_target_s_attributes_is_obeyed(plain: Repo, place: str, rule: str) -> None:
    plain.commit(place, rule)
    plain.commit("d/log", "1\n")
    plain.git("checkout", "-q", "-b", "side")
    side = plain.commit("d/log", "1\nside\n" if "union" in rule else "0\n1\n")
    plain.git("checkout", "-q", "main")
    main = plain.commit("d/log", "1\nmain\n")
    # What is checked out says nothing.
    plain.git("checkout", "-q", "--orphan", "elsewhere")
    plain.git("rm", "-q", "-r", "-f", ".")
    with attributes_of(opened(plain), main) as attributes:
        found = merge_tree(opened(plain), main, side, attributes)
    assert found.conflicts == (() if "union" in rule else ("d/log",))


def test_an_edit_that_a_lying_monitor_hides_is_not_overwritten(plain: Repo) -> None:
    plain.commit("both", "old\n")
    old, new = ahead(plain, both="new\n")
    monitor = plain.path / ".git/monitor"
    monitor.write_text("#!/bin/sh\nprintf 'token\\0'\n")
    monitor.chmod(0o755)
    plain.git("config", "core.fsmonitor", str(monitor))
    plain.git("update-index", "--fsmonitor")
    plain.git("status")
    (plain.path / "both").write_text("mine\n")
    assert plain.git("status", "--porcelain") == ""
    assert in_the_way(plain, old, new) == ("both",)
    assert moved(plain, old, new) == "both is in the way"
    assert (plain.path / "both").read_text() == "mine\n"


def test_a_worktree_that_git_lists_at_another_place_is_looked_at_where_it_is(plain: Repo, tmp_path: Path) -> None:
    sub = tmp_path / "sub"
    plain.git("clone", "-q", "--separate-git-dir", str(tmp_path / "apart"), str(plain.path), str(sub))
    linked = tmp_path / "linked"
    plain.git("worktree", "add", "-q", "--detach", str(linked), cwd=sub)
    assert list_worktrees(discover(sub, os.environ.copy()))[0].path == sub
    plain.git("config", "core.worktree", "../sub", cwd=sub)
    for place in (sub, linked):
        repository = discover(place, os.environ.copy())
        assert [w.path for w in list_worktrees(repository)] == [sub, linked]
    (sub / ".git").unlink()
    repository = discover(tmp_path / "apart", os.environ.copy())
    assert repository.at(list_worktrees(repository)[0].path).text("rev-parse", "--show-toplevel") == str(sub)


def test_what_cannot_be_written_is_left_and_the_index_goes_all_the_same(plain: Repo) -> None:
    plain.commit("gone", "x\n")
    plain.commit("edited", "x\n")
    (plain.path / "build").mkdir()
    old, new = ahead(plain, README="new\n", gone=None, edited="theirs\n", **{"build/file": "x\n", "added": "theirs\n"})
    (plain.path / "edited").write_text("mine\n")
    (plain.path / "build").write_text("mine\n")
    (plain.path / "added").write_text("mine\n")
    assert (moved(plain, old, new) or "").endswith("is in the way")
    assert plain.git("status", "--porcelain").splitlines() == [" M added", " D build/file", " M edited", "?? build"]
    files = {name: (plain.path / name).read_text() for name in ("README", "edited", "build", "added")}
    assert files == {"README": "new\n", "edited": "mine\n", "build": "mine\n", "added": "mine\n"}
    assert not (plain.path / "gone").exists()


def test_what_is_staged_otherwise_keeps_the_index(plain: Repo) -> None:
    old, new = ahead(plain, README="new\n")
    (plain.path / "README").write_text("mine\n")
    plain.git("add", "README")
    before = plain.git("ls-files", "-s")
    with pytest.raises(NotFollowedError):
        moved(plain, old, new)
    assert plain.git("ls-files", "-s") == before
    assert (plain.path / "README").read_text() == "mine\n"


def test_a_submodule_that_gives_way_to_a_file_is_in_the_way_while_anything_lies_there(plain: Repo) -> None:
    """Git would remove the directory, with a repository that may have the only copy of its commits."""
    own = plain.path / "lib"
    plain.git("init", "-q", own)
    plain.git("commit", "-q", "--allow-empty", "-m", "only here", cwd=own)
    plain.git("add", "lib")
    plain.git("commit", "-q", "-m", "a submodule")
    old = plain.git("rev-parse", "main")
    blob = plain.git("rev-parse", "HEAD:README")
    plain.git("update-index", "--cacheinfo", f"100644,{blob},lib")
    plain.git("commit", "-q", "-m", "a file")
    new = plain.git("rev-parse", "main")
    plain.git("reset", "-q", "--soft", old)
    plain.git("read-tree", "HEAD")
    assert in_the_way(plain, old, new) == ("lib",)
    why = moved(plain, old, new)
    assert why == "lib is in the way"
    assert plain.git("log", "-1", "--format=%s", cwd=own) == "only here"
    assert plain.git("ls-files", "-s", "lib").startswith("100644")


def test_what_somebody_took_out_of_the_index_and_kept_is_in_the_way(plain: Repo) -> None:
    """A file where a folder was, and a folder where a file was: the old one is not the commit's any more."""
    plain.commit("folder/inner", "x\n")
    old = plain.commit("file", "x\n")
    plain.git("rm", "-q", "-r", "folder", "file")
    (plain.path / "folder").write_text("a file now\n")
    (plain.path / "file").mkdir()
    (plain.path / "file/inner").write_text("in a folder now\n")
    plain.git("add", "-A")
    plain.git("commit", "-q", "-m", "swapped")
    new = plain.git("rev-parse", "main")
    plain.git("reset", "-q", "--hard", old)
    assert in_the_way(plain, old, new) == ()
    plain.git("rm", "-q", "--cached", "file", "folder/inner")
    (plain.path / ".git/info/exclude").write_text("file\nfolder\n")
    for kept in ("file", "folder/inner"):
        (plain.path / kept).write_text("my own\n")
    assert sorted(in_the_way(plain, old, new)) == ["file", "folder/inner"]
    assert moved(plain, old, new) is not None
    for kept in ("file", "folder/inner"):
        assert (plain.path / kept).read_text() == "my own\n"


def test_where_only_some_files_can_follow_what_git_does_not_track_stays(plain: Repo) -> None:
    plain.commit(".gitattributes", "*.bin filter=broken\n")
    plain.commit("q.bin", "old\n")
    plain.commit("p", "old\n")
    old, new = ahead(plain, **{"q.bin": "new\n", "p": None})
    plain.git("rm", "-q", "--cached", "p")
    (plain.path / "p").write_text("my own\n")
    (plain.path / ".git/info/exclude").write_text("p\n")
    for key, value in (("clean", "cat"), ("smudge", "false"), ("required", "true")):
        plain.git("config", f"filter.broken.{key}", value)
    assert moved(plain, old, new) is not None
    assert (plain.path / "p").read_text() == "my own\n"


def test_a_link_where_a_folder_was_is_in_the_way_of_what_changes_in_it(plain: Repo, tmp_path: Path) -> None:
    plain.commit("folder/inner", "old\n")
    old, new = ahead(plain, **{"folder/inner": "new\n"})
    shutil.rmtree(plain.path / "folder")
    (plain.path / "folder").symlink_to(tmp_path)
    assert in_the_way(plain, old, new) == ("folder",)
    assert moved(plain, old, new) is not None
    assert (plain.path / "folder").readlink() == tmp_path
    assert not (tmp_path / "inner").exists()


def test_a_worktree_is_behind_only_if_its_branch_moved_under_it(plain: Repo) -> None:
    old, new = ahead(plain, README="new\n", other="x\n")
    assert not is_behind(opened(plain), plain.path, new, new)
    plain.git("update-ref", "refs/heads/main", new)
    assert is_behind(opened(plain), plain.path, old, new)
    plain.git("reset", "-q", "--hard")
    assert not is_behind(opened(plain), plain.path, old, new)
    plain.git("rm", "-q", "--cached", "other")
    (plain.path / "README").write_text("mine\n")
    assert not is_behind(opened(plain), plain.path, old, new)
