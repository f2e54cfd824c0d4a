from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.codec.yoi_backend.folders import ITEM, THREAD
from tests.conftest import Repo, make_repo

_A, _B = "00001TESTAAAA", "00001TESTBBBB"


def write(root: Path, name: str, files: Mapping[str, str | bytes]) -> Path:
    """Write a ticket's folder."""
    for path, data in files.items():
        target = root / name / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data.encode() if isinstance(data, str) else data)
    return root / name


def compact(record: dict[str, str]) -> str:
    """A line of JSON as the tracker spells it."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n"


@pytest.fixture
def backend(tmp_path: Path) -> Path:
    """Two tickets, the one with every kind of file."""
    root = tmp_path / "project" / ".yoi" / "tickets"
    relation = {"ticket_id": _A, "kind": "depends_on", "target": _B, "author": "mio", "at": "2026-05-01T10:00:00Z"}
    note = {"id": "p1", "ticket_id": _A, "kind": "after", "related_ticket": _B, "author": "orchestrator"}
    write(
        root,
        _A,
        {
            "item.md": ITEM,
            "thread.md": THREAD,
            "resolution.md": "直した。",
            "artifacts/.gitkeep": b"",
            "artifacts/relations.json": json.dumps({"version": 1, "relations": [relation]}),
            "artifacts/orchestration-plan.jsonl": compact(note | {"at": "2026-05-01T11:00:00Z"}),
            "artifacts/logs/run 1.txt": b"\0raw\xff",
        },
    )
    plain = ITEM.replace("closed", "planning").replace("画面の色を直す", "Other")
    write(root, _B, {"item.md": plain, "thread.md": THREAD[: THREAD.index("<!-- event: state")]})
    return root


def tip(repo: Repo) -> str:
    return repo.git("rev-parse", "refs/yoi/tickets")


def threads(repo: Repo) -> list[dict[str, Any]]:
    """Every ticket as `export jsonl` tells it."""
    return [json.loads(line) for line in repo.yoi("export", "jsonl").out.splitlines()]


def test_folders_come_in_once_and_show_as_what_they_were(repo: Repo, backend: Path) -> None:
    made = repo.json("import", "yoi", backend)
    assert (made["tickets"], made["new"], made["unchanged"], made["unmapped"]) == (2, 2, 0, [])
    shown = repo.json("show", _A)
    assert (shown["state"], shown["priority"], shown["assignees"]) == ("closed", "P1", ["mio"])
    assert shown["resolution"] == {"as": "completed", "text": "直した。", "by": []}
    assert [(r["kind"], r["id"]) for r in shown["relations"]] == [("depends-on", _B)]
    assert [(r["decision"], r["commit"]) for r in shown["reviews"]] == [("approve", "3f2a9c1d")]
    kinds = [e["kind"] for e in shown["entries"]]
    assert kinds == ["create", "create", "state", "link", "plan", "review", "state", "close", "attach"]
    repo.git("fsck", "--strict")
    before = tip(repo)
    again = repo.json("import", "yoi", backend)
    assert (again["new"], again["entries"], again["unchanged"]) == (0, 0, 2)
    assert made["thread_entries"] == again["thread_entries"] == THREAD.count("<!-- event:") + 1
    assert tip(repo) == before


def test_the_backend_its_parents_and_one_ticket_can_be_named(repo: Repo, backend: Path) -> None:
    assert repo.json("import", "yoi", backend / _B)["new"] == 1
    assert repo.json("import", "yoi", backend.parent)["new"] == 1
    assert repo.json("import", "yoi", backend.parent.parent)["unchanged"] == 2


def test_two_clones_that_import_the_same_give_the_same_nonces(tmp_path: Path, backend: Path) -> None:
    made = [make_repo(tmp_path / "one"), make_repo(tmp_path / "two", "--object-format=sha256")]
    nonces = []
    for repo in made:
        repo.yoi("init")
        repo.yoi("import", "yoi", backend)
        log = repo.git("log", "--format=%(trailers:key=Yoi-Nonce)", "refs/yoi/tickets")
        nonces.append([line for line in log.splitlines() if line])
    assert nonces[0] == nonces[1]
    assert len(set(nonces[0])) == len(nonces[0]) == 11


def test_what_is_exported_imports_to_the_same_threads(tmp_path: Path, repo: Repo, backend: Path) -> None:
    repo.yoi("import", "yoi", backend)
    repo.yoi("export", "yoi", tmp_path / "out")
    other = make_repo(tmp_path / "other")
    other.yoi("init")
    assert other.json("import", "yoi", tmp_path / "out")["unmapped"] == []
    assert threads(other) == threads(repo)
    for name in ("thread.md", "resolution.md", "artifacts/logs/run 1.txt", "artifacts/orchestration-plan.jsonl"):
        assert (tmp_path / "out" / _A / name).read_bytes() == (backend / _A / name).read_bytes()


def test_a_key_that_the_source_had_not_is_not_written(repo: Repo, tmp_path: Path) -> None:
    item = ITEM.replace("assignee: 'mio'\n", "").replace("'closed'", "'planning'")
    write(tmp_path / "in", _A, {"item.md": item})
    repo.yoi("import", "yoi", tmp_path / "in")
    repo.yoi("export", "yoi", tmp_path / "out")
    written = (tmp_path / "out" / _A / "item.md").read_text()
    keys = [line.partition(":")[0] for line in item.partition("\n---\n")[0].splitlines()[1:]]
    assert [line.partition(":")[0] for line in written.partition("\n---\n")[0].splitlines()[1:]] == keys


def test_a_grown_thread_adds_what_is_new_and_moves_no_state_that_is_ours_by_now(repo: Repo, backend: Path) -> None:
    repo.yoi("import", "yoi", backend)
    repo.yoi("comment", _B, "-m", "ours")
    with (backend / _B / "thread.md").open("a") as file:
        file.write(THREAD[THREAD.index("<!-- event: state") :])
    made = repo.json("import", "yoi", backend)
    assert (made["updated"], made["entries"]) == (1, 4)
    assert [p["what"].split(",")[0] for p in made["unmapped"]] == [
        "a change to ready",
        "a change to done",
        "a change to closed",
    ]
    shown = repo.json("show", _B)
    assert shown["state"] == "planning"
    assert shown["entries"][-1]["body"] == "## Closed\n\n直した。"
    assert repo.json("import", "yoi", backend)["entries"] == 0


def test_links_pipes_and_strange_files_are_told_and_never_followed(repo: Repo, tmp_path: Path, backend: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (backend / _A / "artifacts" / "link.md").symlink_to(secret)
    (backend / _A / "artifacts" / "folder").symlink_to(tmp_path)
    (backend / "00001TESTLINK").symlink_to(backend / _A)
    (backend / "notes.txt").write_text("x")
    os.mkfifo(backend / _A / "artifacts" / "pipe")
    write(backend, "00001TESTCCCC", {"item.md": ITEM})
    (backend / "00001TESTCCCC" / "thread.md").symlink_to(secret)
    made = repo.json("import", "yoi", backend)
    assert {(p["ticket"], p["file"], p["what"]) for p in made["unmapped"]} >= {
        (_A, "artifacts/link.md", "a link, not followed"),
        (_A, "artifacts/folder", "a link, not followed"),
        ("", "00001TESTLINK", "a link, not followed"),
        ("", "notes.txt", "no ticket's folder"),
        (_A, "artifacts/pipe", "it cannot be read: it is no regular file"),
        ("00001TESTCCCC", "thread.md", "a link, not followed"),
    }
    assert "secret" not in repo.git("log", "-p", "--format=%B", "refs/yoi/tickets")


def test_ids_that_clash_are_refused_for_that_ticket_alone(repo: Repo, tmp_path: Path) -> None:
    native = repo.new("Ours")
    for name in (native, "00001testaaaa", "00001TESTAAAA", "slug_of.old", "00001GOODAAAA"):
        write(tmp_path / "in", name, {"item.md": ITEM, "thread.md": THREAD})
    made = repo.json("import", "yoi", tmp_path / "in")
    assert (made["tickets"], made["new"], made["refused"]) == (5, 3, 2)
    assert {p["ticket"]: p["what"].split(";")[0] for p in made["unmapped"]} == {
        native: f"there is a ticket {native} here that did not come from this tracker",
        "00001testaaaa": "its id 00001testaaaa differs from 00001TESTAAAA by case only",
        "slug_of.old": "its id cannot be kept",
    }
    assert repo.json("show", native)["title"] == "Ours"


def test_the_oldest_layout_with_its_folders_by_status(repo: Repo, tmp_path: Path) -> None:
    times = "created_at: 2026-05-01T08:00:00Z\nupdated_at: 2026-05-01T08:00:00Z"
    old = f"---\nid: a\nslug: a\ntitle: Panel: colour\nstatus: {{0}}\nkind: task\n{times}\n---\n\ntext\n"
    root = tmp_path / "work-items"
    write(root / "open", "20260501-080000-a", {"item.md": old.format("open")})
    write(root / "closed", "20260501-080001-b", {"item.md": old.format("closed")})
    (root / "pending").mkdir()
    (root / "pending" / ".gitkeep").touch()
    assert repo.json("import", "yoi", root)["new"] == 2
    assert repo.json("show", "20260501-080000-a")["state"] == "planning"
    assert repo.json("show", "20260501-080000-a")["title"] == "Panel: colour"
    assert repo.json("show", "20260501-080001-b")["state"] == "closed"


@pytest.mark.parametrize("name", ["missing", "empty", "file"])
def test_where_no_ticket_is_nothing_changes_and_the_exit_says_so(repo: Repo, tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")
    before = repo.refs()
    done = repo.yoi("import", "yoi", tmp_path / name, "--json", code=None)
    assert done.code in (2, 3)
    assert done.error in ("usage", "not-found")
    assert repo.refs() == before


def test_without_tickets_begun_an_import_says_how_to_begin(plain: Repo, backend: Path) -> None:
    assert plain.yoi("import", "yoi", backend, "--json", code=9).error == "not-initialised"


def test_a_ticket_that_came_in_progress_can_be_taken_on(repo: Repo, backend: Path) -> None:
    item = backend / _B / "item.md"
    item.write_text(item.read_text().replace("'planning'", "'inprogress'"))
    repo.yoi("import", "yoi", backend)
    assert repo.json("show", _B)["state"] == "inprogress"
    repo.yoi("close", _B, "-m", "over", "--as", "obsolete")
    assert repo.json("show", _B)["state"] == "closed"


def test_a_ticket_that_came_queued_is_started_only_after_a_human_has_queued_it_here(repo: Repo, backend: Path) -> None:
    item = backend / _B / "item.md"
    item.write_text(item.read_text().replace("'planning'", "'queued'"))
    repo.yoi("import", "yoi", backend)
    assert repo.yoi("start", _B, "--json", code=6).error == "stale-text"
    repo.yoi("queue", _B)
    assert repo.json("start", _B)["state"] == "inprogress"
