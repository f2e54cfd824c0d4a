"""The servers of these tests, seen by plain git: what they do with a push is what they say they do."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.conftest import Ran, Repo, run
from tests.servers import AGREES, CUT_AFTER, CUT_BEFORE, DROPS, Conduct
from tests.sync.hubs import FORMATS, KINDS, Hub, make_hub

REF = "refs/yoi/probe"


def push(clone: Repo, *more: str) -> Ran:
    """Push the clone's HEAD to a ref of its own, which must be where it was seen."""
    return run("git", "push", *more, "origin", f"HEAD:{REF}", cwd=clone.path)


def race(one: Repo, two: Repo) -> list[Ran]:
    """Both push to a ref that neither has seen, at the same moment."""
    done: dict[int, Ran] = {}

    def go(number: int, clone: Repo) -> None:
        clone.commit("file", f"{number}\n")
        done[number] = push(clone, f"--force-with-lease={REF}:")

    running = [threading.Thread(target=go, args=pair) for pair in enumerate((one, two))]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return [done[0], done[1]]


@pytest.mark.parametrize("kind", KINDS)
def test_a_push_is_taken_and_fetched_again(tmp_path: Path, kind: str) -> None:
    with make_hub(tmp_path, kind) as hub:
        one, two = hub.clone(0), hub.clone(1)
        made = one.commit("file", "text\n")
        assert push(one).code == 0
        assert hub.tip(REF) == made
        two.git("fetch", "-q", "origin", f"{REF}:{REF}")
        assert two.git("rev-parse", REF) == made


@pytest.mark.parametrize("options", FORMATS.values(), ids=FORMATS)
def test_a_hub_of_every_format_is_served(tmp_path: Path, options: tuple[str, ...]) -> None:
    with make_hub(tmp_path, "http", None, *options) as hub:
        one = hub.clone(0)
        one.commit("file", "text\n")
        assert push(one).code == 0
        assert hub.tip(REF) == one.git("rev-parse", "HEAD")


def test_a_server_that_drops_says_ok(tmp_path: Path) -> None:
    conduct = Conduct(push=DROPS)
    with make_hub(tmp_path, "http", conduct) as hub:
        assert push(hub.clone(0)).code == 0
        assert (hub.tip(REF), conduct.pushes) == ("", [DROPS])


def test_a_server_that_agrees_says_ok_to_both_and_takes_one(tmp_path: Path) -> None:
    with make_hub(tmp_path, "http", Conduct(push=AGREES, gate=threading.Barrier(2))) as hub:
        one, two = hub.clone(0), hub.clone(1)
        assert [ran.code for ran in race(one, two)] == [0, 0]
        assert hub.tip(REF) in (one.git("rev-parse", "HEAD"), two.git("rev-parse", "HEAD"))


def test_an_honest_server_says_ok_to_one_of_two(tmp_path: Path) -> None:
    with make_hub(tmp_path, "http", Conduct(gate=threading.Barrier(2))) as hub:
        one, two = hub.clone(0), hub.clone(1)
        codes = [ran.code for ran in race(one, two)]
        assert sorted(codes) == [0, 1]
        assert hub.tip(REF) == (one, two)[codes.index(0)].git("rev-parse", "HEAD")


@pytest.mark.parametrize("how", [CUT_BEFORE, CUT_AFTER])
def test_a_cut_push_fails_whatever_became_of_it(tmp_path: Path, how: str) -> None:
    with make_hub(tmp_path, "http", Conduct(push=how)) as hub:
        clone: Repo = hub.clone(0)
        assert push(clone).code != 0
        assert hub.tip(REF) == ("" if how == CUT_BEFORE else clone.git("rev-parse", "HEAD"))


def test_a_hook_of_the_hub_can_cut_a_push_too(tmp_path: Path) -> None:
    with make_hub(tmp_path) as hub:
        clone, other = hub.clone(0), Hub(hub.repo, hub.url)
        other.hook("post-receive", "kill -9 $PPID")
        assert push(clone).code != 0
        assert hub.tip(REF) == clone.git("rev-parse", "HEAD")
