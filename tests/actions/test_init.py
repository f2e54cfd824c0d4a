"""`init`: where work is merged to is settled before anything is made."""

from __future__ import annotations

from tests.conftest import Repo
from tests.inside import inside

NO_BRANCH = [
    "",
    "-x",
    "a..b",
    "a\nb",
    "a\0b",
    "a b",
    "a~1",
    ".a",
    "a.lock",
    "a/",
    "a//b",
    "@{-1}",
    "HEAD",
    "a\udcff",
]


def test_a_target_that_can_be_no_branch_is_refused_and_nothing_begins(plain: Repo) -> None:
    plain.git("switch", "-q", "-c", "other")
    before = plain.refs(), plain.git("config", "--local", "--list")
    for name in NO_BRANCH:
        assert inside(plain, "init", f"--target={name}", "--json", code=2).error == "usage", name
        assert (plain.refs(), plain.git("config", "--local", "--list")) == before, name


def test_a_target_may_have_any_name_that_git_takes(plain: Repo) -> None:
    for name in ("release/1.x", "größe"):
        assert inside(plain, "init", "--target", name, "--json").data["target"] == name
        assert plain.git("config", "yoi.target") == name
