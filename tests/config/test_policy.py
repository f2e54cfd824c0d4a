from __future__ import annotations

import os
import sys

import pytest

from git_yoi.config.policy import Policy, load_policy
from git_yoi.errors import YoiError
from git_yoi.git.repository import Repository, discover
from tests.conftest import Repo, run


def opened(repo: Repo) -> Repository:
    return discover(repo.path, os.environ.copy())


def test_it_is_read_from_the_branch_and_from_no_file_that_lies_about(plain: Repo) -> None:
    plain.commit(".yoi.yaml", "hooks: {unaccepted: block}\n")
    plain.git("checkout", "-q", "-b", "work")
    plain.commit(".yoi.yaml", "merge: {authority: delegated}\n")
    assert load_policy(opened(plain), "main") == Policy(unaccepted="block")


def test_no_file_and_no_branch_are_the_default_and_cost_no_import(plain: Repo) -> None:
    assert load_policy(opened(plain), "nowhere") == Policy()
    code = (
        "import os, sys, pathlib; from git_yoi.git.repository import discover;"
        "from git_yoi.config.policy import load_policy;"
        "load_policy(discover(pathlib.Path.cwd(), os.environ.copy()), 'main');"
        "assert not {'pydantic', 'ruamel.yaml'} & set(sys.modules)"
    )
    assert run(sys.executable, "-c", code, cwd=plain.path).code == 0


def test_a_link_a_folder_and_a_huge_file_are_refused(plain: Repo) -> None:
    (plain.path / ".yoi.yaml").symlink_to("/etc/passwd")
    plain.git("add", ".yoi.yaml")
    plain.git("commit", "-q", "-m", "link")
    with pytest.raises(YoiError, match=r"main:\.yoi\.yaml:1:1: it is not a file") as caught:
        load_policy(opened(plain), "main")
    assert caught.value.code == "policy-file"
    (plain.path / ".yoi.yaml").unlink()
    plain.commit(".yoi.yaml", "#" * 70_000)
    with pytest.raises(YoiError, match="at most 64 KiB"):
        load_policy(opened(plain), "main")


def test_a_file_that_cannot_be_read_from_the_objects_is_no_default(plain: Repo) -> None:
    tip = plain.git("rev-parse", "main")
    tree = plain.git("rev-parse", "main^{tree}")
    (plain.path / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
    with pytest.raises(YoiError):
        load_policy(opened(plain), "main")
    assert tip == plain.git("rev-parse", "main")
