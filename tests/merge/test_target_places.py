"""Where the target is checked out, and how: each such place follows the merge, with what is there left as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Repo
from tests.inside import inside
from tests.merge.scene import Work, approved, everything, require_closed_once, started


def folders(repo: Repo) -> Repo:
    """Folders `in` and `out`, with files that a merge will change, remove and move between them."""
    for name in ("in/changed", "in/gone", "in/leaves", "out/changed", "out/gone", "out/comes"):
        repo.commit(name, f"{name}\n")
    return repo


def much_changed(repo: Repo) -> Work:
    """A branch that changes, adds, removes and moves files on both sides, approved."""
    work = started(folders(repo))
    for side in ("in", "out"):
        (work.worktree / side / "changed").write_text("new\n")
        (work.worktree / side / "added").write_text("added\n")
        (work.worktree / side / "gone").unlink()
    repo.git("add", "-A", cwd=work.worktree)
    repo.git("mv", "in/leaves", "out/leaves", cwd=work.worktree)
    repo.git("mv", "out/comes", "in/comes", cwd=work.worktree)
    repo.git("commit", "-q", "-m", "All of it", cwd=work.worktree)
    work.approve()
    return work


def there(place: Path) -> set[str]:
    """The files below the two folders."""
    return {str(p.relative_to(place)) for side in ("in", "out") for p in (place / side).rglob("*") if p.is_file()}


INSIDE = {"in/changed", "in/added", "in/comes"}


@pytest.mark.parametrize("how", [["in"], ["--no-cone", "/*", "!/out/"], ["--cone", "--sparse-index", "in"]])
def test_a_sparse_worktree_of_the_target_follows_in_its_part_and_sees_nothing_as_deleted(
    repo: Repo, how: list[str]
) -> None:
    work = much_changed(repo)
    repo.git("sparse-checkout", "set", *how)
    (repo.path / "in/mine").write_text("untracked\n")
    (repo.path / "README").write_text("edited\n")
    work.complete()
    require_closed_once(repo, work.ticket)
    assert there(repo.path) == INSIDE | {"in/mine"}
    assert repo.git("status", "--porcelain").splitlines() == [" M README", "?? in/mine"]
    repo.git("checkout", "-q", "README")
    repo.git("sparse-checkout", "disable")
    assert there(repo.path) == INSIDE | {"in/mine", "out/changed", "out/added", "out/leaves"}
    assert repo.git("status", "--porcelain") == "?? in/mine"


@pytest.mark.parametrize(
    ("file", "refused"), [("out/changed", True), ("out/added", True), ("out/other", False), ("in/added", True)]
)
def test_a_file_outside_of_the_part_is_in_the_way_only_where_the_merge_has_it(
    repo: Repo, file: str, refused: bool
) -> None:
    work = much_changed(repo)
    repo.git("sparse-checkout", "set", "in")
    (repo.path / file).parent.mkdir(exist_ok=True)
    (repo.path / file).write_text("mine\n")
    before = everything(repo)
    if refused:
        assert work.complete(code=7).error == "dirty"
        assert everything(repo) == before
    else:
        work.complete()
    assert (repo.path / file).read_text() == "mine\n"


def with_submodule(repo: Repo, tmp_path: Path) -> str:
    """A submodule in the main worktree, checked out, with a change of its own that nobody committed."""
    inner = Repo(tmp_path / "inner")
    inner.path.mkdir()
    inner.git("init", "-q")
    inner.commit("file", "x\n")
    repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.path), "sub")
    repo.git("commit", "-q", "-m", "A submodule")
    newer = inner.commit("file", "y\n")
    (repo.path / "sub/mine").write_text("mine\n")
    return newer


@pytest.mark.parametrize("recursive", ["true", "false"])
def test_submodules_are_left_alone_also_where_the_merge_moves_their_commit(
    repo: Repo, tmp_path: Path, recursive: str
) -> None:
    newer = with_submodule(repo, tmp_path)
    repo.git("config", "submodule.recurse", recursive)
    old = repo.git("rev-parse", "HEAD", cwd=repo.path / "sub")
    work = started(repo)
    work.commit("new", "x\n")
    repo.git("update-index", "--cacheinfo", f"160000,{newer},sub", cwd=work.worktree)
    repo.git("commit", "-q", "-m", "A newer one", cwd=work.worktree)
    work.approve()
    repo.git("update-index", "--refresh", cwd=work.worktree)
    work.complete()
    assert repo.git("rev-parse", "HEAD", cwd=repo.path / "sub") == old
    assert (repo.path / "sub/mine").read_text() == "mine\n"
    assert repo.git("rev-parse", "main:sub") == newer
    assert (repo.path / "new").exists()


def at_main(repo: Repo, _: Path) -> Path:
    return repo.path


def in_a_linked_one(repo: Repo, tmp_path: Path) -> Path:
    repo.git("checkout", "-q", "--detach")
    repo.git("worktree", "add", "-q", str(tmp_path / "linked"), "main")
    return tmp_path / "linked"


def in_a_sparse_linked_one(repo: Repo, tmp_path: Path) -> Path:
    place = in_a_linked_one(repo, tmp_path)
    repo.git("sparse-checkout", "set", "in", cwd=place)
    return place


@pytest.mark.parametrize("place_of", [at_main, in_a_linked_one, in_a_sparse_linked_one], ids=lambda f: f.__name__)
@pytest.mark.parametrize(
    ("dirt", "refused"),
    [("README", False), ("in/changed", True), ("in/gone", True), ("in/added", True), ("in/mine", False)],
)
def test_dirt_stays_where_it_does_not_matter_and_refuses_where_it_does(
    repo: Repo, tmp_path: Path, place_of: Callable[[Repo, Path], Path], dirt: str, refused: bool
) -> None:
    work = much_changed(repo)
    place = place_of(repo, tmp_path)
    (place / dirt).write_text("mine\n")
    before = everything(repo)
    if refused:
        assert work.complete(code=7).error == "dirty"
        assert everything(repo) == before
        return
    work.complete()
    require_closed_once(repo, work.ticket)
    assert (place / dirt).read_text() == "mine\n"
    assert there(place) >= INSIDE


@pytest.mark.parametrize("below", [".", "in"])
def test_run_from_inside_the_ticket_s_worktree_that_one_stays_and_is_said_to(repo: Repo, below: str) -> None:
    work = much_changed(repo)
    own = Repo(work.worktree / below)
    done = inside(own, "complete", work.ticket, "--authorize", "--json").data
    assert done["cleaned"]["worktree"] is False
    assert "the current directory is inside the worktree" in done["cleaned"]["kept_because"]
    assert work.worktree.exists()
    inside(repo, "worktree", "prune")
    assert not work.worktree.exists()


def test_of_stacked_branches_the_upper_one_waits_and_the_lower_one_does_not(repo: Repo) -> None:
    lower = approved(repo, "Lower")
    upper = started(repo, "Upper", "--base", lower.branch)
    upper.commit("upper", "x\n")
    upper.approve()
    refused = upper.complete(code=4)
    assert refused.error == "blocked"
    assert lower.ticket[:8] in refused.json["error"]["message"]
    assert lower.ticket[:8] in refused.json["error"]["hint"]
    lower.complete()
    upper.complete()
    require_closed_once(repo, upper.ticket)


def renamed(_: Repo, lower: Work) -> None:
    lower.repo.git("branch", "-q", "-m", lower.branch, "another-name")


def gone_but_reviewed(_: Repo, lower: Work) -> None:
    lower.repo.git("worktree", "remove", "--force", lower.worktree)
    lower.repo.git("branch", "-q", "-D", lower.branch)


def a_remotes_copy(repo: Repo, lower: Work) -> None:
    repo.git("init", "-q", "--bare", repo.path.parent / "elsewhere.git")
    repo.git("remote", "add", "elsewhere", repo.path.parent / "elsewhere.git")
    repo.git("push", "-q", "elsewhere", lower.branch)
    gone_but_reviewed(repo, lower)


@pytest.mark.parametrize("hide", [renamed, gone_but_reviewed, a_remotes_copy])
def test_the_lower_of_stacked_branches_is_known_by_whatever_is_left_of_it(
    repo: Repo, hide: Callable[[Repo, Work], None]
) -> None:
    lower = started(repo, "Lower")
    lower.commit("lower", "x\n")
    if hide is gone_but_reviewed:
        lower.approve()
    upper = started(repo, "Upper", "--base", lower.branch)
    upper.commit("upper", "x\n")
    upper.approve()
    hide(repo, lower)
    refused = upper.complete(code=4)
    assert refused.error == "blocked"
    assert lower.ticket[:8] in refused.json["error"]["message"]
