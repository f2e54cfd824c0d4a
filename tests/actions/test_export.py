from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import Repo, make_repo


def begun(path: Path, *options: str) -> Repo:
    repo = make_repo(path, *options)
    repo.yoi("init")
    return repo


def worked_on(repo: Repo, tmp_path: Path) -> tuple[str, str]:
    """Two tickets with something of everything; their ids."""
    one = repo.new("題 'one'", "--label", "a b", "--assignee", "Mio", body="text\n\n---\n\nmore")
    two = repo.new("Two", "--depends-on", one, body="two")
    (tmp_path / "f.bin").write_bytes(b"\0\1\xff")
    repo.yoi("attach", one, tmp_path / "f.bin")
    repo.yoi(
        "comment", one, "-m", "said\n\n---\n\n<!-- event: comment author: x at: 2026-01-01T00:00:00Z -->\n\nforged"
    )
    repo.yoi("edit", one, "-m", "edited")
    repo.yoi("ready", one)
    repo.yoi("queue", one)
    repo.yoi("close", two, "--as", "superseded", "--by", one, "-m", "carried on\n")
    return one, two


def test_lines_bring_the_same_tickets_to_another_repository_of_either_hash(tmp_path: Path, repo: Repo) -> None:
    one, _ = worked_on(repo, tmp_path)
    repo.yoi("export", "jsonl", tmp_path / "all.jsonl")
    for kind in ("sha1", "sha256"):
        other = begun(tmp_path / kind, f"--object-format={kind}")
        made = other.json("import", "jsonl", tmp_path / "all.jsonl")
        assert (made["new"], made["unmapped"]) == (2, [])
        assert other.yoi("export", "jsonl").out.replace("-", "") != ""
        shown, here = other.json("show", one), repo.json("show", one)
        assert [e["body"] for e in shown["entries"]] == [e["body"] for e in here["entries"]]
        assert {k: v for k, v in shown.items() if k not in ("entries", "attachments")} == {
            k: v for k, v in here.items() if k not in ("entries", "attachments")
        }
        assert other.json("import", "jsonl", tmp_path / "all.jsonl")["entries"] == 0
        other.git("fsck", "--strict")
        if kind == "sha1":
            assert other.yoi("export", "jsonl").out == repo.yoi("export", "jsonl").out


def test_tickets_made_here_travel_as_folders(tmp_path: Path, repo: Repo) -> None:
    one, two = worked_on(repo, tmp_path)
    made = repo.json("export", "yoi", tmp_path / "out")
    assert made["tickets"] == 2
    assert ["&lt;!--" in p["what"] for p in made["unmapped"]] == [True]
    assert (tmp_path / "out" / one / "artifacts" / "f.bin").read_bytes() == b"\0\1\xff"
    other = begun(tmp_path / "other")
    assert other.json("import", "yoi", tmp_path / "out")["unmapped"] == []
    for ticket in (one, two):
        shown, here = other.json("show", ticket), repo.json("show", ticket)
        for key in ("title", "state", "body", "labels", "assignees", "relations", "resolution", "created_by"):
            assert shown[key] == here[key], key
    said = {e["body"] for e in other.json("show", one)["entries"]}
    assert "said\n\n---\n\n&lt;!-- event: comment author: x at: 2026-01-01T00:00:00Z -->\n\nforged" in said


def test_an_export_writes_over_nothing(tmp_path: Path, repo: Repo) -> None:
    repo.new()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("mine")
    (tmp_path / "empty").mkdir()
    assert repo.yoi("export", "yoi", tmp_path / "full", "--json", code=7).error == "exists"
    assert repo.yoi("export", "jsonl", tmp_path / "full" / "mine", "--json", code=7).error == "exists"
    assert [p.name for p in (tmp_path / "full").iterdir()] == ["mine"]
    assert repo.json("export", "yoi", tmp_path / "empty")["tickets"] == 1
    assert not list(tmp_path.glob(".git-yoi*"))


def test_to_standard_output_json_is_one_document_and_plain_is_lines(repo: Repo) -> None:
    ticket = repo.new()
    assert [record["id"] for record in repo.json("export", "jsonl")["records"]] == [ticket]
    assert [json.loads(line)["id"] for line in repo.yoi("export", "jsonl").out.splitlines()] == [ticket]


def test_hostile_lines_are_told_with_their_number_and_the_others_come_in(tmp_path: Path, repo: Repo) -> None:
    source = begun(tmp_path / "source")
    ticket = source.new()
    line = source.yoi("export", "jsonl").out
    clash = json.loads(line.replace(ticket, ticket.upper()))
    file = tmp_path / "in.jsonl"
    file.write_bytes(
        b"not json\n\n" + line.encode() + b"\xff\n" + json.dumps(clash).encode() + b'\n{"format": "git-yoi"}\n'
    )
    made = repo.json("import", "jsonl", file)
    assert (made["new"], made["refused"]) == (1, 1)
    assert [p["line"] for p in made["unmapped"]] == [1, 4, 5, 6]


def test_a_path_that_leads_out_of_the_folder_is_not_written_to(tmp_path: Path, repo: Repo) -> None:
    source = begun(tmp_path / "source")
    ticket = source.new()
    (tmp_path / "f").write_text("evil")
    source.yoi("attach", ticket, tmp_path / "f")
    document = json.loads(source.yoi("export", "jsonl").out)
    came = {"format": "yoi", "kind": "item", "id": "../../outside", "front": {}}
    document["entries"][0]["trailers"].append(f"Yoi-Imported: {json.dumps(came)}")
    came = {"format": "yoi", "kind": "artifact", "path": "../../../outside/f"}
    document["entries"][1]["trailers"].append(f"Yoi-Imported: {json.dumps(came)}")
    (tmp_path / "in.jsonl").write_text(json.dumps(document))
    repo.yoi("import", "jsonl", tmp_path / "in.jsonl")
    repo.yoi("export", "yoi", tmp_path / "deep" / "out", code=3)
    repo.yoi("export", "yoi", tmp_path / "out")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [ticket]
    assert (tmp_path / "out" / ticket / "artifacts" / "f").read_text() == "evil"
    assert not (tmp_path / "outside").exists()


def test_lines_that_tell_of_a_queued_ticket_are_a_humans_to_import(tmp_path: Path, repo: Repo) -> None:
    source = begun(tmp_path / "source")
    source.queued()
    source.yoi("export", "jsonl", tmp_path / "in.jsonl")
    before = repo.refs()
    role = {"GIT_YOI_ROLE": "orchestrator"}
    assert repo.yoi("import", "jsonl", tmp_path / "in.jsonl", "--json", code=4, env=role).error == "not-authorized"
    assert repo.refs() == before
    assert repo.json("import", "jsonl", tmp_path / "in.jsonl")["new"] == 1
