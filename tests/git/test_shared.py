"""A repository that a group shares: every file of it can be read, and written where it must, whatever the umask."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from tests.conftest import Repo, make_repo, run
from tests.merge.scene import approved


def yoi_with_umask(repo: Repo, umask: str, *arguments: str | Path, env: dict[str, str] | None = None) -> None:
    """Run git-yoi as somebody who lets nobody else see anything."""
    command = f'umask {umask}; exec "$0" -m git_yoi "$@"'
    done = run("sh", "-c", command, sys.executable, *arguments, cwd=repo.path, env=env)
    assert done.code == 0, (arguments, done.out, done.err)


def modes(folder: Path) -> dict[str, int]:
    """Every file and folder below `folder`, and what others may do with it."""
    found = (folder, *folder.rglob("*"))
    return {str(path.relative_to(folder)): stat.S_IMODE(path.lstat().st_mode) for path in found}


def lacking(repo: Repo, files: int, folders: int) -> dict[str, str]:
    """What has not the bits that the configuration asks for; an object may be read only."""
    git = repo.path / ".git"
    return {
        name: oct(mode)
        for name, mode in modes(git).items()
        # What a worktree held is its user's, and git itself makes its entry of one, and what it edits, as it likes.
        if "/worktree/" not in name and "/git-entry" not in name and not name.endswith("COMMIT_EDITMSG")
        for wanted in [folders if (git / name).is_dir() else files & (0o444 if name.startswith("objects") else 0o666)]
        if mode & wanted != wanted
    }


@pytest.mark.parametrize("options", [(), ("--object-format=sha256",)], ids=["sha1", "sha256"])
def test_a_group_can_go_on_with_what_one_of_it_wrote(tmp_path: Path, options: tuple[str, ...]) -> None:
    repo = make_repo(tmp_path / "repo", "--shared=group", *options)
    before = set(modes(repo.path / ".git"))
    yoi_with_umask(repo, "077", "init")
    work = approved(repo)
    yoi_with_umask(repo, "077", "comment", work.ticket, "-m", "Words")
    yoi_with_umask(repo, "077", "new", "Another", "-m", "Text")
    yoi_with_umask(repo, "077", "complete", work.ticket, "--authorize")
    (repo.path / ".git/yoi/index.sqlite3").unlink()
    yoi_with_umask(repo, "077", "list")
    made = {name: mode for name, mode in lacking(repo, 0o660, 0o2770).items() if name not in before}
    assert made == {}
    assert "yoi/index.sqlite3" in modes(repo.path / ".git")


def test_a_claim_and_a_worktree_begin_so_too(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "repo", "--shared=group")
    yoi_with_umask(repo, "077", "init")
    ticket = repo.queued()
    yoi_with_umask(repo, "077", "start", ticket)
    assert (repo.path / f".git/yoi/claims/{ticket}.json").stat().st_mode & 0o777 == 0o660
    assert (repo.path / ".git/yoi/claims").stat().st_mode & 0o7777 == 0o2770
    (worktree,) = (tmp_path / "repo.worktrees").iterdir()
    assert (worktree / "README").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("value", "umask", "file", "folder"),
    [
        ("group", "077", 0o660, 0o770),
        ("true", "022", 0o664, 0o775),
        ("all", "077", 0o664, 0o775),
        ("2", "077", 0o664, 0o775),
        ("0640", "000", 0o640, 0o750),
        ("umask", "077", 0o600, 0o700),
        ("false", "027", 0o640, 0o750),
        ("0", "022", 0o644, 0o755),
    ],
)
def test_every_value_means_what_git_takes_it_for(repo: Repo, value: str, umask: str, file: int, folder: int) -> None:
    # Git's own files, made under the same umask, are the measure.
    repo.git("config", "core.sharedRepository", value)
    run("sh", "-c", f"umask {umask}; git update-ref refs/measure/by-git HEAD", cwd=repo.path)
    private = repo.path / ".git/yoi"
    run("rm", "-rf", private, cwd=repo.path)
    yoi_with_umask(repo, umask, "new", "A ticket", "-m", "Text")
    assert (private / "turn.lock").stat().st_mode & 0o777 == file
    assert (private / "index.sqlite3").stat().st_mode & 0o777 == file
    assert private.stat().st_mode & 0o777 == folder
    if os.path.lexists(repo.path / ".git/refs/measure"):
        assert (repo.path / ".git/refs/measure").stat().st_mode & 0o777 == folder
        assert (repo.path / ".git/refs/measure/by-git").stat().st_mode & 0o777 == file


def test_what_is_written_elsewhere_has_the_users_own_mode(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "repo", "--shared=all")
    yoi_with_umask(repo, "077", "init")
    yoi_with_umask(repo, "077", "new", "A ticket", "-m", "Text")
    yoi_with_umask(repo, "077", "export", "jsonl", tmp_path / "out.jsonl")
    assert (tmp_path / "out.jsonl").stat().st_mode & 0o777 == 0o600
