from __future__ import annotations

import os

import pytest

from git_yoi.errors import YoiError
from git_yoi.git.identity import author, committer
from git_yoi.git.repository import discover
from tests.conftest import EPOCH, Repo


def test_the_identity_is_gits(plain: Repo) -> None:
    who = author(discover(plain.path, os.environ.copy()))
    assert (who.name, who.email, who.at) == ("Ada", "ada@example.org", EPOCH)


@pytest.mark.parametrize("name", ["Ada\nEve", "Ada <eve>", "  Ada, ", "Ada Jr."])
def test_a_hostile_name_is_what_git_makes_of_it(plain: Repo, name: str) -> None:
    environment = {**os.environ, "GIT_AUTHOR_NAME": name}
    who = author(discover(plain.path, environment))
    assert who.name == plain.git("-c", "core.pager=cat", "log", "-1", "--format=%an", commit_as(plain, name))


def commit_as(repo: Repo, name: str) -> str:
    """A commit that git itself makes under a name."""
    repo.git("-c", f"user.name={name}", "commit", "-q", "--allow-empty", "-m", "x")
    return repo.git("rev-parse", "HEAD")


def test_nobody_is_guessed(plain: Repo) -> None:
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull}
    with pytest.raises(YoiError) as refused:
        committer(discover(plain.path, environment))
    assert refused.value.code == "identity"
    assert "user.name" in refused.value.hint
