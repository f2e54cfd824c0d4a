"""The hooks as people install them, in the form that this git takes, through the life of a ticket."""

from __future__ import annotations

from pathlib import Path

from tests.hooks.clients import commit, git, state, tickets_of, wait_for_watchers
from tests.inside import inside, queued
from tests.sync.hubs import make_hub
from tests.sync.scene import require_agreement, shared


def test_from_a_start_to_a_push_that_closes_it(tmp_path: Path) -> None:
    with make_hub(tmp_path) as hub:
        [clone] = shared(hub, 1)
        inside(clone, "hooks", "install")
        ticket = queued(clone)
        held = inside(clone, "start", ticket, "--json").data
        there = Path(held["worktree"])
        (there / "work").write_text("work\n")
        clone.git("add", "work", cwd=there)
        commit(clone, "-m", "Do it", cwd=there)
        assert tickets_of(clone, held["branch"]) == [ticket]
        assert git(clone, "push", "-q", "origin", "HEAD", cwd=there) == []
        # What stands between is the queue and the start, and the branch's commit is everybody's by now.
        assert hub.tip() == clone.git("rev-parse", "refs/yoi/tickets")
        [said] = git(clone, "merge", "-q", "--no-edit", held["branch"])
        assert said == f"{ticket[:8]} is merged here, and closes when main is pushed"
        assert git(clone, "push", "-q", "origin", "main") == []
        wait_for_watchers(clone)
        assert state(clone, ticket) == "closed"
        require_agreement(hub, [clone])
        inside(clone, "hooks", "uninstall")
        commit(clone, "--amend", "-m", "Do it", cwd=there)
        assert tickets_of(clone, held["branch"]) == []
