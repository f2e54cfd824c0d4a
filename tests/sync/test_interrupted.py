"""Ctrl-C while the other side says nothing: exit 130, nothing half done, and the next command is fine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Ran, Repo
from tests.inside import inside
from tests.servers import HANGS, HONEST, Conduct
from tests.sync.hubs import make_hub
from tests.sync.scene import (
    acceptances,
    holder,
    queued_everywhere,
    require_agreement,
    require_no_locks,
    shared,
    work_of,
)

# A suite that was put into the background ignores interrupts, and so would all that it starts.
_HEEDING = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.executable, [sys.executable, "-m", "git_yoi", *sys.argv[1:]])
"""


class Running:
    """A verb in a process group of its own, as a terminal's foreground job is."""

    def __init__(self, repo: Repo, *arguments: str) -> None:
        self.child = subprocess.Popen(
            [sys.executable, "-c", _HEEDING, *arguments],
            cwd=repo.path,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def interrupt(self, *, group: bool) -> Ran:
        """Send SIGINT to the whole group, as the terminal does, or to the program alone; what it left."""
        if group:
            os.killpg(self.child.pid, signal.SIGINT)
        else:
            self.child.send_signal(signal.SIGINT)
        out, err = self.child.communicate(timeout=30)
        assert "Traceback" not in err, err
        return Ran(self.child.returncode, out, err)


@pytest.mark.parametrize(
    ("verb", "where", "group"),
    [("start", "push", True), ("start", "rest", False), ("sync", "push", False), ("sync", "rest", True)],
)
def test_a_hanging_connection_is_cut_and_nothing_is_half_done(
    tmp_path: Path, verb: str, where: str, group: bool
) -> None:
    conduct = Conduct()
    with make_hub(tmp_path, "http", conduct) as hub:
        clones = shared(hub)
        [ticket] = queued_everywhere(clones)
        inside(clones[0], "comment", ticket, "-m", "Not sent yet.")
        before, hubs = clones[0].refs(), hub.repo.refs()
        setattr(conduct, where, HANGS)
        running = Running(clones[0], verb, *([ticket] if verb == "start" else []), "--json")
        assert conduct.reached.wait(30)
        ran = running.interrupt(group=group)
        assert ran.code == 130, ran
        assert (clones[0].refs(), hub.repo.refs()) == (before, hubs)
        assert work_of(clones[0], ticket)[:2] == ([], [])
        require_no_locks(clones[0])
        conduct.push = conduct.rest = HONEST
        inside(clones[0], "start", ticket)
        require_agreement(hub, clones)
        assert (acceptances(hub.repo, ticket), holder(clones[1], ticket)) == (1, "Ada")


def test_interrupted_after_the_update_and_before_the_answer(tmp_path: Path) -> None:
    with make_hub(tmp_path) as hub:
        clones = shared(hub)
        [ticket] = queued_everywhere(clones)
        reached, go = tmp_path / "reached", tmp_path / "go"
        os.mkfifo(reached)
        hub.hook("post-receive", f"exec >/dev/null 2>&1; echo > {reached}; until [ -e {go} ]; do sleep 0.01; done")
        running = Running(clones[0], "start", ticket, "--json")
        reached.read_text()
        ran = running.interrupt(group=True)
        go.touch()
        assert ran.code == 130, ran
        assert work_of(clones[0], ticket) == ([], [], True)
        hub.hook("post-receive", "")
        assert inside(clones[1], "start", ticket, "--json", code=5).error == "taken"
        inside(clones[0], "start", ticket)
        require_agreement(hub, clones)
        assert (acceptances(hub.repo, ticket), holder(clones[1], ticket)) == (1, "Ada")
