from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from git_yoi.git.objects import MissingObjectError, open_objects
from git_yoi.git.quarantine import inside_push, object_folders, read_path_list
from git_yoi.git.repository import discover
from tests.conftest import make_repo


@pytest.mark.parametrize(
    ("listed", "paths"),
    [
        ("", []),
        ("/a:/b c", ["/a", "/b c"]),
        ('"/a:b\\"c\\\\":/d', ['/a:b"c\\', "/d"]),
        ('"/\\303\\251\\n\\t"', ["/é\n\t"]),
        ("/a::/b:", ["/a", "/b"]),
    ],
)
def test_a_list_of_paths_is_read_as_git_writes_it(listed: str, paths: list[str]) -> None:
    assert read_path_list(listed) == paths


@pytest.mark.parametrize(("backend", "kind"), [("pygit2", "sha1"), ("dulwich", "sha1"), ("dulwich", "sha256")])
def test_only_who_asks_for_them_sees_the_objects_of_a_push(tmp_path: Path, backend: str, kind: str) -> None:
    options = (f"--object-format={kind}",)
    hub, pushed = make_repo(tmp_path / "hub", *options), make_repo(tmp_path / "a:b", *options)
    here, there = hub.git("rev-parse", "HEAD"), pushed.commit("new", "new\n")
    environment = {
        **os.environ,
        "GIT_OBJECT_DIRECTORY": str(pushed.path / ".git/objects"),
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": f'"{hub.path}/.git/objects":{tmp_path}/none',
        "GIT_QUARANTINE_PATH": str(pushed.path / ".git/objects"),
    }
    plain = discover(hub.path, environment, explicit=True)
    assert object_folders(plain) == (hub.path / ".git/objects",)
    assert plain.git.run("cat-file", "-e", there, ok=None).code != 0
    with pytest.raises(MissingObjectError):
        open_objects(plain, backend=backend).commit(there)
    inside = inside_push(plain)
    assert object_folders(inside)[0] == pushed.path / ".git/objects"
    for found in (inside, replace(inside, directory=tmp_path)):
        assert [found.git.run("cat-file", "-e", oid, ok=None).code for oid in (here, there)] == [0, 0]
        objects = open_objects(found, backend=backend)
        assert objects.commit(there).parents == (pushed.git("rev-parse", "HEAD^"),)
        assert objects.commit(here).parents == ()


def test_without_a_push_there_is_one_folder(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "repo")
    found = inside_push(discover(repo.path, os.environ.copy()))
    assert object_folders(found) == (repo.path / ".git/objects",)
