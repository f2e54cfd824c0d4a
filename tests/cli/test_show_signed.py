"""What `show` says of signatures, where somebody signs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from git_yoi.git.process import Git
from tests.conftest import Repo, make_repo, run
from tests.inside import inside, new
from tests.keys import Keyring, allow, keyring, make_ssh_key, needs_gpg, public, sign_by_ssh
from tests.terminal import on_terminal, without_colour

TICKETS = "refs/yoi/tickets"
BEA = {"GIT_YOI_ACTOR": "Bea <bea@example.org>"}


@pytest.fixture(params=["sha1", "sha256"])
def begun(tmp_path: Path, request: pytest.FixtureRequest) -> Repo:
    """A repository of either kind in which tickets have begun."""
    made = make_repo(tmp_path / "repo", f"--object-format={request.param}")
    inside(made, "init")
    return made


@pytest.fixture
def key(repo: Repo, tmp_path: Path) -> Path:
    """The key that every commit in `repo` is signed with, allowed for Ada."""
    made = make_ssh_key(tmp_path / "key")
    sign_by_ssh(repo, made)
    allow(repo, f"ada@example.org {public(made)}")
    return made


def entries(repo: Repo, ticket: str) -> list[dict[str, Any]]:
    shown = inside(repo, "show", ticket, "--json").data["entries"]
    assert isinstance(shown, list)
    return shown


def states(repo: Repo, ticket: str) -> list[str]:
    return [entry["signature"] for entry in entries(repo, ticket)]


def tamper(repo: Repo, old: str, new: str) -> None:
    """Change the tip's content and leave its signature."""
    text = repo.git("cat-file", "commit", TICKETS)
    assert old in text
    command = ("git", "hash-object", "-t", "commit", "-w", "--stdin")
    made = run(*command, cwd=repo.path, data=text.replace(old, new) + "\n").out.strip()
    repo.git("update-ref", TICKETS, made)


def test_every_entry_says_what_its_signature_is_worth(begun: Repo, tmp_path: Path) -> None:
    ticket, key, other = new(begun), make_ssh_key(tmp_path / "key"), make_ssh_key(tmp_path / "other")
    sign_by_ssh(begun, key)
    allow(begun, f"ada@example.org {public(key)}")
    inside(begun, "comment", ticket, "-m", "Signed")
    begun.git("config", "user.signingKey", other)
    inside(begun, "comment", ticket, "-m", "By another key")
    begun.git("config", "user.signingKey", key)
    inside(begun, "comment", ticket, "-m", "Honest")
    tamper(begun, "Honest", "Forged")
    assert states(begun, ticket) == ["unsigned", "verified", "unverifiable", "bad"]
    lines = [line for line in inside(begun, "show", ticket).out.splitlines() if "  Ada <" in line]
    assert lines[0].endswith("  unsigned")
    assert lines[1].endswith("  verified: ada@example.org")
    assert "  unverifiable: SHA256:" in lines[2]
    assert lines[3].endswith("  bad signature")


@needs_gpg
def test_openpgp_is_told_in_the_same_words(begun: Repo, ring: Keyring) -> None:
    ring.add("Ada at home <ada@home>", "Ada <ada@example.org>")
    for name, value in (("user.signingKey", "ada@home"), ("commit.gpgSign", "true")):
        begun.git("config", name, value)
    ticket = new(begun)
    inside(begun, "comment", ticket, "-m", "Not hers", env=BEA)
    (first, second) = entries(begun, ticket)
    assert (first["signature"], first["signed_by_author"]) == ("verified", True)
    assert (second["signature"], second["signed_by_author"]) == ("verified", False)
    assert "<ada@" in first["signer"]
    with keyring() as empty, pytest.MonkeyPatch.context() as patch:
        patch.setenv("GNUPGHOME", str(empty.home))
        assert states(begun, ticket) == ["unverifiable", "unverifiable"]
    tamper(begun, "Not hers", "Forged")
    assert states(begun, ticket) == ["verified", "bad"]


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Iterator[Keyring]:
    with keyring() as made:
        monkeypatch.setenv("GNUPGHOME", str(made.home))
        yield made


@pytest.mark.usefixtures("key")
def test_another_s_words_under_one_s_own_signature_are_told(repo: Repo) -> None:
    ticket = new(repo)
    inside(repo, "comment", ticket, "-m", "As Bea", env=BEA)
    told = [(e["signature"], e["signer"], e["signed_by_author"]) for e in entries(repo, ticket)]
    assert told == [("verified", "ada@example.org", True), ("verified", "ada@example.org", False)]
    last = inside(repo, "show", ticket).out.splitlines()[-2]
    assert last.endswith("verified, but not by its author: ada@example.org")


def test_an_author_who_is_replaced_makes_the_signature_bad(repo: Repo, key: Path) -> None:
    allow(repo, f"* {public(key)}")
    ticket = new(repo)
    inside(repo, "comment", ticket, "-m", "Words")
    tamper(repo, "author Ada <ada@example.org>", "author Bea <bea@example.org>")
    assert [(e["author"], e["signature"]) for e in entries(repo, ticket)][-1] == ("Bea <bea@example.org>", "bad")


def test_where_nobody_signs_the_text_says_nothing_of_it(repo: Repo) -> None:
    ticket = new(repo)
    assert "unsigned" not in inside(repo, "show", ticket).out
    assert states(repo, ticket) == ["unsigned"]
    repo.git("config", "commit.gpgSign", "true")
    assert "unsigned" in inside(repo, "show", ticket).out


@pytest.mark.usefixtures("key")
def test_who_signed_is_known_without_the_index_and_after_catching_up(repo: Repo) -> None:
    ticket = new(repo)
    inside(repo, "show", ticket)
    inside(repo, "comment", ticket, "-m", "More")
    assert states(repo, ticket) == ["verified", "verified"]
    (repo.path / ".git" / "yoi" / "index.sqlite3").unlink()
    assert states(repo, ticket) == ["verified", "verified"]


@pytest.mark.usefixtures("key")
def test_a_signer_s_name_reaches_no_terminal_raw(repo: Repo, tmp_path: Path) -> None:
    ticket = new(repo)
    allow(repo, f"\x1b[31m@x {public(tmp_path / 'key')}")
    assert "\x1b" not in inside(repo, "show", ticket).out
    assert "verified, but not by its author: \\x1b[31m@x" in without_colour(on_terminal(repo.path, "show", ticket))


def test_no_process_is_started_for_a_ticket_without_signatures(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = new(repo)
    key = make_ssh_key(tmp_path / "key")
    sign_by_ssh(repo, key)
    allow(repo, f"* {public(key)}")
    signed = new(repo)
    begun: list[str] = []
    begin = Git.begin

    def counted(self: Git, *arguments: str, data: bytes | None = None, **options: Any) -> Any:
        begun.append(" ".join(arguments))
        return begin(self, *arguments, data=data, **options)

    monkeypatch.setattr(Git, "begin", counted)
    inside(repo, "show", plain)
    assert not any("cat-file" in command or "%G?" in command for command in begun)
    usual = len(begun)
    inside(repo, "show", signed)
    assert any("%G?" in command for command in begun[usual:])


def test_signatures_load_nothing_heavy(repo: Repo, key: Path) -> None:
    allow(repo, f"* {public(key)}")
    ticket = new(repo)
    inside(repo, "show", ticket)
    program = "import sys; from git_yoi.cli.main import main\ntry: main(sys.argv[1:])\nfinally: print(*sys.modules)"
    done = run(sys.executable, "-c", program, "show", ticket, cwd=repo.path)
    assert "verified" in done.out
    assert not {"pygit2", "dulwich", "pydantic", "ruamel.yaml"} & set(done.out.splitlines()[-1].split())
