from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from git_yoi.git.raw import TreeEntry
from git_yoi.store.tree import ticket_path
from tests.conftest import Repo, make_repo, run
from tests.forge import TICKETS, Forger


def found(repo: Repo) -> list[dict[str, Any]]:
    """The problems that `fsck` names; its exit code goes with them."""
    done = repo.yoi("fsck", "--json", code=None)
    problems = done.data["problems"]
    assert done.code == (8 if problems else 0)
    assert isinstance(problems, list)
    return problems


def codes(repo: Repo) -> list[tuple[str, str]]:
    return [(p["code"], p["where"]) for p in found(repo)]


def one(repo: Repo) -> tuple[str, str]:
    """The only problem's code and place."""
    (only,) = codes(repo)
    return only


@pytest.mark.parametrize("options", [(), ("--object-format=sha256",)], ids=["sha1", "sha256"])
def test_an_honest_record_is_proved(tmp_path: Path, options: tuple[str, ...]) -> None:
    repo = make_repo(tmp_path / "repo", *options)
    repo.yoi("init")
    ticket, other = repo.queued("One"), repo.new("Two", "--label", "ui")
    repo.yoi("comment", ticket, "-m", "Words\n\nYoi-Event: none")
    repo.yoi("edit", ticket, "-m", "Another text")
    repo.yoi("link", ticket, "related", other)
    repo.yoi("close", other, "--as", "wontfix", "-m", "No")
    data = repo.json("fsck")
    assert (data["tickets"], data["entries"], data["problems"]) == (2, 8, [])
    assert data["tip"] == repo.git("rev-parse", TICKETS)
    repo.git("fsck", "--strict")


def test_a_record_without_tickets_is_proved(repo: Repo) -> None:
    assert repo.json("fsck")["entries"] == 0
    assert "proved" in repo.yoi("fsck").out


def test_a_forged_transition_is_named_and_the_rest_still_proved(repo: Repo) -> None:
    ticket, other = repo.new(), repo.new("Other")
    forger = Forger(repo)
    state = forger.file(ticket).replace(b'state: "planning"', b'state: "queued"')
    bad = forger.put(forger.message(ticket, "state", "Yoi-From: ready", "Yoi-To: queued"), {ticket_path(ticket): state})
    repo.yoi("comment", other, "-m", "Goes on")
    problem = found(repo)[0]
    assert (problem["code"], problem["where"], problem["tickets"]) == ("illegal", bad, [ticket])
    assert f"--repair {ticket}" in problem["fix"]
    assert len(found(repo)) == 1


def test_two_bad_commits_are_two_findings(repo: Repo) -> None:
    ticket = repo.new()
    forger = Forger(repo)
    first = forger.put("not an entry\n")
    repo.yoi("new", "Other")
    second = forger.put(forger.message(ticket, "teleport"))
    assert codes(repo) == [("corrupt", first), ("corrupt", second)]


def test_a_tree_that_says_more_than_its_entry_is_named(repo: Repo) -> None:
    ticket, other = repo.new(), repo.new("Other")
    forger = Forger(repo)
    repo.yoi("comment", ticket, "-m", "Innocent")
    bad = forger.amend_tree({ticket_path(other): forger.file(other).replace(b"Other", b"Spoilt")})
    problem = found(repo)[0]
    assert (problem["code"], problem["where"], problem["tickets"]) == ("tree", bad, [other])
    assert f"{other}.md" in problem["message"]


@pytest.mark.parametrize(
    "path", [("stray",), ("tickets", "zz", "x.md"), ("..",), ("files", "kkkkkkkkkkkkkkkk", "a"), (".git", "config")]
)
def test_a_file_that_no_record_has_is_named(repo: Repo, path: tuple[str, ...]) -> None:
    ticket = repo.new()
    repo.yoi("comment", ticket, "-m", "Innocent")
    bad = Forger(repo).amend_tree({path: b"x"})
    assert codes(repo)[0] == ("tree", bad)


@pytest.mark.parametrize("mode", ["100755", "120000"])
def test_a_ticket_that_is_a_link_or_a_program_is_named(repo: Repo, mode: str) -> None:
    ticket = repo.new()
    forger = Forger(repo)
    blob = repo.git("rev-parse", f"{TICKETS}:{'/'.join(ticket_path(ticket))}")
    bad = forger.amend_tree({ticket_path(ticket): TreeEntry(mode, blob)})
    assert codes(repo)[0] == ("tree", bad)
    assert "tickets 1, " in repo.yoi("fsck", code=8).out
    assert repo.yoi("comment", ticket, "-m", "x", "--json", code=9).error == "read-only"


def test_a_foreign_root_is_named(repo: Repo) -> None:
    forger = Forger(repo)
    root = forger.put("git-yoi tickets, format 1\n", parents=(), base=forger.tip)
    repo.new()
    assert one(repo) == ("root", root)


def test_an_entry_that_stands_twice_is_named(repo: Repo) -> None:
    ticket = repo.new()
    repo.yoi("comment", ticket, "-m", "Once")
    message = repo.git("log", "-1", "--format=%B", TICKETS)
    again = Forger(repo).put(message.rstrip("\n") + "\n")
    assert ("duplicate", again) in codes(repo)


def test_a_commit_of_three_parents_is_named(repo: Repo) -> None:
    repo.new()
    forger = Forger(repo)
    tip = forger.tip
    root = repo.git("rev-list", "--max-parents=0", TICKETS)
    bad = forger.put("octopus\n", parents=(tip, root, root))
    assert one(repo) == ("shape", bad)


def test_a_join_that_claims_another_tree_is_named(repo: Repo) -> None:
    ticket, other = repo.new(), repo.new("Other")
    forger = Forger(repo)
    base = forger.tip
    repo.yoi("comment", ticket, "-m", "Theirs")
    theirs = forger.tip
    repo.git("update-ref", TICKETS, base)
    repo.yoi("label", other, "--add", "ours")
    ours = forger.tip
    honest = {
        ticket_path(other): repo.git("cat-file", "blob", f"{ours}:{'/'.join(ticket_path(other))}").encode() + b"\n"
    }
    honest[ticket_path(other)] = honest[ticket_path(other)].removesuffix(b"\n")
    forger.put("join: 1 of ours after 1 of theirs\n", honest, parents=(theirs, ours))
    assert codes(repo) == []
    bad = forger.put("join: 1 of ours after 1 of theirs\n", parents=(theirs, ours))
    assert one(repo) == ("tree", bad)
    named = forger.put(
        f"join: 1 of ours after 1 of theirs\n\nYoi-Rejected: {ours} stale\n", honest, parents=(theirs, ours)
    )
    assert one(repo) == ("rejected", named)


def test_a_lost_object_is_said_and_no_repair_is_promised(repo: Repo) -> None:
    ticket = repo.new()
    blob = repo.git("rev-parse", f"{TICKETS}:{'/'.join(ticket_path(ticket))}")
    path = repo.path / ".git/objects" / blob[:2] / blob[2:]
    path.unlink()
    assert [p["code"] for p in found(repo)] == ["ticket"]
    assert repo.yoi("comment", ticket, "-m", "x", "--json", code=9).error == "read-only"


def test_a_lost_object_that_was_replaced_since_is_said(repo: Repo) -> None:
    ticket = repo.new()
    blob = repo.git("rev-parse", f"{TICKETS}:{'/'.join(ticket_path(ticket))}")
    repo.yoi("label", ticket, "--add", "ui")
    entry = Forger(repo).tip
    (repo.path / ".git/objects" / blob[:2] / blob[2:]).unlink()
    assert one(repo) == ("damaged", entry)


def test_a_lost_commit_is_said(repo: Repo) -> None:
    repo.new()
    lost = Forger(repo).tip
    repo.new("Other")
    (repo.path / ".git/objects" / lost[:2] / lost[2:]).unlink()
    assert ("missing", lost) in codes(repo)


def test_a_lost_attachment_is_said(repo: Repo, tmp_path: Path) -> None:
    ticket = repo.new()
    (tmp_path / "a.txt").write_text("contents")
    repo.yoi("attach", ticket, tmp_path / "a.txt")
    assert found(repo) == []
    blob = repo.git("rev-parse", f"{TICKETS}:files/{ticket}/a.txt")
    (repo.path / ".git/objects" / blob[:2] / blob[2:]).unlink()
    assert one(repo) == ("missing", f"files/{ticket}/a.txt")


def test_a_merge_that_is_not_on_its_target_is_named(repo: Repo) -> None:
    ticket = repo.new()
    forger, head = Forger(repo), repo.git("rev-parse", "HEAD")
    done = (
        forger.file(ticket)
        .removesuffix(b"\n")
        .replace(b'state: "planning"', b'state: "done"')
        .replace(b'updated_at: "2025-06-15T15:06:40Z"\n', b'updated_at: "2025-06-15T15:06:40Z"\n' + merge_line(head))
    )
    trailers = (f"Yoi-Commit: {head}", 'Yoi-Target: "main"', f"Yoi-Head: {head}", "Yoi-Strategy: merge")
    forger.put(forger.message(ticket, "merge", *trailers), {ticket_path(ticket): done})
    assert found(repo) == []
    repo.git("update-ref", "refs/heads/main", repo.git("commit-tree", "HEAD^{tree}", "-m", "Elsewhere"))
    assert one(repo) == ("not-merged", head)
    repo.git("replace", repo.git("rev-parse", "main"), head, "-f")
    assert one(repo) == ("not-merged", head)


def merge_line(head: str) -> bytes:
    return (
        f'merge: {{"commit": "{head}", "target": "main", "head": "{head}", "base": null, "strategy": "merge", '
        '"validations": [], "method": null, "strength": null}\n'
    ).encode()


def test_a_damaged_ticket_is_read_only_until_it_is_repaired(repo: Repo) -> None:
    ticket, other = repo.queued(), repo.new("Other")
    forger = Forger(repo)
    forger.put(forger.message(ticket, "teleport"), {ticket_path(ticket): b"nonsense"})
    assert repo.yoi("comment", ticket, "-m", "x", "--json", code=9).error == "read-only"
    repo.yoi("comment", other, "-m", "Goes on")
    made = repo.json("fsck", "--repair", ticket[:6], "-m", "An unknown event")
    assert (made["id"], made["state"], len(made["skipped"])) == (ticket, "queued", 1)
    assert (repo.json("fsck")["problems"], repo.json("fsck")["repaired"]) == ([], 1)
    repo.yoi("comment", ticket, "-m", "Goes on too")
    assert repo.json("show", ticket)["state"] == "queued"
    repo.git("fsck", "--strict")


def test_a_ticket_whose_file_is_gone_comes_back(repo: Repo) -> None:
    ticket = repo.new("Precious")
    other = repo.new("Other")
    repo.yoi("comment", other, "-m", "Innocent")
    Forger(repo).amend_tree({ticket_path(ticket): None})
    repo.yoi("fsck", "--repair", ticket, "-m", "It was dropped")
    assert repo.json("show", ticket)["title"] == "Precious"
    assert found(repo) == []


def test_a_sound_ticket_is_not_repaired(repo: Repo) -> None:
    ticket, before = repo.new(), repo.refs()
    before = repo.refs()
    assert repo.json("fsck", "--repair", ticket, "-m", "why")["entry"] is None
    assert repo.refs() == before


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (("--repair", "kkkkkkkkkkkkkkkk", "-m", "why"), 3, "not-found"),
        (("--repair", "kkkkkkkkkkkkkkkk"), 2, "usage"),
        (("-m", "why"), 2, "usage"),
    ],
)
def test_what_repair_refuses(repo: Repo, arguments: tuple[str, ...], code: int, error: str) -> None:
    before = repo.refs()
    assert repo.yoi("fsck", *arguments, "--json", code=code).error == error
    assert repo.refs() == before


def test_a_repair_is_a_humans(repo: Repo) -> None:
    ticket = repo.new()
    Forger(repo).put(Forger(repo).message(ticket, "teleport"))
    done = repo.yoi("fsck", "--repair", ticket, "-m", "x", "--json", code=4, env={"GIT_YOI_ROLE": "coder"})
    assert done.error == "not-authorized"


@pytest.mark.parametrize(
    "verb", [("fsck",), ("list",), ("status",), ("new", "T", "-m", "b"), ("comment", "kkkk", "-m", "x")]
)
@pytest.mark.parametrize("foreign", ["HEAD", "HEAD:README", "HEAD^{tree}"])
def test_a_ticket_ref_that_is_something_else_is_said_so(plain: Repo, foreign: str, verb: tuple[str, ...]) -> None:
    plain.git("update-ref", TICKETS, plain.git("rev-parse", foreign))
    before = plain.refs()
    assert plain.yoi(*verb, "--json", code=9).error == "format"
    assert plain.refs() == before


def test_a_newer_format_is_read_only(repo: Repo) -> None:
    ticket = repo.new()
    Forger(repo).put("upgrade\n", {("yoi.yaml",): b"format: 2\n"})
    before = repo.refs()
    assert repo.yoi("comment", ticket, "-m", "x", "--json", code=9).error == "format"
    assert repo.yoi("fsck", "--json", code=9).error == "format"
    assert repo.refs() == before
    assert repo.json("show", ticket)["id"] == ticket
    for verb in (("list",), ("show", ticket), ("status",)):
        said = "notice: the tickets are of format 2: this git-yoi reads what it can, and writes nothing\n"
        assert repo.yoi(*verb).err == said


def test_a_shallow_clone_proves_nothing_and_says_so(repo: Repo, tmp_path: Path) -> None:
    repo.new()
    repo.new("Other")
    run("git", "clone", "-q", "--depth=1", f"file://{repo.path}", tmp_path / "clone", cwd=tmp_path)
    clone = Repo(tmp_path / "clone")
    clone.git("fetch", "-q", "--depth=1", "origin", f"{TICKETS}:{TICKETS}")
    assert clone.yoi("fsck", "--json", code=9).error == "read-only"
