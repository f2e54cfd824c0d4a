"""After a join the index shows the new order as one built anew does, and reads no more than what changed."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.index.support import from_scratch, index_file, on_disk
from tests.inside import inside, new
from tests.sync.hubs import make_hub
from tests.sync.scene import shared


@pytest.mark.parametrize("seed", range(3))
def test_an_index_that_followed_joins_equals_one_built_from_scratch(tmp_path: Path, seed: int) -> None:
    rnd = random.Random(seed)
    with make_hub(tmp_path) as hub:
        clones = shared(hub)
        ticket = new(clones[0])
        for clone in (*clones, *clones):
            inside(clone, "sync")
        built = index_file(clones[1]).stat().st_ino
        for number in range(10):
            clone = rnd.choice(clones)
            verb = rnd.choice(("comment", "comment", "sync", "pull", "state"))
            if verb == "comment":
                inside(clone, "comment", ticket, "-m", f"word {number}")
            elif verb == "state":
                inside(clone, rnd.choice(("ready", "return", "queue")), ticket, "-m", "why", code=None)
            else:
                inside(clone, verb)
            for one in clones:
                inside(one, "list")
                assert on_disk(one) == from_scratch(one)
        assert index_file(clones[1]).stat().st_ino == built
