from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from git_yoi.errors import YoiError
from git_yoi.git.refs import RefChange, RefMovedError, move_refs, read_ref, read_refs
from git_yoi.git.repository import Repository, discover
from tests.conftest import Repo

A = "refs/yoi/tickets"


@pytest.fixture
def here(plain: Repo) -> Repository:
    return discover(plain.path, os.environ.copy())


def test_a_ref_moves_only_from_where_it_was_seen(plain: Repo, here: Repository) -> None:
    first = plain.git("rev-parse", "HEAD")
    move_refs(here, [RefChange(A, None, first)], message="made")
    assert read_ref(here, A) == first
    for seen in (None, "1" * 40):
        with pytest.raises(RefMovedError):
            move_refs(here, [RefChange(A, seen, first)], message="lost")
    second = plain.commit("x", "x")
    move_refs(here, [RefChange(A, first, second)], message="moved")
    move_refs(here, [RefChange(A, second, None)], message="gone")
    assert read_ref(here, A) is None


def test_all_of_a_transaction_or_nothing(plain: Repo, here: Repository) -> None:
    head = plain.git("rev-parse", "HEAD")
    with pytest.raises(RefMovedError):
        move_refs(here, [RefChange(A, None, head), RefChange("refs/heads/main", "1" * 40, head)], message="x")
    assert read_refs(here, A) == {}
    with pytest.raises(RefMovedError):
        move_refs(here, [RefChange(A, None, head), RefChange("refs/heads/main", "1" * 40, "1" * 40)], message="x")
    move_refs(here, [RefChange(A, None, head), RefChange("refs/heads/main", head, head)], message="x")
    assert read_ref(here, A) == head


def test_a_lock_of_another_process_is_waited_for(plain: Repo, here: Repository) -> None:
    head, lock = plain.git("rev-parse", "HEAD"), plain.path / ".git/refs/yoi/tickets.lock"
    if plain.git("rev-parse", "--git-path", "refs") != ".git/refs":
        raise AssertionError("a repository of files is expected here")
    lock.parent.mkdir(parents=True)
    lock.touch()
    threading.Timer(0.3, lock.unlink).start()
    begun = time.monotonic()
    move_refs(here, [RefChange(A, None, head)], message="x")
    assert time.monotonic() - begun > 0.2
    assert read_ref(here, A) == head


@pytest.mark.parametrize("blocking", ["refs/yoi/tickets/below", "refs/yoi"])
def test_a_name_that_is_in_the_way_is_said_at_once(plain: Repo, here: Repository, blocking: str) -> None:
    head = plain.git("rev-parse", "HEAD")
    plain.git("update-ref", blocking, head)
    begun = time.monotonic()
    with pytest.raises(YoiError) as refused:
        move_refs(here, [RefChange(A, None, head)], message="x")
    assert refused.value.code == "io"
    assert time.monotonic() - begun < 5


def test_an_object_that_is_not_here_is_no_lost_race(here: Repository) -> None:
    with pytest.raises(YoiError) as refused:
        move_refs(here, [RefChange(A, None, "1" * 40)], message="x")
    assert refused.value.code == "io"


def test_the_environment_of_a_hook_does_not_lead_elsewhere(plain: Repo, tmp_path: Path) -> None:
    other = tmp_path / "other"
    plain.git("init", "-q", other)
    environment = {**os.environ, "GIT_DIR": str(other / ".git"), "GIT_INDEX_FILE": "x", "GIT_OBJECT_DIRECTORY": "/x"}
    found = discover(plain.path, environment, explicit=True)
    assert found.common_dir == plain.path / ".git"
    assert found.git.text("rev-parse", "main") == plain.git("rev-parse", "HEAD")
    assert found.here.text("rev-parse", "HEAD") == plain.git("rev-parse", "HEAD")
