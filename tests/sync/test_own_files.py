"""What lies in a clone itself, and is not what it was: files of ours, and the refs that remember the remote."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inside import inside, new
from tests.sync.hubs import TICKETS, make_hub
from tests.sync.scene import shared


@pytest.mark.parametrize("name", ["journal.json", "distrusted.json"])
def test_a_file_of_ours_that_is_nested_without_end_stops_nothing(tmp_path: Path, name: str) -> None:
    with make_hub(tmp_path) as hub:
        [ada] = shared(hub, 1)
        ticket = new(ada)
        (ada.path / ".git/yoi" / name).write_text("[" * 200_000)
        inside(ada, "comment", ticket, "-m", "goes on")
        inside(ada, "status")
        inside(ada, "sync")


def test_a_remembered_tip_that_is_no_commit_is_no_fault_of_the_remote(tmp_path: Path) -> None:
    with make_hub(tmp_path) as hub:
        ada, bea = shared(hub)
        new(ada)
        inside(ada, "sync")
        bea.git("update-ref", "refs/yoi/published", bea.git("rev-parse", f"{TICKETS}^{{tree}}"))
        assert inside(bea, "sync", "--json", code=6).error == "rewritten"
        inside(bea, "sync", "--accept-rewrite")
        assert bea.git("rev-parse", "refs/yoi/published") == hub.tip() == ada.git("rev-parse", TICKETS)
