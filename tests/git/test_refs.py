from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from git_yoi.errors import YoiError
from git_yoi.git.refs import RefChange, RefMovedError, move_refs, read_ref, read_refs, ticket_ref
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


@pytest.mark.parametrize(
    "name",
    ["--help", "refs/heads/*", "nonsense", "HEAD", "refs/heads", "refs/yoi/../x", "refs/a b/c", "refs/x/y.lock", ""],
)
def test_a_ticket_ref_of_another_name_is_a_whole_name(name: str) -> None:
    with pytest.raises(YoiError) as refused:
        ticket_ref(name)
    assert refused.value.code == "usage"


@pytest.mark.parametrize("name", ["refs/heads/yoi-tickets", "refs/yoi/tickets", "refs/x/a.b_c"])
def test_a_whole_name_is_taken(name: str) -> None:
    assert ticket_ref(name) == name


def test_tickets_may_live_on_a_branch_of_their_own_but_on_no_other(repo: Repo) -> None:
    repo.git("config", "yoi.ref", "refs/heads/yoi-tickets")
    repo.yoi("init")
    ticket = repo.new()
    assert repo.git("log", "-1", "--format=%s", "yoi-tickets") == "create: A ticket"
    assert repo.json("show", ticket)["state"] == "planning"
    repo.git("config", "yoi.ref", "refs/heads/main")
    before = repo.refs()
    assert repo.yoi("init", "--json", code=9).error == "format"
    assert repo.yoi("new", "T", "-m", "b", "--json", code=9).error == "format"
    repo.git("config", "yoi.ref", "nonsense")
    assert repo.yoi("init", "--json", code=2).error == "usage"
    assert repo.refs() == before
