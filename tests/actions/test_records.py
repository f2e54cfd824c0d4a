from __future__ import annotations

import pytest

from git_yoi.store.entry_commit import read_entry
from tests.conftest import Repo, run
from tests.inside import inside, new, now, session_of


def _last(repo: Repo) -> str:
    return repo.git("log", "-1", "--format=%B", "refs/yoi/tickets")


@pytest.mark.parametrize("kind", ["comment", "plan", "decision", "intake"])
def test_a_text_is_kept_byte_for_byte_as_an_entry_of_its_kind(repo: Repo, kind: str) -> None:
    ticket = new(repo)
    text = "# A heading\r\n\n\tindented \x1b[31m\n\nYoi-Event: create\nYoi-Nonce: 0\n\n\n"
    made = inside(repo, "comment", ticket, "--kind", kind, "-m", text, "--json").data
    assert (made["id"], made["state"], made["kind"]) == (ticket, "planning", kind)
    assert made["entry"] == repo.git("rev-parse", "refs/yoi/tickets")
    session = session_of(repo)
    entry = read_entry(session.objects, made["entry"])
    assert (entry.event.name, entry.body, entry.actor.name) == (kind, text, "Ada")


def test_paragraphs_are_joined_and_a_file_is_read_from_where_c_points(repo: Repo) -> None:
    ticket = new(repo)
    inside(repo, "comment", ticket, "-m", "One.", "-m", "Two.")
    assert "\n\nOne.\n\nTwo.\n\nYoi-Event" in _last(repo)
    (repo.path / "text.md").write_text("From a file.\n")
    inside(repo, "comment", ticket, "-F", "text.md")
    assert "\n\nFrom a file.\n\n\nYoi-Event" in _last(repo)


def test_a_text_comes_from_standard_input(repo: Repo) -> None:
    ticket = new(repo)
    repo.yoi("comment", ticket, "-F", "-", data="Über 日本\n")
    assert "\n\nÜber 日本\n" in _last(repo)
    before = repo.refs()
    for bad in (b"", b"\xff\xfe", b"a\0b", b"x" * ((1 << 20) + 1)):
        assert repo.yoi("comment", ticket, "-F", "-", "--json", data=bad, code=2).error == "usage"
    assert repo.refs() == before


def test_labels_change_by_what_differs(repo: Repo) -> None:
    ticket = new(repo, "T", "--label", "ui")
    assert inside(repo, "label", ticket, "--add", "ui", "--add", "big", "--json").data["labels"] == ["ui", "big"]
    assert 'Yoi-Add: ["big"]' in _last(repo)
    assert inside(repo, "label", ticket, "--remove", "ui", "--remove", "none", "--json").data["labels"] == ["big"]
    assert 'Yoi-Remove: ["ui"]' in _last(repo)
    before = repo.refs()
    ran = inside(repo, "label", ticket, "--add", "big", "--remove", "ui", "--json")
    assert (ran.data["entry"], repo.refs()) == (None, before)
    assert "Nothing to do" in inside(repo, "label", ticket, "--add", "big").err


def test_assignees_are_added_and_cleared(repo: Repo) -> None:
    ticket = new(repo)
    assert inside(repo, "assign", ticket, "me", "Bea", "--json").data["assignees"] == ["Ada", "Bea"]
    assert inside(repo, "assign", ticket, "Cem", "Bea", "--clear", "--json").data["assignees"] == ["Bea", "Cem"]
    assert inside(repo, "assign", ticket, "--clear", "--json").data["assignees"] == []
    before = repo.refs()
    assert inside(repo, "assign", ticket, "--clear", "--json").data["entry"] is None
    assert repo.refs() == before


def test_an_attachment_is_kept_byte_for_byte_and_replaced_by_name(repo: Repo) -> None:
    ticket = new(repo)
    file = repo.path / "plän 1.bin"
    path = f"refs/yoi/tickets:files/{ticket}/plän 1.bin"
    for number, data in enumerate((b"\0\xff one", b"", b"three")):
        file.write_bytes(data)
        made = inside(repo, "attach", ticket, file.name, "--json").data
        assert made["attachments"] == ["plän 1.bin"]
        assert (repo.git("cat-file", "blob", path) == data.decode()) if number else True
    before = repo.refs()
    assert inside(repo, "attach", ticket, file, "--json").data["entry"] is None
    assert repo.refs() == before
    repo.git("fsck", "--strict")


def test_attachments_that_differ_by_case_only_are_refused(repo: Repo) -> None:
    ticket = new(repo)
    for name in ("notes", "sub/NOTES"):
        (repo.path / name).parent.mkdir(exist_ok=True)
        (repo.path / name).write_text("x")
    inside(repo, "attach", ticket, "notes")
    assert inside(repo, "attach", ticket, "sub/NOTES", "--json", code=7).error == "exists"


@pytest.mark.parametrize("name", [".gitmodules", "git~1", "a\\b", ".gitattributes", "line\nbreak"])
def test_a_file_with_a_name_that_git_minds_is_refused(repo: Repo, name: str) -> None:
    ticket = new(repo)
    (repo.path / name).write_text("x")
    before = repo.refs()
    assert inside(repo, "attach", ticket, name, "--json", code=2).error == "usage"
    assert repo.refs() == before


def test_a_file_that_is_too_large_is_refused_unread(repo: Repo) -> None:
    ticket = new(repo)
    with (repo.path / "large").open("wb") as file:
        file.truncate(50 * 1024 * 1024 + 1)
    assert "50 MiB" in inside(repo, "attach", ticket, "large", "--json", code=2).json["error"]["cause"]


def test_a_relation_is_stored_once_and_ended_by_the_ticket_that_has_it(repo: Repo) -> None:
    one, two = new(repo, "One"), new(repo, "Two")
    made = inside(repo, "link", one, "depends-on", two[:6], "-m", "the format comes first", "--json").data
    assert made["relations"] == [{"kind": "depends-on", "id": two, "note": "the format comes first"}]
    before = repo.refs()
    again = inside(repo, "link", one, "depends-on", two, "-m", "the format comes first", "--json")
    assert (again.data["entry"], repo.refs()) == (None, before)
    assert inside(repo, "unlink", two, "depends-on", one, "--json", code=3).error == "not-found"
    assert inside(repo, "unlink", one, "blocks", two, "--json", code=3).error == "not-found"
    assert inside(repo, "unlink", one, "depends-on", two[:5], "--json").data["relations"] == []


def test_a_new_note_takes_the_place_of_the_old_one(repo: Repo) -> None:
    one, two = new(repo, "One"), new(repo, "Two")
    inside(repo, "link", one, "related", two, "-m", "old")
    made = inside(repo, "link", one, "related", two, "-m", "new", "--json").data
    assert [relation["note"] for relation in made["relations"]] == ["new"]


def test_a_circle_of_waiting_is_refused_and_named(repo: Repo) -> None:
    one, two, three = new(repo, "One"), new(repo, "Two"), new(repo, "Three")
    inside(repo, "link", one, "depends-on", two)
    inside(repo, "link", three, "blocks", two)
    before = repo.refs()
    for pair in ((three, "depends-on", one), (one, "blocks", three), (two, "depends-on", one), (one, "blocks", two)):
        refused = inside(repo, "link", *pair, "--json", code=4)
        assert refused.error == "illegal-transition"
        assert one[:8] in refused.json["error"]["cause"]
    assert repo.refs() == before
    inside(repo, "link", three, "related", one)


def test_an_edit_changes_what_is_named_and_nothing_else(repo: Repo) -> None:
    ticket = new(repo, "Old", "--priority", "P3")
    inside(repo, "edit", ticket, "--title", "New")
    assert (now(repo, ticket).title, now(repo, ticket).priority) == ("New", "P3")
    made = inside(repo, "edit", ticket, "--priority", "P0", "-m", "Another text.\n", "--json").data
    assert made["queue_again"] is False
    after = now(repo, ticket)
    assert (after.title, after.priority, after.body) == ("New", "P0", "Another text.\n")
    before = repo.refs()
    assert inside(repo, "edit", ticket, "--title", "New", "--priority", "P0", "--json").data["entry"] is None
    assert repo.refs() == before


def test_the_text_of_an_edit_is_what_the_trees_tell(repo: Repo) -> None:
    ticket = new(repo)
    made = inside(repo, "edit", ticket, "-m", "Another text.", "--json").data
    session = session_of(repo)
    entry = read_entry(session.objects, made["entry"])
    assert entry.text is not None
    assert (entry.text.base, entry.text.new) == ("What to do.", "Another text.")


def test_a_damaged_ticket_takes_no_entry_and_the_others_do(repo: Repo) -> None:
    bad, good = new(repo), new(repo)
    _damage(repo, bad)
    before = repo.refs()
    for verb in (("comment", "-m", "x"), ("ready",), ("label", "--add", "x"), ("edit", "--title", "x")):
        assert inside(repo, verb[0], bad, *verb[1:], "--json", code=9).error == "read-only"
    assert repo.refs() == before
    inside(repo, "comment", good, "-m", "x")


def _damage(repo: Repo, ticket_id: str) -> None:
    """Put a commit on the ref that leaves nonsense where the ticket's file was."""
    file = repo.path / "nonsense"
    file.write_text("nonsense")
    blob = repo.git("hash-object", "-w", file)
    index = {"GIT_INDEX_FILE": str(repo.path / ".git" / "damage")}
    for arguments in (
        ("read-tree", "refs/yoi/tickets"),
        ("update-index", "--cacheinfo", f"100644,{blob},tickets/{ticket_id[-2:]}/{ticket_id}.md"),
    ):
        assert run("git", *arguments, cwd=repo.path, env=index).code == 0
    tree = run("git", "write-tree", cwd=repo.path, env=index).out.strip()
    made = repo.git("commit-tree", "-p", "refs/yoi/tickets", "-m", "Nonsense", tree)
    repo.git("update-ref", "refs/yoi/tickets", made)
