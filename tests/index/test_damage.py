"""What is corrupt is one notice; the rest is answered, and only its own ticket is read-only."""

from __future__ import annotations

import pytest

from git_yoi.domain.ids import shard
from tests.conftest import Repo
from tests.index.support import REF, from_scratch, on_disk, tip
from tests.inside import inside, new


def commit_by_hand(repo: Repo, message: str, *, path: str | None = None, data: bytes | None = b"garbage") -> str:
    """Move the ticket ref to a commit that no git-yoi would write; the commit's id."""
    parent = tip(repo)
    index = {"GIT_INDEX_FILE": str(repo.path / ".git" / "hand-index")}
    (repo.path / ".git" / "hand-blob").write_bytes(data or b"")
    blob = repo.git("hash-object", "-w", ".git/hand-blob")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_INDEX_FILE", index["GIT_INDEX_FILE"])
        repo.git("read-tree", parent)
        if path is not None and data is None:
            repo.git("rm", "-q", "--cached", path)
        elif path is not None:
            repo.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}")
        tree = repo.git("write-tree")
    made = repo.git("commit-tree", tree, "-p", parent, "-m", message)
    repo.git("update-ref", REF, made)
    return made


def trailers(ticket: str, event: str = "comment") -> str:
    return f"words\n\nYoi-Event: {event}\nYoi-Ticket: {ticket}\nYoi-Role: human\nYoi-Nonce: {'0' * 31}1\n"


def path_of(ticket: str) -> str:
    return f"tickets/{shard(ticket)}/{ticket}.md"


def test_an_entry_of_an_unknown_event_is_one_notice_and_the_rest_is_answered(repo: Repo) -> None:
    hurt, whole = new(repo, "Hurt"), new(repo, "Whole")
    bad = commit_by_hand(repo, trailers(hurt, "frobnicate"))
    listed = inside(repo, "list", "--json")
    assert {t["id"] for t in listed.data} == {hurt, whole}
    assert len(listed.err.splitlines()) == 1
    assert bad[:12] in listed.err
    assert hurt in listed.err
    assert [e["kind"] for e in inside(repo, "show", hurt, "--json").data["entries"]] == ["create"]
    assert inside(repo, "show", whole, "--json").err == ""


def test_only_the_ticket_of_the_corrupt_entry_is_read_only(repo: Repo) -> None:
    hurt, whole = new(repo, "Hurt"), new(repo, "Whole")
    commit_by_hand(repo, trailers(hurt, "frobnicate"))
    before = repo.refs()
    assert inside(repo, "comment", hurt, "-m", "words", "--json", code=9).error == "read-only"
    assert repo.refs() == before
    inside(repo, "comment", whole, "-m", "words")
    assert on_disk(repo) == from_scratch(repo)


def test_an_entry_that_names_no_ticket_is_told_by_the_file_that_it_changed(repo: Repo) -> None:
    hurt = new(repo, "Hurt")
    good = repo.git("show", f"{REF}:{path_of(hurt)}")
    commit_by_hand(repo, "just a commit", path=path_of(hurt), data=good.replace("Hurt", "Hacked").encode() + b"\n")
    assert hurt in inside(repo, "list", "--json").err
    assert inside(repo, "comment", hurt, "-m", "words", "--json", code=9).error == "read-only"


@pytest.mark.parametrize(
    "data", [b"garbage", b'---\nid: "x"\n---\n', b"", None], ids=["text", "front", "empty", "gone"]
)
def test_a_bad_file_leaves_the_ticket_as_its_last_good_one_has_it(repo: Repo, data: bytes | None) -> None:
    hurt, whole = new(repo, "Hurt", "--label", "ui"), new(repo, "Whole")
    bad = commit_by_hand(repo, trailers(hurt), path=path_of(hurt), data=data)
    listed = inside(repo, "list", "--json")
    assert {t["id"] for t in listed.data} == {hurt, whole}
    assert len(listed.err.splitlines()) == 1
    assert bad[:12] in listed.err
    shown = inside(repo, "show", hurt, "--json")
    assert shown.data["labels"] == ["ui"]
    assert hurt in shown.err
    assert inside(repo, "ready", hurt, "--json", code=9).error == "read-only"
    inside(repo, "ready", whole)
    assert on_disk(repo) == from_scratch(repo)


def test_a_file_that_another_ticket_s_commit_spoilt_is_told_with_that_commit(repo: Repo) -> None:
    hurt = new(repo, "Hurt")
    sound = tip(repo)
    other = new(repo, "Other")
    bad = commit_by_hand(repo, trailers(other), path=path_of(hurt))
    inside(repo, "comment", other, "-m", "goes on")
    for verb in (["list"], ["show", hurt], ["status"]):
        said = inside(repo, *verb, "--json").err
        assert f"the file of ticket {hurt}, last changed by {bad[:12]}, is corrupt" in said
        assert sound[:12] not in said


def test_a_message_that_is_not_utf_8_is_corrupt_and_nothing_more(repo: Repo) -> None:
    ticket = new(repo)
    raw = repo.git("cat-file", "commit", REF).replace(tip(repo), "")
    head = raw.split("\n\n", 1)[0]
    text = f"{head}\n\n".encode() + b"caf\xe9\n\n" + trailers(ticket).encode()
    (repo.path / ".git" / "raw").write_bytes(text)
    made = repo.git("hash-object", "-t", "commit", "-w", ".git/raw")
    repo.git("update-ref", REF, made)
    listed = inside(repo, "list", "--json")
    assert "UTF-8" in listed.err or "utf-8" in listed.err
    assert made[:12] in listed.err


def test_control_characters_of_a_corrupt_entry_do_not_reach_the_terminal(repo: Repo) -> None:
    new(repo)
    commit_by_hand(repo, "x\n\nYoi-Event: \x1b[31mred\nYoi-Ticket: kkkk\nYoi-Role: human\nYoi-Nonce: " + "0" * 32)
    assert "\x1b" not in inside(repo, "list", "--json").err
