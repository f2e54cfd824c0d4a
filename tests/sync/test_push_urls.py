"""A remote that is pushed to elsewhere than it is fetched from: said at once, and no race that others won."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from git_yoi.git.push_urls import require_one_repository
from tests.cli.findings import problems
from tests.conftest import Repo
from tests.inside import inside, session_of
from tests.merge.scene import approved
from tests.sync.hubs import TICKETS, Hub, make_hub
from tests.sync.scene import NOTHING, common, queued_everywhere, shared, work_of


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    """A bare hub at a path."""
    with make_hub(tmp_path) as made:
        return made


def by_push_url(hub: Hub, clone: Repo, place: Path) -> None:
    clone.git("config", "remote.origin.pushurl", f"{place}")
    assert clone.git("remote", "get-url", "origin") == hub.url


def by_push_instead_of(hub: Hub, clone: Repo, place: Path) -> None:
    clone.git("config", f"url.{place}.pushInsteadOf", hub.url)


@pytest.fixture(params=[by_push_url, by_push_instead_of])
def lead(request: pytest.FixtureRequest) -> Callable[[Hub, Repo, Path], None]:
    """A way to let pushes go to a place of their own."""
    made: Callable[[Hub, Repo, Path], None] = request.param
    return made


def elsewhere(hub: Hub, clone: Repo, *refs: str) -> Path:
    """Another repository, with some refs of the clone's."""
    place = hub.path.with_name("elsewhere.git")
    clone.git("init", "-q", "--bare", place)
    clone.git("push", "-q", place, *refs)
    return place


def require_said(error: dict[str, str]) -> None:
    assert error["code"] == "remote"
    assert error["message"] == "origin is fetched from one repository and pushed to another"
    assert "remote.origin.pushurl" in error["cause"]
    assert "git remote get-url --push --all origin" in error["hint"]
    assert "elsewhere.git" not in str(error)


@pytest.mark.parametrize("refs", [("main",), ("main", f"{TICKETS}:{TICKETS}")], ids=["without", "behind"])
def test_what_is_pushed_elsewhere_is_said_at_once(
    hub: Hub, lead: Callable[[Hub, Repo, Path], None], refs: tuple[str, ...]
) -> None:
    [ada] = shared(hub, 1)
    place = elsewhere(hub, ada, *refs)
    [ticket] = queued_everywhere([ada])
    lead(hub, ada, place)
    before, begun = (ada.refs(), Repo(place).refs(), hub.repo.refs()), time.monotonic()
    require_said(inside(ada, "start", ticket, "--json", code=9).json["error"])
    assert work_of(ada, ticket) == NOTHING
    assert (ada.refs(), Repo(place).refs(), hub.repo.refs()) == before
    (problem,) = problems(ada)
    assert (problem["code"], problem["where"]) == ("remote", "origin")
    assert "pushed to another" in problem["observed"]
    inside(ada, "comment", ticket, "-m", "Words")
    require_said(inside(ada, "sync", "--json", code=9).json["error"])
    # Not after the time for which a race goes on.
    assert time.monotonic() - begun < 60


def test_a_completion_that_is_pushed_elsewhere_is_said(hub: Hub, lead: Callable[[Hub, Repo, Path], None]) -> None:
    [ada] = shared(hub, 1)
    place = elsewhere(hub, ada, "main")
    work = approved(ada)
    inside(ada, "sync")
    lead(hub, ada, place)
    before = hub.repo.refs(), Repo(place).refs()
    require_said(work.complete(code=9).json["error"])
    assert (hub.repo.refs(), Repo(place).refs()) == before
    assert not (common(ada) / "yoi/journal.json").exists()


def test_one_repository_by_two_ways_is_one(hub: Hub) -> None:
    ada, bea = shared(hub)
    link = hub.path.with_name("same.git")
    link.symlink_to(hub.path)
    ada.git("config", "remote.origin.pushurl", str(link))
    seen = {TICKETS: hub.tip(), "refs/heads/none": None}
    repository = session_of(ada).repository
    require_one_repository(repository, "origin", seen)
    # Somebody else was faster, on both sides of it.
    queued_everywhere([bea])
    assert hub.tip() != seen[TICKETS]
    require_one_repository(repository, "origin", seen)
    ada.git("config", "remote.origin.pushurl", str(hub.path.with_name("gone.git")))
    require_one_repository(repository, "origin", {TICKETS: hub.tip()})


def test_nobody_is_asked_again_while_pushes_are_taken(hub: Hub, tmp_path: Path) -> None:
    [ada] = shared(hub, 1)
    [ticket] = queued_everywhere([ada])
    link = hub.path.with_name("same.git")
    link.symlink_to(hub.path)
    ada.git("config", "remote.origin.pushurl", str(link))
    trace = tmp_path / "trace"
    ada.yoi("start", ticket, env={"GIT_TRACE2_EVENT": str(trace)})
    assert '"get-url"' not in trace.read_text()
