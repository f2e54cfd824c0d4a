"""The plain writing verbs in every kind of repository, and from every place in one."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.conftest import Repo, make_repo
from tests.inside import BEA, accept, commit_on, inside, new, now


def _has_reftable() -> bool:
    said = subprocess.run(["git", "init", "-h"], capture_output=True, text=True, check=False)
    return "--ref-format" in said.stdout + said.stderr


KINDS = ["plain", "sha256", "bare", "linked", "subdirectory", *(["reftable"] if _has_reftable() else [])]


def _place(tmp_path: Path, kind: str) -> tuple[Repo, Repo]:
    """A repository of that kind, and the place in it from which the verbs are run."""
    options = {"sha256": ["--object-format=sha256"], "reftable": ["--ref-format=reftable"]}.get(kind, [])
    made = make_repo(tmp_path / "a repo", *options)
    if kind == "bare":
        made.git("clone", "-q", "--bare", made.path, tmp_path / "bare.git")
        bare = Repo(tmp_path / "bare.git")
        return bare, bare
    if kind == "linked":
        made.git("worktree", "add", "-q", tmp_path / "linked", "-b", "elsewhere")
        return made, Repo(tmp_path / "linked")
    if kind == "subdirectory":
        (made.path / "sub" / "folder").mkdir(parents=True)
        return made, Repo(made.path / "sub" / "folder")
    return made, made


@pytest.mark.parametrize("kind", KINDS)
def test_the_verbs_work_and_the_record_is_sound(tmp_path: Path, kind: str) -> None:
    repo, here = _place(tmp_path, kind)
    inside(here, "init")
    ticket, other = new(here, "One"), new(here, "Two")
    inside(here, "label", ticket, "--add", "ui")
    inside(here, "assign", ticket, "me")
    inside(here, "link", ticket, "related", other, "-m", "a note")
    (tmp_path / "file.txt").write_text("attached\n")
    inside(here, "attach", ticket, tmp_path / "file.txt")
    inside(here, "edit", ticket, "-m", "Another text.")
    inside(here, "ready", ticket)
    inside(here, "queue", ticket)
    branch = accept(repo, ticket)
    inside(here, "report", ticket, "-m", "It begins.")
    if kind not in ("bare", "linked"):
        head = commit_on(repo, branch, "work.txt")
        made = inside(here, "review", ticket, "--approve", "--json", env={"GIT_YOI_ACTOR": str(BEA)}).data
        assert made["commit"] == head
        inside(here, "done", ticket, "-m", "why", code=7)
        repo.git("update-ref", "refs/heads/main", head)
    inside(here, "done", ticket, "-m", "why")
    inside(here, "close", ticket, "-m", "It is there.")
    after = now(here, ticket)
    assert (after.state, after.labels, after.assignees) == ("closed", ("ui",), ("Ada",))
    assert repo.git("cat-file", "blob", f"refs/yoi/tickets:files/{ticket}/file.txt") == "attached"
    repo.git("fsck", "--strict")


def test_a_repository_without_tickets_says_how_to_begin(plain: Repo) -> None:
    ran = inside(plain, "comment", "kkkk", "-m", "x", "--json", code=9)
    assert ran.error == "not-initialised"
    assert plain.git("for-each-ref", "refs/yoi") == ""


def test_nobody_to_sign_with_is_named(repo: Repo) -> None:
    ticket = new(repo)
    before = repo.refs()
    nobody = {"GIT_CONFIG_GLOBAL": "/dev/null", "EMAIL": ""}
    assert inside(repo, "comment", ticket, "-m", "x", "--json", code=9, env=nobody).error == "identity"
    assert repo.refs() == before
    inside(repo, "comment", ticket, "-m", "x", env={**nobody, "GIT_YOI_ACTOR": "Bea <bea@example.org>"})


def test_a_shallow_clone_is_read_only(repo: Repo, tmp_path: Path) -> None:
    ticket = new(repo)
    repo.commit("more", "x")
    repo.git("clone", "-q", "--depth", "1", f"file://{repo.path}", tmp_path / "shallow")
    shallow = Repo(tmp_path / "shallow")
    shallow.git("fetch", "-q", "--depth", "1", "origin", "refs/yoi/tickets:refs/yoi/tickets")
    before = shallow.refs()
    assert inside(shallow, "comment", ticket, "-m", "x", "--json", code=9).error == "read-only"
    assert shallow.refs() == before
