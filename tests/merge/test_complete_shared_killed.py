"""`complete` with a remote, killed at every step, or left without an answer: never merged and open, nor the reverse."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest

from git_yoi.git.repository import discover
from git_yoi.merge.scratch import sweep
from tests.conftest import Repo
from tests.inside import inside
from tests.killing import Killer, make_killer
from tests.merge.scene import DELEGATED, approved, quickly_approved, require_closed_once
from tests.sync.hubs import TICKETS, Hub, make_hub
from tests.sync.scene import require_agreement, shared

POLICY = DELEGATED + "validate: ['test -f README']\n"


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    """A bare hub at a path."""
    with make_hub(tmp_path) as made:
        return made


@pytest.fixture
def killer(tmp_path: Path) -> Killer:
    return make_killer(tmp_path / "bin")


def require_whole(hub: Hub, ticket: str, where: object) -> None:
    """On the remote the merge is there exactly if the closing is."""
    merged = bool(hub.repo.git("log", "--format=%H", f"--grep=^Ticket: {ticket}$", "main"))
    thread = hub.repo.git("log", "--format=%B", "-F", f"--grep=Yoi-Ticket: {ticket}", TICKETS)
    assert merged == ("\nYoi-Event: close\n" in thread) == ("\nYoi-Event: merge\n" in thread), where


@pytest.mark.parametrize("part", range(2))
def test_a_shared_completion_killed_at_any_git_call_is_finished_by_the_next_command(
    hub: Hub, killer: Killer, part: int
) -> None:
    ada, bea = shared(hub)
    ada.commit(".yoi.yaml", POLICY)
    ada.git("push", "-q", "origin", "main")
    other = inside(ada, "new", "Another", "-m", "x", "-q").out.strip()
    first = quickly_approved(ada, "whole")
    inside(ada, "sync")
    assert killer.yoi(ada, "complete", first.ticket).code == 0
    calls = killer.seen()
    push = next(number for number, call in enumerate(calls, 1) if "--atomic" in call)
    # From the journal to the last move of a ref, and some of what only reads before and after.
    last = max(number for number, call in enumerate(calls, 1) if call.startswith("update-ref"))
    steps = [(at, "before") for at in (*range(2, push - 2, 9), *range(push - 2, last + 2))]
    steps += [(at, "after") for at, call in enumerate(calls, 1) if call.startswith("update-ref") or at == push]
    assert len(steps) > 20
    for number, (at, when) in enumerate(steps[part::2]):
        work = quickly_approved(ada, f"{when} {at}")
        killed = killer.yoi(ada, "complete", work.ticket, at=at, when=when)
        where = (at, when, killer.seen()[-1])
        assert killed.code in (0, -signal.SIGKILL), (where, killed)
        require_whole(hub, work.ticket, where)
        if number % 2:
            inside(ada, "comment", other, "-m", f"{number}")
            require_whole(hub, work.ticket, where)
        if work.state() != "closed" or (ada.path / ".git/yoi/journal.json").exists():
            inside(ada, "complete", work.ticket, "--json")
        sweep(discover(ada.path, os.environ.copy()))
        merge = require_closed_once(ada, work.ticket, where)
        assert hub.repo.git("merge-base", "--is-ancestor", merge, "main") == ""
        assert ada.git("status", "--porcelain") == "", where
        assert not work.worktree.exists(), where
    require_agreement(hub, (ada, bea))


def answerless(folder: Path, hub: Hub, *, lands: bool) -> dict[str, str]:
    """A git whose pushes of the target land, or not, while the remote goes away under them."""
    git = shutil.which("git")
    folder.mkdir()
    push = f"'{git}' \"$@\" >/dev/null 2>&1; " if lands else ""
    script = f"""#!/bin/sh
case " $* " in *" push "*" --atomic "*) {push}mv '{hub.path}' '{hub.path}.away'
  echo 'fatal: the remote end hung up unexpectedly' >&2; exit 128;; esac
exec '{git}' "$@"
"""
    (folder / "git").write_text(script)
    (folder / "git").chmod(0o755)
    return {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}


def back(hub: Hub) -> None:
    Path(f"{hub.path}.away").rename(hub.path)


@pytest.mark.parametrize("lands", [True, False])
@pytest.mark.parametrize("verb", ["complete", "comment", "sync"])
def test_a_lost_answer_is_unknown_until_the_remote_is_back_and_then_told(
    hub: Hub, tmp_path: Path, verb: str, lands: bool
) -> None:
    ada, bea = shared(hub)
    work = approved(ada)
    other = inside(ada, "new", "Another", "-m", "x", "-q").out.strip()
    inside(ada, "sync")
    env = answerless(tmp_path / "away", hub, lands=lands)
    lost = inside(ada, "complete", work.ticket, "--authorize", "--json", code=9, env=env)
    assert lost.error == "remote-unknown"
    # What git noted of its own push is known to be there, and is shown.
    assert work.state() == ("closed" if lands else "inprogress")
    ran = inside(ada, "comment", other, "-m", "goes on")
    assert "waits to be finished" in ran.err
    assert inside(ada, "comment", work.ticket, "-m", "x", "--json", code=9).error == "remote-unknown"
    back(hub)
    if verb == "complete":
        work.complete()
    elif verb == "comment":
        inside(ada, "comment", other, "-m", "the remote is back")
    else:
        inside(ada, "sync")
    require_whole(hub, work.ticket, verb)
    if work.state() != "closed":
        # Somebody wrote between: what had not landed is dropped, and judged anew.
        assert not lands
        work.complete()
    require_closed_once(ada, work.ticket)
    require_agreement(hub, (ada, bea))


def test_two_clones_complete_two_tickets_at_once_and_each_is_validated_on_what_it_landed_on(
    hub: Hub, tmp_path: Path
) -> None:
    import subprocess
    import sys

    ada, bea = shared(hub)
    log = tmp_path / "validated"
    ada.commit(".yoi.yaml", DELEGATED + f"validate: ['git rev-parse HEAD HEAD^1 >> {log}']\n")
    ada.git("push", "-q", "origin", "main")
    bea.git("pull", "-q")
    works = [approved(ada, "Ada's"), approved(bea, "Bea's")]
    for clone in (ada, bea, ada):
        inside(clone, "sync")
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "git_yoi", "complete", work.ticket], cwd=work.repo.path, stdout=subprocess.PIPE
        )
        for work in works
    ]
    assert [one.wait() for one in running] == [0, 0]
    for one in running:
        assert one.stdout is not None
        one.stdout.close()
    pairs = list(zip(*[iter(log.read_text().split())] * 2, strict=True))
    for work in works:
        inside(work.repo, "sync")
        merge = inside(work.repo, "show", work.ticket, "--json").data["merge"]["commit"]
        assert (merge, hub.repo.git("rev-parse", f"{merge}^1")) in pairs
        require_whole(hub, work.ticket, work.ticket)
    require_agreement(hub, (ada, bea))


def test_the_target_of_a_clone_that_went_on_is_left_and_said(hub: Hub, killer: Killer) -> None:
    ada, _ = shared(hub)
    work = approved(ada)
    inside(ada, "sync")
    killed = killer.yoi(ada, "complete", work.ticket, "--authorize", at=1, when="after", match="--atomic")
    assert killed.code == -signal.SIGKILL
    ada.commit("went-on", "x\n")
    mine = ada.git("rev-parse", "main")
    ran = inside(ada, "new", "Another", "-q")
    assert ada.git("rev-parse", "main") == mine
    assert work.state() == "closed"
    assert ran.err.count("it is left as it is") == 1
    require_whole(hub, work.ticket, "")
    assert Repo(ada.path).git("fsck", "--strict") == ""


@pytest.mark.parametrize("lands", [True, False])
def test_a_remote_that_was_renamed_meanwhile_is_asked_by_its_new_name(hub: Hub, tmp_path: Path, lands: bool) -> None:
    ada, _ = shared(hub)
    work, other = approved(ada, "One"), approved(ada, "Another")
    inside(ada, "sync")
    env = answerless(tmp_path / "away", hub, lands=lands)
    assert inside(ada, "complete", work.ticket, "--authorize", "--json", code=9, env=env).error == "remote-unknown"
    back(hub)
    ada.git("remote", "rename", "origin", "up")
    inside(ada, "remote", "up", "--move")
    other.complete()
    if work.state() != "closed":
        work.complete()
    for one in (work, other):
        require_closed_once(ada, one.ticket)
        require_whole(hub, one.ticket, lands)


def test_the_shared_remote_is_not_moved_before_it_is_known_what_the_old_one_took(hub: Hub, tmp_path: Path) -> None:
    ada, _ = shared(hub)
    work = approved(ada)
    inside(ada, "sync")
    env = answerless(tmp_path / "away", hub, lands=True)
    inside(ada, "complete", work.ticket, "--authorize", code=9, env=env)
    ada.git("remote", "add", "other", str(tmp_path / "other.git"))
    ada.git("init", "-q", "--bare", str(tmp_path / "other.git"))
    refused = inside(ada, "remote", "other", "--move", "--json", code=9)
    assert refused.error == "remote-unknown"
    assert ada.git("config", "yoi.remote") == "origin"
    back(hub)
    inside(ada, "remote", "other", "--move")
    require_closed_once(ada, work.ticket)
    assert ada.git("config", "yoi.remote") == "other"
