"""Forgeries that look sound to whoever reads less closely than git does: the guard refuses them, and so does a sync."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from git_yoi.git.raw import Commit, TreeEntry, encode_commit
from git_yoi.store.tree import ticket_path
from tests.conftest import Repo
from tests.forge import TICKETS, Forger
from tests.hooks.scene import install, push, refused
from tests.inside import inside, new
from tests.sync.hubs import Hub, make_hub
from tests.sync.scene import shared

EVE = b"Eve <eve@example.org> 1750000000 +0000"


def store(forger: Forger, data: bytes, kind: str = "commit") -> str:
    """Store an object of any bytes; a commit becomes the tip."""
    file = forger.repo.path / ".git" / "forged"
    file.write_bytes(data)
    oid = forger.repo.git("hash-object", "-t", kind, "-w", "--literally", file)
    if kind == "commit":
        forger.repo.git("update-ref", TICKETS, oid)
    return oid


def another_tree_for_git(forger: Forger, ticket: str) -> None:
    """Git reads the first tree; who takes the last one sees what follows from the entry."""
    inside(forger.repo, "comment", ticket, "-m", "Innocent")
    sound = forger.objects.commit(forger.tip)
    bad = forger.amend_tree({ticket_path(ticket): forger.file(ticket).replace(b"A ticket", b"Spoilt")})
    data = encode_commit(forger.objects.commit(bad))
    store(forger, data.replace(b"\n\n", b"\ntree " + sound.tree.encode() + b"\n\n", 1))


def no_committer(forger: Forger, ticket: str) -> None:
    inside(forger.repo, "comment", ticket, "-m", "Innocent")
    head, _, message = encode_commit(forger.objects.commit(forger.tip)).partition(b"\n\n")
    store(forger, head.partition(b"\ncommitter ")[0] + b"\n\n" + message)


def a_join_of_nothing(forger: Forger, ticket: str) -> None:
    """A join whose first side has an empty tree, and a sound tree upon it."""
    sound, nothing = forger.objects.commit(forger.tip).tree, store(forger, b"", "tree")
    root = forger.repo.git("rev-list", "--max-parents=0", TICKETS)
    for tree, *more in ((nothing,), (nothing, root), (sound,)):
        words = forger.message(ticket, "comment").encode()
        store(forger, encode_commit(Commit(tree, (forger.tip, *more), EVE, EVE, words)))


@pytest.mark.parametrize("forge", [another_tree_for_git, no_committer, a_join_of_nothing])
def test_what_git_reads_in_another_way_is_refused_and_not_taken(
    tmp_path: Path, forge: Callable[[Forger, str], None]
) -> None:
    with make_hub(tmp_path) as hub:
        ada, bea = shared(hub)
        ticket = new(ada)
        for clone in (ada, bea):
            inside(clone, "sync")
        before = bea.git("rev-parse", TICKETS)
        forge(Forger(ada), ticket)
        told = "io" if forge is not a_join_of_nothing else None
        install(hub)
        assert "git-yoi failed" not in refused(hub, ada)
        inside(hub.repo, "hooks", "uninstall", "--server")
        assert push(ada).code == 0
        bea.git("fetch", "-q")
        exported = inside(bea, "export", "jsonl", tmp_path / "exported", "--json", code=None)
        assert (exported.error if exported.code else None) == told
        assert inside(bea, "sync", "--json", code=9).error == "remote"
        assert "not sound" in inside(bea, "comment", ticket, "-m", "goes on").err
        assert bea.git("rev-parse", f"{TICKETS}~1") == before


@pytest.fixture
def clone(tmp_path: Path) -> Repo:
    """A clone that shares one ticket through a guarded hub."""
    with make_hub(tmp_path) as hub:
        install(hub)
        [made] = shared(hub, 1)
        new(made)
        inside(made, "sync")
        return made


def hub_of(clone: Repo) -> Hub:
    path = clone.path.parent / "hub.git"
    return Hub(Repo(path), str(path))


def only_ticket(clone: Repo) -> str:
    return str(inside(clone, "list", "--json").data[0]["id"])


@pytest.mark.parametrize("trailer", ["yoi-nonce: x", "YOI-NONCE: y"])
def test_an_entry_comes_no_second_time_whatever_else_it_calls_its_nonce(clone: Repo, trailer: str) -> None:
    forger, ticket = Forger(clone), only_ticket(clone)
    message = forger.message(ticket, "comment", trailer)
    for code in (0, 1):
        forger.put(message)
        assert push(clone).code == code
    assert "duplicate: it stands there already" in refused(hub_of(clone), clone)


def test_a_message_that_git_reads_but_half_of_is_no_entry(clone: Repo) -> None:
    forger, ticket = Forger(clone), only_ticket(clone)
    forger.put(forger.message(ticket, "comment").replace("forged", "for\0ged"))
    assert "corrupt: it is no entry: it holds a NUL character" in refused(hub_of(clone), clone)


@pytest.mark.parametrize("name", ["..", ".git", "a/b", "../../x", r"a\u0000b"])
def test_a_repair_brings_no_file_that_no_entry_could_attach(clone: Repo, name: str) -> None:
    forger, ticket = Forger(clone), only_ticket(clone)
    blob = forger.objects.write_blob(b"x")
    front = f'\nattachments: [{{"name": "{name}", "blob": "{blob}"}}]\n---\n'
    changes = {ticket_path(ticket): forger.file(ticket).replace(b"\n---\n", front.encode(), 1)}
    forger.put(forger.message(ticket, "repair", 'Yoi-Reason: "x"'), changes)
    assert "illegal: its repair is refused: a repair brings a file" in refused(hub_of(clone), clone)


def test_a_repair_leaves_no_ticket_in_progress_with_nobody(clone: Repo) -> None:
    forger, ticket = Forger(clone), only_ticket(clone)
    text = forger.file(ticket).replace(b'"planning"', b'"inprogress"')
    forger.put(forger.message(ticket, "repair", 'Yoi-Reason: "x"'), {ticket_path(ticket): text})
    assert "it is in inprogress, and lacks a claim" in refused(hub_of(clone), clone)


def test_a_merge_names_a_branch_that_can_be_one(clone: Repo) -> None:
    forger, ticket = Forger(clone), only_ticket(clone)
    head = clone.git("rev-parse", "main")
    forger.put(forger.message(ticket, "merge", f"Yoi-Commit: {head}", r'Yoi-Target: "ma\u0000in"', f"Yoi-Head: {head}"))
    assert "illegal: its merge is refused: a branch's name" in refused(hub_of(clone), clone)


@pytest.mark.parametrize("verb", ["start", "takeover"])
def test_a_ticket_whose_file_is_none_is_damaged_and_the_words_say_so(tmp_path: Path, verb: str) -> None:
    with make_hub(tmp_path) as hub:
        ada, bea = shared(hub)
        ticket = new(ada)
        for one in (ada, bea):
            inside(one, "sync")
        forger = Forger(ada)
        link = {ticket_path(ticket): TreeEntry("160000", "1" * 40)}
        forger.put(forger.message(ticket, "comment"), link)
        assert push(ada).code == 0
        inside(bea, "sync")
        more = ("-m", "why") if verb == "takeover" else ()
        assert inside(bea, verb, ticket, *more, "--json", code=9).error == "read-only"
