"""What `git fetch` brought is seen, what arrives is proved before it is taken, and a bad ticket fails alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Repo
from tests.inside import inside, new
from tests.sync.hubs import TICKETS, Hub, make_hub
from tests.sync.scene import shared
from tests.sync.test_sync import synced, tip


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    """A bare hub at a path."""
    with make_hub(tmp_path) as made:
        return made


def forge(repo: Repo, message: str, edit: dict[str, str | None]) -> str:
    """Commit upon the ticket ref whatever is asked for, and push it: as `forge_here`."""
    made = forge_here(repo, message, edit)
    repo.git("push", "-q", "origin", f"{TICKETS}:{TICKETS}")
    return made


def forge_here(repo: Repo, message: str, edit: dict[str, str | None]) -> str:
    """Commit upon the ticket ref; `edit` maps a path to its new text, None removes it."""
    index = repo.path / ".git" / "forged-index"
    env = f"--git-dir={repo.path / '.git'}"
    index.unlink(missing_ok=True)

    def git(*arguments: str) -> str:
        import os
        from unittest.mock import patch

        with patch.dict(os.environ, {"GIT_INDEX_FILE": str(index)}):
            return repo.git(env, *arguments)

    git("read-tree", TICKETS)
    for path, text in edit.items():
        if text is None:
            git("rm", "-q", "--cached", path)
            continue
        (repo.path / ".git" / "forged").write_text(text)
        blob = git("hash-object", "-w", str(repo.path / ".git" / "forged"))
        git("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}")
    made = git("commit-tree", "-p", TICKETS, "-m", message, git("write-tree"))
    repo.git("update-ref", TICKETS, made)
    return made


def file_of(ticket: str) -> str:
    return f"tickets/{ticket[-2:]}/{ticket}.md"


def entry(ticket: str, subject: str, *trailers: str) -> str:
    lines = [
        subject,
        "",
        trailers[0],
        f"Yoi-Ticket: {ticket}",
        "Yoi-Role: human",
        *trailers[1:],
        f"Yoi-Nonce: {'ab' * 16}",
    ]
    return "\n".join(lines)


def test_reads_show_what_was_fetched_and_move_nothing_and_the_next_write_takes_it(hub: Hub) -> None:
    ada, bea = shared(hub)
    ticket = new(ada)
    synced(ada)
    bea.git("fetch", "-q")
    before = bea.refs()
    assert [one["id"] for one in inside(bea, "list", "--json").data] == [ticket]
    assert inside(bea, "show", ticket, "--json").data["title"] == "A ticket"
    assert inside(bea, "search", "do", "--json").data
    assert bea.refs() == before
    assert tip(bea) != hub.tip()
    inside(bea, "comment", ticket, "-m", "upon what was fetched")
    assert bea.git("rev-parse", f"{TICKETS}~1") == hub.tip() == tip(bea, "refs/yoi/published")


def test_records_that_diverged_are_told_in_one_line_and_what_is_here_is_shown(hub: Hub) -> None:
    ada, bea = shared(hub)
    theirs, mine = new(ada), new(bea, "Bea's")
    synced(ada)
    bea.git("fetch", "-q")
    ran = inside(bea, "list", "--json")
    assert [one["id"] for one in ran.data] == [mine]
    assert [line for line in ran.err.splitlines() if "sync joins them" in line]
    assert inside(bea, "show", theirs, "--json", code=3).error == "not-found"
    synced(bea)
    assert "sync joins" not in inside(bea, "list").err


@pytest.mark.parametrize("way", ["sync", "write"])
def test_a_forged_ticket_arrives_read_only_and_the_others_are_as_good_as_ever(hub: Hub, way: str) -> None:
    ada, bea = shared(hub)
    bad, good = new(ada, "Bad"), new(ada, "Good")
    synced(ada)
    synced(bea)
    text = ada.git("cat-file", "blob", f"{TICKETS}:{file_of(bad)}")
    forged = text.replace('state: "planning"', 'state: "queued"') + "\n"
    forge(ada, entry(bad, "comment: harmless", "Yoi-Event: comment"), {file_of(bad): forged})
    if way == "sync":
        data = synced(bea)
        tickets = data["tickets"]
        assert isinstance(tickets, list)
        assert [(one["id"], one["result"]) for one in tickets] == [(bad, "damaged")]
    else:
        bea.git("fetch", "-q")
        inside(bea, "comment", good, "-m", "takes what was fetched")
    assert inside(bea, "comment", bad, "-m", "no", "--json", code=9).error == "read-only"
    assert f"ticket {bad} arrived damaged" in inside(bea, "show", bad).err
    assert "arrived damaged" not in inside(bea, "show", good).err
    inside(bea, "comment", good, "-m", "still good")
    inside(bea, "fsck", "--repair", bad, "-m", "forged")
    assert inside(bea, "show", bad, "--json").data["state"] == "planning"
    inside(bea, "comment", bad, "-m", "good again")
    inside(bea, "fsck")


@pytest.mark.parametrize(
    ("path", "text"), [("evil", "x"), ("tickets/../up", None), ("yoi.yaml", "format: 2\n"), ("yoi.yaml", "nothing\n")]
)
def test_a_record_that_is_not_sound_is_not_taken(hub: Hub, path: str, text: str | None) -> None:
    ada, bea = shared(hub)
    ticket = new(ada)
    synced(ada)
    synced(bea)
    if text is None:
        path, text = f"tickets/{ticket[-2:]}/stray.md/deep", "x"
    forge(ada, entry(ticket, "comment: harmless", "Yoi-Event: comment"), {path: text})
    before = tip(bea)
    refused = inside(bea, "sync", "--json", code=9)
    assert refused.error in ("remote", "format")
    assert tip(bea) == before
    ran = inside(bea, "comment", ticket, "-m", "goes on here")
    assert "notice" in ran.err
    assert bea.git("rev-parse", f"{TICKETS}~1") == before


def test_a_foreign_history_under_the_same_name_is_not_taken(hub: Hub) -> None:
    ada, bea = shared(hub)
    new(ada)
    hub.repo.git("update-ref", TICKETS, "main")
    before = tip(ada)
    assert inside(ada, "sync", "--json", code=6).error == "rewritten"
    assert inside(ada, "sync", "--accept-rewrite", "--json", code=9).error in ("remote", "format")
    assert tip(ada) == before
    cyd = hub.clone(2)
    inside(cyd, "init", code=9)
    assert TICKETS not in cyd.refs()
    assert bea.path.exists()


def test_a_record_of_a_newer_format_here_is_joined_by_nobody_who_does_not_know_it(hub: Hub) -> None:
    ada, bea = shared(hub)
    ticket = new(ada)
    synced(ada)
    synced(bea)
    inside(bea, "comment", ticket, "-m", "meanwhile")
    synced(bea)
    made = forge_here(ada, "format 2", {"yoi.yaml": "format: 2\n"})
    for verb in ("sync", "pull"):
        assert inside(ada, verb, "--json", code=9).error == "format"
    assert (tip(ada), hub.tip()) == (made, tip(bea))


def test_a_replayed_entry_arrives_bad(hub: Hub) -> None:
    ada, bea = shared(hub)
    ticket = new(ada)
    inside(ada, "comment", ticket, "-m", "said once")
    synced(ada)
    synced(bea)
    forge(ada, ada.git("log", "-1", "--format=%B", TICKETS), {})
    tickets = synced(bea)["tickets"]
    assert isinstance(tickets, list)
    assert [(one["id"], one["result"]) for one in tickets] == [(ticket, "damaged")]
    assert "stands twice" in tickets[0]["reason"]
    assert inside(bea, "fsck", "--json", code=8).data["problems"][0]["code"] == "duplicate"


def test_one_import_in_two_clones_is_no_replay(hub: Hub, tmp_path: Path) -> None:
    source = hub.clone(2)
    inside(source, "init")
    ticket = new(source)
    inside(source, "export", "jsonl", str(tmp_path / "lines"))
    ada, bea = shared(hub)
    for clone in (ada, bea):
        inside(clone, "import", "jsonl", str(tmp_path / "lines"))
    synced(ada)
    assert [one["code"] for one in synced(bea)["rejected"]] == ["duplicate"]  # type: ignore[attr-defined]  # JSON
    tickets = synced(ada)["tickets"]
    assert isinstance(tickets, list)
    assert "damaged" not in {one["result"] for one in tickets}
    inside(ada, "comment", ticket, "-m", "fine")
    inside(ada, "fsck")
