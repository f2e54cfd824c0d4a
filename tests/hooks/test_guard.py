"""What the guard refuses, told to who pushed it; each by a real push, which changes no ref."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from git_yoi.domain.file_name import MAX_FILE_BYTES
from git_yoi.git.raw import TreeEntry
from git_yoi.store.tree import ticket_path
from tests.conftest import Repo, run
from tests.forge import TICKETS, Forger
from tests.hooks.scene import install, push, refused
from tests.inside import inside, new, queued
from tests.sync.hubs import FORMATS, Hub, make_hub
from tests.sync.scene import shared


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with make_hub(tmp_path) as made:
        install(made)
        yield made


@pytest.fixture
def clone(hub: Hub) -> Repo:
    """A clone that shares one ticket through the guarded hub."""
    [made] = shared(hub, 1)
    new(made)
    inside(made, "sync")
    return made


def only_ticket(clone: Repo) -> str:
    found = inside(clone, "list", "--json").data[0]["id"]
    assert isinstance(found, str)
    return found


def forged_transition(forger: Forger, ticket: str) -> str:
    state = forger.file(ticket).replace(b'state: "planning"', b'state: "queued"')
    message = forger.message(ticket, "state", "Yoi-From: ready", "Yoi-To: queued")
    return forger.put(message, {ticket_path(ticket): state})


def another_tree(forger: Forger, ticket: str) -> str:
    inside(forger.repo, "comment", ticket, "-m", "Innocent")
    return forger.amend_tree({ticket_path(ticket): forger.file(ticket).replace(b"A ticket", b"Spoilt")})


def a_stray_file(forger: Forger, ticket: str) -> str:
    inside(forger.repo, "comment", ticket, "-m", "Innocent")
    return forger.amend_tree({("..",): b"x"})


def a_program_for_a_ticket(forger: Forger, ticket: str) -> str:
    inside(forger.repo, "comment", ticket, "-m", "Innocent")
    blob = forger.objects.write_blob(forger.file(ticket))
    return forger.amend_tree({ticket_path(ticket): TreeEntry("100755", blob)})


def no_entry(forger: Forger, ticket: str) -> str:
    return forger.put(f"hello\n\nYoi-Event: teleport\nYoi-Ticket: {ticket}\n")


def an_octopus(forger: Forger, ticket: str) -> str:
    assert ticket
    root = forger.repo.git("rev-list", "--max-parents=0", TICKETS)
    return forger.put("octopus\n", parents=(forger.tip, root, root))


def a_join_that_lies(forger: Forger, ticket: str) -> str:
    base = forger.tip
    inside(forger.repo, "comment", ticket, "-m", "Theirs")
    theirs = forger.tip
    forger.repo.git("update-ref", TICKETS, base)
    inside(forger.repo, "label", ticket, "--add", "ours")
    return forger.put("join: 1 of ours after 1 of theirs\n", parents=(theirs, forger.tip))


def a_newer_format(forger: Forger, ticket: str) -> str:
    assert ticket
    return forger.put("upgrade\n", {("yoi.yaml",): b"format: 2\n"})


def a_flood(forger: Forger, ticket: str) -> str:
    return forger.put(forger.message(ticket, "comment", body="x" * (5 << 20)))


FORGED: dict[Callable[[Forger, str], str], str] = {
    forged_transition: "illegal: its state is refused",
    another_tree: "tree: its tree does not follow from its entry: tickets/",
    a_stray_file: "tree: its tree does not follow from its entry: ..",
    a_program_for_a_ticket: "tree: its tree does not follow",
    no_entry: "corrupt: it is no entry",
    an_octopus: "shape: a commit with 3 parents",
    a_join_that_lies: "tree: its tree does not follow from the histories that it joins",
    a_newer_format: "format: the tickets are of format 2",
    a_flood: "size: this commit is larger than 4 MiB",
}


@pytest.mark.parametrize("kind", FORMATS)
def test_a_forged_entry_of_any_kind_is_refused_and_named(tmp_path: Path, kind: str) -> None:
    with make_hub(tmp_path, "path", None, *FORMATS[kind]) as hub:
        install(hub)
        [clone] = shared(hub, 1)
        ticket, forger = new(clone), Forger(clone)
        inside(clone, "sync")
        sound = forger.tip
        for forge, reason in FORGED.items():
            clone.git("update-ref", TICKETS, sound)
            bad = forge(forger, ticket)
            said = refused(hub, clone)
            assert f"entry {bad[:12]}, " in said, forge
            assert reason in said, forge
            assert "refs/yoi/tickets is refused" in said


def test_a_forged_entry_under_honest_ones_is_refused_and_its_ticket_named(hub: Hub, clone: Repo) -> None:
    ticket = only_ticket(clone)
    bad = forged_transition(Forger(clone), ticket)
    other = new(clone, "Other")
    inside(clone, "comment", other, "-m", "Honest")
    assert f"entry {bad[:12]}, ticket {ticket[:8]}, illegal" in refused(hub, clone)
    assert "main" in push(clone, "HEAD:refs/heads/main2").err


def test_what_was_published_is_not_taken_back(hub: Hub, clone: Repo) -> None:
    assert "deleted: the tickets are never deleted" in refused(hub, clone, f":{TICKETS}")
    tip = clone.git("rev-parse", TICKETS)
    assert f"{tip[:12]}, which is published" in refused(hub, clone, f"+{TICKETS}^:{TICKETS}")


def test_a_rewritten_history_is_refused_however_sound_it_is(hub: Hub, clone: Repo) -> None:
    old = clone.git("rev-parse", TICKETS)
    clone.git("update-ref", TICKETS, f"{TICKETS}^")
    new(clone, "Instead")
    assert "rewritten" in refused(hub, clone, f"+{TICKETS}:{TICKETS}")
    # On the second parent's side what was published would have lost its place in the order.
    forger = Forger(clone)
    tip = forger.tip
    forger.put("join: 1 of ours after 1 of theirs\n", parents=(tip, old))
    assert f"{old[:12]}, which is published" in refused(hub, clone)


def test_a_history_of_code_is_no_history_of_tickets(hub: Hub, clone: Repo) -> None:
    for source in ("HEAD", "HEAD^{tree}", "HEAD:README"):
        said = refused(hub, clone, f"+{clone.git('rev-parse', source)}:{TICKETS}")
        assert "format: " in said
    clone.git("tag", "-m", "A tag", "t", TICKETS)
    assert "format: " in refused(hub, clone, f"+{clone.git('rev-parse', 't')}:{TICKETS}")


def test_the_first_push_begins_at_the_constant_root(hub: Hub) -> None:
    clone = hub.clone(0)
    inside(clone, "init")
    forger = Forger(clone)
    forger.put("git-yoi tickets, format 1\n", parents=(), base=forger.tip)
    new(clone)
    assert "root: the history does not begin with the constant root commit" in refused(hub, clone)
    assert hub.tip() == ""


def test_a_mirror_that_lacks_the_tickets_deletes_nothing(hub: Hub, clone: Repo) -> None:
    assert clone.path
    other = hub.clone(1)
    assert "the tickets are never deleted" in refused(hub, other, "--mirror")


@pytest.mark.parametrize("ref", ["published", "remotes/origin/tickets", "rescue/x", "tickets2", "tickets/x"])
def test_what_is_each_clones_own_stays_there(hub: Hub, clone: Repo, ref: str) -> None:
    if ref == "tickets/x":
        clone.git("push", "-q", "origin", "HEAD:refs/heads/x")
    assert "local: what lies beside the tickets" in refused(hub, clone, f"HEAD:refs/yoi/{ref}")


def test_what_came_there_before_the_guard_may_be_deleted(hub: Hub, clone: Repo) -> None:
    hub.repo.git("update-ref", "refs/yoi/published", "refs/heads/main")
    assert push(clone, ":refs/yoi/published").code == 0


def test_code_and_a_forged_entry_are_refused_together(hub: Hub, clone: Repo) -> None:
    clone.commit("a", "a\n")
    no_entry(Forger(clone), only_ticket(clone))
    refused(hub, clone, "--atomic", "main", TICKETS)
    refused(hub, clone, "main", TICKETS)
    assert push(clone, "main").code == 0


def test_a_pusher_cannot_turn_it_off(hub: Hub, clone: Repo) -> None:
    no_entry(Forger(clone), only_ticket(clone))
    refused(hub, clone, env={"GIT_YOI_HOOKS": "0"})
    assert run("git", "push", "--no-verify", "origin", TICKETS, cwd=clone.path).code != 0
    clone.git("push", "-q", "origin", f"{TICKETS}^:refs/replace/{clone.git('rev-parse', TICKETS)}")
    refused(hub, clone)


def test_a_strangers_text_does_not_reach_the_terminal_raw(hub: Hub, clone: Repo) -> None:
    ticket = only_ticket(clone)
    inside(clone, "comment", ticket, "-m", "Innocent")
    Forger(clone).amend_tree({("\x1b]0;owned\x07",): b"x"})
    said = refused(hub, clone)
    assert "\x1b" not in said.replace("\x1b[K", "")
    assert "\\x1b]0;owned" in said


def test_a_pusher_reads_five_reasons_and_how_many_more(hub: Hub, clone: Repo) -> None:
    ticket, forger = only_ticket(clone), Forger(clone)
    for _ in range(7):
        no_entry(forger, ticket)
    said = refused(hub, clone)
    assert said.count("corrupt: ") == 5
    assert "and 2 more: git yoi fsck" in said


def test_a_sync_tells_the_guards_reason(hub: Hub, clone: Repo) -> None:
    ticket = only_ticket(clone)
    forged_transition(Forger(clone), ticket)
    before = hub.repo.refs()
    said = inside(clone, "sync", "--json", code=9).json["error"]
    assert said["code"] == "remote"
    assert "illegal" in said["cause"]
    assert hub.repo.refs() == before


def test_another_ticket_ref_is_guarded_as_well(tmp_path: Path) -> None:
    own = "refs/heads/yoi-tickets"
    with make_hub(tmp_path) as hub:
        install(hub)
        hub.repo.git("config", "yoi.ref", own)
        clone = hub.clone(0)
        clone.git("config", "yoi.ref", own)
        inside(clone, "init")
        new(clone)
        assert push(clone, own).code == 0
        clone.git("update-ref", TICKETS, own)
        bad = no_entry(Forger(clone), only_ticket(clone))
        clone.git("update-ref", own, bad)
        assert bad[:12] in refused(hub, clone, own)
        assert bad[:12] in refused(hub, clone)


def test_a_tree_that_stands_in_itself_a_billion_times_ends_nothing(hub: Hub, clone: Repo) -> None:
    ticket, forger = only_ticket(clone), Forger(clone)
    inside(clone, "comment", ticket, "-m", "Innocent")
    bomb = TreeEntry("100644", forger.objects.write_blob(b"x"))
    for _ in range(7):
        bomb = TreeEntry("40000", forger.objects.write_tree({f"{n:03}": bomb for n in range(100)}))
    forger.amend_tree({("tickets", "kk"): bomb})
    assert "tree: its tree does not follow" in refused(hub, clone)


def test_an_entry_that_was_published_lately_does_not_come_again(hub: Hub, clone: Repo) -> None:
    ticket = only_ticket(clone)
    inside(clone, "comment", ticket, "-m", "Once")
    inside(clone, "sync")
    first = clone.git("rev-parse", TICKETS)
    again = Forger(clone).put(clone.git("log", "-1", "--format=%B", TICKETS).rstrip("\n") + "\n")
    said = refused(hub, clone)
    assert f"entry {again[:12]}, ticket {ticket[:8]}, duplicate: it stands there already, as {first[:12]}" in said


def test_an_attachment_may_be_so_large_and_no_larger(tmp_path: Path) -> None:
    with make_hub(tmp_path) as hub:
        install(hub)
        clone = hub.clone(0)
        inside(clone, "init")
        ticket = queued(clone)
        (tmp_path / "fits").write_bytes(bytes(MAX_FILE_BYTES))
        inside(clone, "attach", ticket, tmp_path / "fits")
        assert push(clone).code == 0
        (tmp_path / "large").write_bytes(bytes(MAX_FILE_BYTES + 1))
        blob = clone.git("hash-object", "-w", tmp_path / "large")
        forger = Forger(clone)
        forger.put(forger.message(ticket, "attach", 'Yoi-File: "large"', f"Yoi-Blob: {blob}"))
        forger.put("x\n", {("files", ticket, "large"): (tmp_path / "large").read_bytes()})
        assert "size: this blob is larger than 50 MiB" in refused(hub, clone)
