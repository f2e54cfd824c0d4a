"""What `fsck` says of signatures: it counts all, and a bad one is a finding."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.codec.yoi_backend.folders import ITEM, THREAD
from tests.conftest import Repo, make_repo, run
from tests.inside import inside, new
from tests.keys import allow, make_ssh_key, public, sign_by_ssh

TICKETS = "refs/yoi/tickets"
BEA = {"GIT_YOI_ACTOR": "Bea <bea@example.org>"}


@pytest.fixture(params=["sha1", "sha256"])
def begun(tmp_path: Path, request: pytest.FixtureRequest) -> Repo:
    """A repository of either kind in which tickets have begun."""
    made = make_repo(tmp_path / "repo", f"--object-format={request.param}")
    inside(made, "init")
    return made


def counts(repo: Repo) -> dict[str, int]:
    """What is not zero."""
    found: dict[str, int] = inside(repo, "fsck", "--json", code=None).data["signatures"]
    return {state: count for state, count in found.items() if count}


def problems(repo: Repo) -> list[Any]:
    done = inside(repo, "fsck", "--json", code=None)
    found = done.data["problems"]
    assert done.code == (8 if found else 0)
    assert isinstance(found, list)
    return found


def tamper(repo: Repo, old: str, new: str) -> str:
    """Change the tip's content and leave its signature; the new tip."""
    text = repo.git("cat-file", "commit", TICKETS)
    assert old in text
    command = ("git", "hash-object", "-t", "commit", "-w", "--stdin")
    made = run(*command, cwd=repo.path, data=text.replace(old, new) + "\n").out.strip()
    repo.git("update-ref", TICKETS, made)
    return made


def test_every_entry_is_counted_and_a_bad_signature_is_a_finding(begun: Repo, tmp_path: Path) -> None:
    ticket, key, other = new(begun), make_ssh_key(tmp_path / "key"), make_ssh_key(tmp_path / "other")
    assert inside(begun, "fsck").out.splitlines()[-2] == "signatures: 1 unsigned"
    sign_by_ssh(begun, key)
    allow(begun, f"ada@example.org {public(key)}")
    inside(begun, "comment", ticket, "-m", "One")
    inside(begun, "comment", ticket, "-m", "Two")
    begun.git("config", "user.signingKey", other)
    inside(begun, "comment", ticket, "-m", "By another key")
    assert counts(begun) == {"verified": 2, "unsigned": 1, "unverifiable": 1}
    assert problems(begun) == []
    begun.git("config", "user.signingKey", key)
    inside(begun, "comment", ticket, "-m", "Honest")
    bad = tamper(begun, "Honest", "Forged")
    assert counts(begun) == {"verified": 2, "unsigned": 1, "unverifiable": 1, "bad": 1}
    (problem,) = problems(begun)
    assert (problem["code"], problem["where"], problem["tickets"]) == ("bad-signature", bad, [ticket])
    assert "signatures: 2 verified, 1 unsigned, 1 unverifiable, 1 bad" in inside(begun, "fsck", code=8).out


def test_an_actor_that_somebody_else_signed_for_is_a_finding_only_where_that_is_forbidden(
    begun: Repo, tmp_path: Path
) -> None:
    key = make_ssh_key(tmp_path / "key")
    sign_by_ssh(begun, key)
    allow(begun, f"ada@example.org {public(key)}")
    ticket = new(begun)
    inside(begun, "comment", ticket, "-m", "As Bea", env=BEA)
    assert counts(begun) == {"verified": 2, "not_by_author": 1}
    assert problems(begun) == []
    assert "1 of the verified by somebody else than the author" in inside(begun, "fsck").out
    begun.git("config", "yoi.requireSignatures", "true")
    (problem,) = problems(begun)
    assert (problem["code"], problem["where"]) == ("other-signer", begun.git("rev-parse", TICKETS))
    assert "ada@example.org" in problem["message"]


def test_who_brings_a_ticket_signs_for_its_authors(repo: Repo, tmp_path: Path) -> None:
    folder, key = tmp_path / "tickets" / "00001TESTAAAA", make_ssh_key(tmp_path / "key")
    folder.mkdir(parents=True)
    (folder / "item.md").write_text(ITEM)
    (folder / "thread.md").write_text(THREAD)
    sign_by_ssh(repo, key)
    allow(repo, f"ada@example.org {public(key)}")
    inside(repo, "import", "yoi", tmp_path / "tickets")
    assert set(repo.git("log", "--format=%an", TICKETS).split("\n")) - {"Ada", "git-yoi"}
    assert set(counts(repo)) == {"verified"}
    assert problems(repo) == []


def test_a_record_without_entries_has_no_signatures_to_tell_of(repo: Repo) -> None:
    assert counts(repo) == {}
    assert "signatures" not in inside(repo, "fsck").out
