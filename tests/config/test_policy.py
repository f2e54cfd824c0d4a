from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any

import pytest

from git_yoi.config.policy import Policy, ValidateCommand, load_policy
from git_yoi.config.policy_cache import FILE, recall
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
    with pytest.raises(YoiError, match=r"main:\.yoi\.yaml:1:1: it is a symbolic link, not a file") as caught:
        load_policy(opened(plain), "main")
    assert caught.value.code == "policy-file"
    (plain.path / ".yoi.yaml").unlink()
    plain.commit(".yoi.yaml", "#" * 70_000)
    with pytest.raises(YoiError, match="it is longer than 64 KiB"):
        load_policy(opened(plain), "main")


def test_what_stands_in_the_place_of_a_file_is_refused_and_an_executable_is_one(plain: Repo) -> None:
    plain.commit(".yoi.yaml/file", "target: main\n")
    with pytest.raises(YoiError, match=r"main:\.yoi\.yaml:1:1: it is a directory, not a file"):
        load_policy(opened(plain), "main")
    plain.git("rm", "-q", "-r", ".yoi.yaml")
    plain.git("update-index", "--add", "--cacheinfo", f"160000,{plain.git('rev-parse', 'main')},.yoi.yaml")
    plain.git("commit", "-q", "-m", "A submodule")
    with pytest.raises(YoiError, match=r"main:\.yoi\.yaml:1:1: it is a submodule, not a file"):
        load_policy(opened(plain), "main")
    plain.git("rm", "-q", "--cached", ".yoi.yaml")
    plain.commit(".yoi.yaml", "hooks: {unaccepted: block}\n")
    plain.git("update-index", "--chmod=+x", ".yoi.yaml")
    plain.git("commit", "-q", "-m", "Executable")
    assert load_policy(opened(plain), "main").unaccepted == "block"


@pytest.mark.parametrize("what", ["", "^{tree}", ":.yoi.yaml"])
def test_what_a_replacement_ref_says_of_it_counts_for_nothing(plain: Repo, what: str) -> None:
    plain.commit(".yoi.yaml", "hooks: {unaccepted: block}\n")
    plain.git("checkout", "-q", "-b", "work")
    plain.commit(".yoi.yaml", "merge: {authority: delegated}\n")
    plain.git("replace", f"main{what}", f"work{what}")
    assert "delegated" in plain.git("show", "main:.yoi.yaml")
    assert load_policy(opened(plain), "main") == Policy(unaccepted="block")


def test_a_file_that_cannot_be_read_from_the_objects_is_no_default(plain: Repo) -> None:
    tip = plain.git("rev-parse", "main")
    tree = plain.git("rev-parse", "main^{tree}")
    (plain.path / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
    with pytest.raises(YoiError):
        load_policy(opened(plain), "main")
    assert tip == plain.git("rev-parse", "main")


def shared_through_a_copy(plain: Repo) -> Repository:
    """`origin/main` is one commit ahead of `main`, and only that one blocks what nobody accepted."""
    old = plain.git("rev-parse", "main")
    plain.commit(".yoi.yaml", "hooks: {unaccepted: block}\n")
    plain.git("update-ref", "refs/remotes/origin/main", "main")
    plain.git("reset", "-q", "--hard", old)
    plain.git("remote", "add", "origin", "/nowhere")
    plain.git("config", "yoi.remote", "origin")
    return opened(plain)


def test_the_shared_remotes_copy_counts_where_the_branch_here_lacks_some_of_it(plain: Repo) -> None:
    repository = shared_through_a_copy(plain)
    assert load_policy(repository, "main").unaccepted == "block"
    plain.commit(".yoi.yaml", "hooks: {unaccepted: off}\n")
    assert load_policy(repository, "main").unaccepted == "block"
    plain.git("checkout", "-q", "-b", "other")
    plain.git("branch", "-q", "-D", "main")
    assert load_policy(repository, "main").unaccepted == "block"
    plain.git("branch", "-q", "main", "origin/main")
    assert load_policy(repository, "main").unaccepted == "block"


def test_the_branch_here_counts_where_it_has_all_of_the_remotes_copy(plain: Repo) -> None:
    repository = shared_through_a_copy(plain)
    plain.git("merge", "-q", "--ff-only", "origin/main")
    plain.commit(".yoi.yaml", "hooks: {unaccepted: off}\n")
    assert load_policy(repository, "main").unaccepted == "off"
    plain.git("update-ref", "-d", "refs/remotes/origin/main")
    assert load_policy(repository, "main").unaccepted == "off"


def test_what_a_remote_has_that_nothing_is_shared_through_counts_for_nothing(plain: Repo) -> None:
    shared_through_a_copy(plain)
    plain.git("config", "--unset", "yoi.remote")
    assert load_policy(opened(plain), "main") == Policy()


def test_a_broken_policy_is_told_with_the_branch_that_has_it(plain: Repo) -> None:
    repository = shared_through_a_copy(plain)
    plain.git("checkout", "-q", "--detach", "origin/main")
    plain.commit(".yoi.yaml", "nonsense: 1\n")
    plain.git("update-ref", "refs/remotes/origin/main", "HEAD")
    with pytest.raises(YoiError, match=r"^origin/main:\.yoi\.yaml:1:1: "):
        load_policy(repository, "main")


WHOLE = """\
target: main
targets: [next]
merge: {authority: delegated, strategy: squash}
validate: [make test, {run: make lint, timeout: 60}]
approval: {required: 2, own: true}
worktree: {path: "../{branch}", sparse: [src]}
hooks: {unaccepted: block}
roles: {coder: [report, comment]}
"""


def test_a_file_is_parsed_once(repo: Repo) -> None:
    repo.commit(".yoi.yaml", WHOLE)
    repository = opened(repo)
    parsed = load_policy(repository, "main")
    assert parsed.validate[1] == ValidateCommand("make lint", 60.0)
    code = (
        "import os, sys, pathlib; from git_yoi.git.repository import discover;"
        "from git_yoi.config.policy import load_policy;"
        "print(load_policy(discover(pathlib.Path.cwd(), os.environ.copy()), 'main'));"
        "assert not {'pydantic', 'ruamel.yaml'} & set(sys.modules)"
    )
    again = run(sys.executable, "-c", code, cwd=repo.path)
    assert (again.code, again.err) == (0, "")
    assert load_policy(repository, "main") == parsed
    repo.commit(".yoi.yaml", "hooks: {unaccepted: block}\n")
    assert load_policy(repository, "main") == Policy(unaccepted="block")
    repo.commit(".yoi.yaml", "hooks: {unaccepted: sometimes}\n")
    with pytest.raises(YoiError, match="unaccepted"):
        load_policy(repository, "main")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d.update(version="0.0.9/1"),
        lambda d: d.update(blob="0" * 40),
        lambda d: d["policy"].update(authority="delegate"),
        lambda d: d["policy"].update(validate=["true"]),
        lambda d: d["policy"].update(validate=[["true", 0.0]]),
        lambda d: d["policy"].update(targets="main"),
        lambda d: d["policy"].update(roles={"coder": [1]}),
        lambda d: d["policy"].update(more=1),
        lambda d: d["policy"].pop("approvals"),
        lambda d: d.update(policy=[]),
    ],
)
def test_what_this_version_did_not_write_is_not_believed(repo: Repo, spoil: Callable[[Any], object]) -> None:
    repo.commit(".yoi.yaml", WHOLE)
    repository = opened(repo)
    parsed, file = load_policy(repository, "main"), repository.private / FILE
    document = json.loads(file.read_text())
    blob = document["blob"]
    spoil(document)
    file.write_text(json.dumps(document))
    assert recall(repository.private, blob) is None
    assert load_policy(repository, "main") == parsed
    assert json.loads(file.read_text()) != document


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[1]", b"[" * 100_000, b"null"])
def test_a_torn_copy_is_not_believed(repo: Repo, content: bytes) -> None:
    repo.commit(".yoi.yaml", WHOLE)
    repository = opened(repo)
    (repository.private / FILE).write_bytes(content)
    assert load_policy(repository, "main").strategy == "squash"


def test_a_copy_that_cannot_be_kept_is_no_failure(repo: Repo) -> None:
    repo.commit(".yoi.yaml", WHOLE)
    repository = opened(repo)
    (repository.private / FILE).mkdir()
    assert load_policy(repository, "main").strategy == "squash"
    assert not list(repository.private.glob("*.new"))
