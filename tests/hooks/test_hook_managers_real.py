"""Beside the real husky, lefthook, pre-commit and git-lfs: what they wrote works on, and ours fires."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from git_yoi.git.version import CONFIGURED_HOOKS
from git_yoi.hooks.client_shim import HOOKS
from tests.conftest import Repo, run
from tests.hooks.client_scene import every_hook_fires, install, kept, refused, status, uninstall


def need(program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not here")  # these are other projects' programs, which nothing here can install


@pytest.fixture
def by_file(git_version: tuple[int, ...]) -> bool:
    """Whether git takes hooks from files only."""
    return git_version < CONFIGURED_HOOKS


def husky(repo: Repo) -> None:
    assert run("husky", cwd=repo.path).code == 0
    for hook in HOOKS:
        (repo.path / ".husky" / hook).write_text(f"echo theirs {hook}\n")


def lefthook(repo: Repo) -> None:
    text = "".join(f"{hook}:\n  commands:\n    theirs:\n      run: echo theirs {hook}\n" for hook in HOOKS)
    (repo.path / "lefthook.yml").write_text(text)
    assert run("lefthook", "install", cwd=repo.path).code == 0


def pre_commit(repo: Repo) -> None:
    keys = "language: system, always_run: true, verbose: true, pass_filenames: false"
    rows = [f"  - {{id: t-{hook}, name: t, entry: echo theirs {hook}, stages: [{hook}], {keys}}}\n" for hook in HOOKS]
    (repo.path / ".pre-commit-config.yaml").write_text("repos:\n- repo: local\n  hooks:\n" + "".join(rows))
    types = [word for hook in HOOKS for word in ("-t", hook)]
    assert run("pre-commit", "install", *types, cwd=repo.path).code == 0
    repo.git("add", ".pre-commit-config.yaml")


MANAGERS = {"husky": husky, "lefthook": lefthook, "pre-commit": pre_commit}


def add(wanted: dict[str, Any]) -> None:
    """Do what people are told to do."""
    file, lines = Path(wanted["file"]), str(wanted["add"]).splitlines(keepends=True)
    old = file.read_text() if file.is_file() else ""
    if wanted["manager"] == "lefthook":
        head = "\n" + "".join(lines[:2])
        file.write_text(f"\n{old}".replace(head, "\n" + "".join(lines) + "\n", 1))
    elif wanted["manager"] == "husky":
        file.write_text("".join(lines) + "\n" + old)
    else:
        file.write_text(old + "".join(lines) + "\n")
        file.chmod(0o755)


@pytest.fixture(params=MANAGERS)
def managed(request: pytest.FixtureRequest, plain: Repo) -> Repo:
    assert isinstance(request.param, str)
    need(request.param)
    MANAGERS[request.param](plain)
    return plain


def commit(repo: Repo) -> str:
    """Commit, with all hooks that this runs; what they say."""
    done = run("git", "commit", "--allow-empty", "-m", "A change", cwd=repo.path)
    assert done.code == 0, done.err
    return done.out + done.err


def test_what_a_manager_wrote_stays_alone_or_is_told_what_to_add(managed: Repo, by_file: bool) -> None:
    before = kept(managed)
    if by_file:
        for wanted in refused(managed).values():
            add(wanted)
        if Path(managed.path, ".pre-commit-config.yaml").exists():
            managed.git("add", ".pre-commit-config.yaml")
        before = kept(managed)
    found = install(managed)
    assert {one["how"] for one in found.values()} == {"by-hand" if by_file else "config"}
    assert every_hook_fires(managed)
    assert "theirs commit-msg" in commit(managed)
    uninstall(managed)
    assert kept(managed) == before
    assert "theirs commit-msg" in commit(managed)
    assert status(managed) == {}


def test_git_lfs_still_gets_what_git_says(plain: Repo, tmp_path: Path, by_file: bool) -> None:
    need("git-lfs")
    plain.git("lfs", "install", "--local")
    (plain.path / ".gitattributes").write_text("*.bin filter=lfs diff=lfs merge=lfs -text\n")
    (plain.path / "a.bin").write_bytes(b"\0" * 1000)
    plain.git("add", ".")
    plain.git("init", "-q", "--bare", tmp_path / "hub.git")
    plain.git("remote", "add", "origin", f"file://{tmp_path}/hub.git")
    before = kept(plain)
    found = install(plain)
    assert {one["how"] for one in found.values()} == ({"block", "file"} if by_file else {"config"})
    assert every_hook_fires(plain)
    plain.git("commit", "-q", "-m", "Large")
    plain.git("push", "-q", "origin", "main")
    # Its own hook has sent the large file: it was told what is pushed.
    assert len([path for path in (tmp_path / "hub.git" / "lfs" / "objects").rglob("*") if path.is_file()]) == 1
    uninstall(plain)
    assert kept(plain) == before
