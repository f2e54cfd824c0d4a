"""Whatever happens to the index file, the answer is right."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from git_yoi.index.keeper import Keeper
from tests.conftest import Repo
from tests.index.support import from_scratch, index_file, keeper, on_disk, tip
from tests.inside import inside
from tests.read_only import READ_ONLY, yoi_read_only


def deleted(file: Path) -> None:
    file.unlink()


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def halved(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def cut_inside_a_page(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:5000])


def garbage(file: Path) -> None:
    file.write_bytes(os.urandom(20_000))


def garbage_with_a_header(file: Path) -> None:
    data = file.read_bytes()
    file.write_bytes(data[:4096] + os.urandom(len(data) - 4096))


def foreign_version(file: Path) -> None:
    db = sqlite3.connect(file)
    db.execute("PRAGMA user_version = 99")
    db.close()


def another_program(file: Path) -> None:
    file.unlink()
    db = sqlite3.connect(file)
    db.execute("CREATE TABLE stamp (tip)")
    db.commit()
    db.close()


def no_stamp(file: Path) -> None:
    db = sqlite3.connect(file)
    db.execute("DELETE FROM stamp")
    db.commit()
    db.close()


def a_lost_tip(file: Path) -> None:
    db = sqlite3.connect(file)
    db.execute("UPDATE stamp SET tip = ?", ("0" * 39 + "1",))
    db.execute("DELETE FROM tickets")
    db.commit()
    db.close()


def a_leftover_log(file: Path) -> None:
    file.with_name(file.name + "-wal").write_bytes(os.urandom(9000))
    file.with_name(file.name + "-shm").write_bytes(os.urandom(9000))


DAMAGE = [
    deleted,
    emptied,
    halved,
    cut_inside_a_page,
    garbage,
    garbage_with_a_header,
    foreign_version,
    another_program,
    no_stamp,
    a_lost_tip,
    a_leftover_log,
]


@pytest.mark.parametrize("harm", DAMAGE, ids=lambda harm: harm.__name__)
def test_a_bad_index_is_built_anew_with_at_most_a_notice(repo: Repo, harm: Callable[[Path], None]) -> None:
    first = inside(repo, "new", "First 設定", "-m", "body", "--quiet").out.strip()
    harm(index_file(repo))
    listed = inside(repo, "list", "--json")
    assert [t["id"] for t in listed.data] == [first]
    assert len(listed.err.splitlines()) <= 1
    assert inside(repo, "search", "設定", "--quiet").out.strip() == first
    again = inside(repo, "list", "--json")
    assert again.err == ""
    assert on_disk(repo) == from_scratch(repo)


@pytest.mark.parametrize("harm", [deleted, garbage], ids=lambda harm: harm.__name__)
def test_a_write_does_not_care_about_a_bad_index(repo: Repo, harm: Callable[[Path], None]) -> None:
    first = inside(repo, "new", "First", "--quiet").out.strip()
    harm(index_file(repo))
    second = inside(repo, "new", "Second", "--depends-on", first, "--quiet").out.strip()
    assert {t["id"] for t in inside(repo, "list", "--json").data} == {first, second}


def test_an_index_that_is_a_folder_is_answered_around(repo: Repo) -> None:
    ticket = inside(repo, "new", "First", "--quiet").out.strip()
    index_file(repo).unlink()
    index_file(repo).mkdir()
    assert [t["id"] for t in inside(repo, "list", "--json").data] == [ticket]


def test_while_another_process_builds_the_answer_comes_from_memory(repo: Repo) -> None:
    inside(repo, "new", "First")
    index_file(repo).unlink()
    builder = keeper(repo)
    with builder._building():  # noqa: SLF001  (the lock of another process, held)
        assert keeper(repo).at(tip(repo)).rows("SELECT title FROM tickets") == [("First",)]
        assert not index_file(repo).exists()


def test_while_another_process_writes_the_answer_comes_from_a_copy_that_is_caught_up(repo: Repo) -> None:
    inside(repo, "new", "First")
    stale = index_file(repo).read_bytes()
    inside(repo, "new", "Second")
    index_file(repo).write_bytes(stale)
    writer = sqlite3.connect(index_file(repo), isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    assert keeper(repo).at(tip(repo)).rows("SELECT count(*) FROM tickets") == [(2,)]
    writer.execute("ROLLBACK")
    writer.close()


@pytest.mark.parametrize("caught_up", [True, False])
def test_where_sqlite_cannot_open_the_file_its_bytes_are_read(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, caught_up: bool
) -> None:
    inside(repo, "new", "First")
    stale = index_file(repo).read_bytes()
    inside(repo, "new", "Second")
    if not caught_up:
        index_file(repo).write_bytes(stale)

    def refuses(*_: object) -> None:
        raise sqlite3.OperationalError("unable to open database file")

    monkeypatch.setattr(Keeper, "_connect", refuses)
    monkeypatch.setattr("git_yoi.index.keeper._copied", refuses)
    assert keeper(repo).at(tip(repo)).rows("SELECT count(*) FROM tickets") == [(2,)]


def test_a_full_disk_does_not_stop_a_read(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    inside(repo, "new", "First")
    index_file(repo).unlink()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Keeper, "_build", full)
    assert keeper(repo).at(tip(repo)).rows("SELECT count(*) FROM tickets") == [(1,)]


@pytest.mark.parametrize("how", READ_ONLY)
@pytest.mark.parametrize("indexed", [True, False])
def test_a_read_only_repository_is_read(repo: Repo, how: str, indexed: bool) -> None:
    ticket = inside(repo, "new", "First", "-m", "body", "--quiet").out.strip()
    if not indexed:
        shutil.rmtree(repo.path / ".git" / "yoi")
    for verb in (("list", "--json"), ("show", ticket, "--json"), ("search", "First", "--json")):
        done = yoi_read_only(repo, how, *verb)
        assert (done.code, done.err) == (0, ""), verb
        assert ticket in done.out


def test_eight_processes_that_find_no_index_all_answer_the_same(repo: Repo) -> None:
    tickets = {inside(repo, "new", f"Ticket {n}", "--quiet").out.strip() for n in range(5)}
    index_file(repo).unlink()
    children = [
        subprocess.Popen(
            [sys.executable, "-m", "git_yoi", "list", "--quiet"],
            cwd=repo.path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(8)
    ]
    answers = [child.communicate() for child in children]
    assert all(set(out.split()) == tickets and err == "" for out, err in answers)
    inside(repo, "list")
    assert on_disk(repo) == from_scratch(repo)
