"""`worktree rescue`: everything that was put away is listed, and what comes back is what was meant."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Repo
from tests.inside import inside
from tests.merge.scene import Work, quickly_approved, started


def listed(repo: Repo) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = inside(repo, "worktree", "rescue", "--json").data
    return found


def given_up(repo: Repo, *more: str) -> Work:
    """A ticket that was closed before anything was done; its branch and worktree are removed."""
    work = started(repo, "A ticket", *more)
    inside(repo, "close", work.ticket, "--as", "wontfix", "-m", "No.")
    inside(repo, "worktree", "prune")
    return work


def put_away(repo: Repo, key: str, ticket: str | None) -> Path:
    """A folder of the trash as a removal leaves it; the directory in it."""
    place = repo.path / ".git/yoi/trash" / key / "worktree"
    place.mkdir(parents=True)
    if ticket is not None:
        place.with_name("origin.json").write_text(json.dumps({"ticket": ticket, "path": "/p", "entry": "e"}))
    return place


def test_a_directory_that_went_without_its_branch_is_listed(repo: Repo) -> None:
    work = quickly_approved(repo, "A ticket")
    work.complete("--keep-branch")
    (one,) = listed(repo)
    assert (one["ticket"], one["branch"], one["head"]) == (work.ticket, None, None)
    assert (Path(one["directory"]) / f"work-{work.ticket}").exists()
    assert f"\t(no branch)\t\t{one['directory']}" in inside(repo, "worktree", "rescue").out
    for name in (one["key"], work.ticket):
        refused = inside(repo, "worktree", "rescue", name, "--json", code=3)
        assert one["directory"] in refused.json["error"]["cause"]
    # Where the branch follows later, it is the branch's.
    repo.git("update-ref", f"refs/yoi/rescue/20990101T000000Z-{work.ticket}/work", "HEAD")
    assert [(row["branch"], row["directory"]) for row in listed(repo)] == [("work", one["directory"])]


def test_a_directory_is_that_of_the_removal_it_came_before(repo: Repo) -> None:
    ticket = "bd-12"
    first = put_away(repo, f"20990101T000000Z-{ticket}", ticket)
    second = put_away(repo, f"20990101T000000Z-{ticket}-2", ticket)
    last = put_away(repo, f"20990104T000000Z-{ticket}", ticket)
    foreign = put_away(repo, "20990101T000000Z-bd", "bd")
    for key in (f"20990101T000000Z-{ticket}", f"20990103T000000Z-{ticket}"):
        repo.git("update-ref", f"refs/yoi/rescue/{key}/work", "HEAD")
    found = [(row["key"], row["ticket"], row["branch"], row["directory"]) for row in listed(repo)]
    assert found == [
        (f"20990104T000000Z-{ticket}", ticket, None, str(last)),
        (f"20990103T000000Z-{ticket}", ticket, "work", None),
        ("20990101T000000Z-bd", "bd", None, str(foreign)),
        (f"20990101T000000Z-{ticket}", ticket, "work", str(first)),
        (f"20990101T000000Z-{ticket}-2", ticket, None, str(second)),
    ]


def test_an_imported_id_that_ends_in_a_number_is_whole(repo: Repo) -> None:
    repo.git("update-ref", "refs/yoi/rescue/20990101T000000Z-bd-12/work", "HEAD")
    repo.git("update-ref", f"refs/yoi/rescue-reflog/20990101T000000Z-bd-12/{repo.git('rev-parse', 'HEAD')}", "HEAD")
    put_away(repo, "20990101T000001Z-bd-12-2", "bd-12")
    put_away(repo, "20990101T000001Z-bd-3", None)
    assert [row["ticket"] for row in listed(repo)] == ["bd-12", "bd", "bd-12", "bd-12"]
    assert inside(repo, "worktree", "rescue", "bd-12", "--json").data["branch"] == "work"


def test_two_branches_at_one_commit_are_two(repo: Repo) -> None:
    one, other = given_up(repo), given_up(repo)
    head = repo.git("rev-parse", "HEAD")
    for name in ("20", head[:12]):
        assert inside(repo, "worktree", "rescue", name, "--json", code=3).error == "ambiguous"
    assert inside(repo, "worktree", "rescue", other.ticket, "--json").data["branch"] == other.branch
    assert repo.git("branch", "--list", one.branch) == ""


@pytest.mark.parametrize("there", ["work", "work/x/y", "Work/X"])
def test_a_branch_that_stands_in_the_way_is_told(repo: Repo, there: str) -> None:
    given_up(repo, "--branch", "work/x")
    repo.git("branch", there)
    refused = inside(repo, "worktree", "rescue", "work/x", "--json", code=7)
    assert (refused.error, refused.json["error"]["message"]) == ("exists", f"branch {there} is here already")
    assert "--branch" in refused.json["error"]["hint"]
    assert inside(repo, "worktree", "rescue", "work/x", "--branch", "again", "--json").data["branch"] == "again"
