from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from git_yoi.domain.ticket import Actor
from git_yoi.errors import YoiError
from git_yoi.store.claims import Claim, drop_claim, lock_claim, my_claim, read_claim, write_claim

ID = "kqmvzrtnlpwoyxus"
CLAIM = Claim(
    ticket=ID,
    nonce="5f0c" * 8,
    generation=3,
    branch="b/ä",
    worktree=Path("/p/a b/\udcff"),
    base="0" * 40,
    target="main",
    actor=Actor("Ada", "ada@example.org"),
    role="coder",
    begun_at=1_750_000_000,
)


@pytest.mark.parametrize(
    "claim",
    [CLAIM, replace(CLAIM, worktree=None, ends="aa"), replace(CLAIM, finished=True)],
    ids=["start", "end", "fin"],
)
def test_a_record_reads_as_it_was_written(tmp_path: Path, claim: Claim) -> None:
    write_claim(tmp_path, claim)
    assert read_claim(tmp_path, ID) == claim
    assert my_claim(tmp_path, ID) == claim.nonce
    assert [path.name for path in (tmp_path / "claims").iterdir()] == [f"{ID}.json"]


def test_a_dropped_record_is_gone_and_dropping_is_idempotent(tmp_path: Path) -> None:
    drop_claim(tmp_path, ID)
    write_claim(tmp_path, CLAIM)
    drop_claim(tmp_path, ID)
    assert read_claim(tmp_path, ID) is None
    assert my_claim(tmp_path, ID) is None


@pytest.mark.parametrize("garbage", ["", "{", "[]", "null", '{"ticket": "x"}', '"\\ud800"', "\0", "[" * 200_000])
def test_what_cannot_be_read_shows_no_claim(tmp_path: Path, garbage: str) -> None:
    write_claim(tmp_path, CLAIM)
    (tmp_path / f"claims/{ID}.json").write_text(garbage)
    assert read_claim(tmp_path, ID) is None


def test_a_record_of_another_ticket_shows_no_claim(tmp_path: Path) -> None:
    write_claim(tmp_path, CLAIM)
    other = "k" * 16
    (tmp_path / f"claims/{ID}.json").rename(tmp_path / f"claims/{other}.json")
    assert read_claim(tmp_path, other) is None


@pytest.mark.parametrize("name", ["../../x", "a/b", "", ".", "x\0y"])
def test_a_path_never_leaves_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="no ticket id"):
        read_claim(tmp_path, name)


def test_the_lock_is_refused_while_its_owner_lives_and_free_afterwards(tmp_path: Path) -> None:
    with lock_claim(tmp_path, ID):
        with pytest.raises(YoiError) as refused, lock_claim(tmp_path, ID):
            pass
        assert refused.value.code == "taken"
    with lock_claim(tmp_path, ID):
        pass
    assert not list((tmp_path / "claims").iterdir())


def test_locks_of_two_tickets_are_two(tmp_path: Path) -> None:
    with lock_claim(tmp_path, ID), lock_claim(tmp_path, "k" * 16):
        pass


def test_the_lock_of_a_killed_owner_is_free(tmp_path: Path) -> None:
    dies = "import os, sys; from pathlib import Path; from git_yoi.store.claims import lock_claim\n"
    dies += "with lock_claim(Path(sys.argv[1]), sys.argv[2]): os.kill(os.getpid(), 9)"
    killed = subprocess.run([sys.executable, "-c", dies, str(tmp_path), ID], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert (tmp_path / f"claims/{ID}.lock").exists()
    with lock_claim(tmp_path, ID):
        pass


def test_a_process_in_the_background_does_not_keep_the_lock_of_an_owner_that_ended_well(tmp_path: Path) -> None:
    with lock_claim(tmp_path, ID) as lock:
        child = subprocess.Popen(
            [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=[lock.descriptor], env=dict(os.environ)
        )
    with child, lock_claim(tmp_path, ID):
        child.communicate(b"\n")
