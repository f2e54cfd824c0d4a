"""What the program says of a repository on which every verb was played, and what an independent reader finds there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from git_yoi.domain.events import EVENTS
from tests.conftest import Repo
from tests.second_reader import Read, Reader, Record

REVIEWER = {"GIT_YOI_ACTOR": "Rev <rev@example.org>", "GIT_YOI_ROLE": "reviewer"}
BODIES = (
    "Ends in a line feed\n",
    "\n\nBegins with two",
    "Yoi-Event: close\nYoi-Ticket: kkkkkkkkkkkkkkkk",
    "text\n\nYoi-Event: comment\nYoi-Ticket: kkkkkkkkkkkkkkkk\nYoi-Role: human\nYoi-Nonce: " + "0" * 32 + "\n",
    "CR\r\nLF\r\n",
    "日本語 \u2028 \x85 \ufeff é",
    "---\nid: x\n---\n",
)


def play(repo: Repo) -> None:
    """Every writing verb, at least once."""
    main, other, third = repo.new("The work", "--label", "ui"), repo.new("Another", body="B\n"), repo.new("A third")
    for body in BODIES:
        repo.yoi("comment", main, "-F", "-", data=body)
    for kind in ("plan", "decision", "intake"):
        repo.yoi("comment", main, "--kind", kind, "-m", f"A {kind}")
    repo.yoi("edit", main, "--title", "The “work”", "--priority", "P1", "-F", "-", data=BODIES[3])
    repo.yoi("label", main, "--add", "a: b", "--remove", "ui")
    repo.yoi("assign", main, "Ada", "山田")
    (repo.path / "notes.txt").write_bytes(b"\0bytes\xff")
    repo.yoi("attach", main, repo.path / "notes.txt")
    (repo.path / "notes.txt").unlink()
    repo.yoi("link", main, "related", other, "-m", "see there")
    repo.yoi("link", other, "duplicate-of", third)
    repo.yoi("unlink", other, "duplicate-of", third)
    for verb in ("ready", "queue"):
        repo.yoi(verb, main)
        repo.yoi(verb, other)
    repo.yoi("return", other, "-m", "Not yet")
    repo.yoi("block", main, "-m", "Wait: now")
    repo.yoi("unblock", main)
    repo.yoi("start", main)
    repo.yoi("release", main, "-m", "Later")
    started = repo.json("start", main)
    repo.yoi("takeover", main, "-m", "Mine", env={"GIT_YOI_ACTOR": "Ada <ada@example.org>"})
    repo.yoi("report", main, "-m", "Half way")
    repo.commit("work.txt", "done\n", cwd=Path(started["worktree"]))
    repo.yoi("review", main, "--request-changes", "--finding", "minor:work.txt:1:a: b", "-m", "Hm", env=REVIEWER)
    repo.yoi("review", main, "--approve", "-m", "Good", env=REVIEWER)
    repo.yoi("complete", main, "--authorize")
    repo.yoi("close", third, "--as", "superseded", "--by", other, "-m", "The other carries on")
    repo.yoi("reopen", third, "-m", "No, it does not")


def read(repo: Repo) -> Record:
    reader = Reader(repo.path)
    try:
        return reader.record("refs/yoi/tickets")
    finally:
        reader.close()


def test_an_independent_reader_sees_the_same_record(repo: Repo) -> None:
    play(repo)
    record = read(repo)
    assert len(record.tickets) == 3
    for ticket_id, file in record.tickets.items():
        shown = repo.json("show", ticket_id)
        assert_same_thread(shown["entries"], [e for e in record.entries if e.ticket == ticket_id])
        assert_same_state(shown, file)
    assert set(EVENTS) - {entry.kind for entry in record.entries} == {"detach", "import", "repair", "objective"}
    assert b"\0bytes\xff" in record.files.values()
    assert [e.body for e in record.entries if e.kind == "comment"][: len(BODIES)] == list(BODIES)
    assert_nonces(record)
    assert repo.json("fsck")["problems"] == []
    repo.git("fsck", "--strict")


def assert_same_thread(shown: list[dict[str, Any]], mine: list[Read]) -> None:
    """Kinds, authors, times and bodies agree, entry by entry, byte for byte."""
    ours = [(e["id"], e["kind"], e["author"], e["at"], e["body"].encode()) for e in shown]
    theirs = [(e.id, e.kind, e.author, e.at, e.body.encode()) for e in mine]
    assert ours == theirs


def assert_same_state(shown: dict[str, Any], file: dict[str, Any]) -> None:
    """What is shown of a ticket is what its file says."""
    for key in ("id", "title", "state", "priority", "labels", "assignees", "created_at", "created_by", "updated_at"):
        assert shown[key] == file[key], key
    assert shown["body"] == file["body"]
    relations = [(r["kind"], r["id"], r["note"]) for r in shown["relations"]]
    assert relations == [(r["kind"], r["id"], r.get("note")) for r in file.get("relations", [])]
    assert (shown["merge"] or {}).get("commit") == file.get("merge", {}).get("commit")
    assert (shown["resolution"] or {}).get("text") == file.get("resolution", {}).get("text")


def assert_nonces(record: Record) -> None:
    """A nonce stands once, and a claim is the nonce of an acceptance or takeover."""
    nonces = [entry.trailers["Nonce"][0] for entry in record.entries]
    assert len(set(nonces)) == len(nonces)
    holders = {e.trailers["Nonce"][0] for e in record.entries if e.kind in ("accept", "takeover")}
    claims = {e.trailers["Claim"][0] for e in record.entries if "Claim" in e.trailers}
    assert claims
    assert claims <= holders
