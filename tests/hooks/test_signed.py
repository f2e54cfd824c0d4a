"""Where entries must be signed, a key speaks for its owner and for nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Repo
from tests.forge import Forger
from tests.hooks.scene import install, push, refused
from tests.inside import accept, commit_on, inside, new, queued
from tests.keys import keyring, make_ssh_key, needs_gpg, public, sign_by_ssh
from tests.sync.hubs import FORMATS, TICKETS, Hub, make_hub


@pytest.fixture
def keys(tmp_path: Path) -> dict[str, Path]:
    """A key for each of two."""
    return {name: make_ssh_key(tmp_path / f"{name} key") for name in ("ada", "bea")}


def strict(hub: Hub, keys: dict[str, Path]) -> Path:
    """A hub that takes signed entries only; its file of signers."""
    install(hub)
    signers = hub.path / "signers of this hub"
    signers.write_text("".join(f"{name}@example.org {public(key)}\n" for name, key in keys.items()))
    hub.repo.git("config", "yoi.requireSignatures", "true")
    hub.repo.git("config", "gpg.ssh.allowedSignersFile", signers)
    return signers


@pytest.fixture
def hub(tmp_path: Path, keys: dict[str, Path]) -> Iterator[Hub]:
    with make_hub(tmp_path) as made:
        strict(made, keys)
        yield made


def signing_clone(hub: Hub, number: int, key: Path) -> Repo:
    clone = hub.clone(number)
    sign_by_ssh(clone, key)
    inside(clone, "init")
    return clone


@pytest.mark.parametrize("kind", FORMATS)
def test_who_signs_is_let_in_and_joins_need_nobodys_word(tmp_path: Path, kind: str, keys: dict[str, Path]) -> None:
    with make_hub(tmp_path, "path", None, *FORMATS[kind]) as hub:
        strict(hub, keys)
        ada, bea = (signing_clone(hub, number, key) for number, key in enumerate(keys.values()))
        ticket = new(ada)
        for clone in (ada, bea):
            inside(clone, "sync")
        inside(ada, "comment", ticket, "-m", "From Ada")
        inside(bea, "comment", ticket, "-m", "From Bea")
        inside(ada, "sync")
        bea.git("config", "commit.gpgSign", "false")
        inside(bea, "sync")
        assert bea.git("log", "-1", "--format=%G?%s", TICKETS) == "Njoin: 1 of ours after 1 of theirs"
        assert hub.tip() == bea.git("rev-parse", TICKETS)


def test_an_unsigned_entry_is_refused_and_named(hub: Hub, keys: dict[str, Path]) -> None:
    ada = signing_clone(hub, 0, keys["ada"])
    ticket = new(ada)
    inside(ada, "sync")
    ada.git("config", "commit.gpgSign", "false")
    inside(ada, "comment", ticket, "-m", "Unsigned")
    bad = ada.git("rev-parse", TICKETS)
    ada.git("config", "commit.gpgSign", "true")
    inside(ada, "comment", ticket, "-m", "Signed")
    said = refused(hub, ada)
    assert f"entry {bad[:12]}, ticket {ticket[:8]}, signature: it is not signed" in said
    assert said.count("signature: ") == 1


def test_an_approval_signed_by_somebody_else_is_refused(hub: Hub, keys: dict[str, Path]) -> None:
    ada = signing_clone(hub, 0, keys["ada"])
    ticket = queued(ada)
    branch = accept(ada, ticket)
    commit_on(ada, branch, "a")
    assert push(ada).code == 0
    env = {"GIT_YOI_ACTOR": "Bea <bea@example.org>", "GIT_YOI_ROLE": "reviewer"}
    inside(ada, "review", ticket, "--approve", env=env)
    bad = ada.git("rev-parse", TICKETS)
    said = refused(hub, ada)
    assert f"entry {bad[:12]}, ticket {ticket[:8]}, signature: it is Bea <bea@example.org>'s word" in said
    assert "signed by ada@example.org" in said


def test_a_key_that_the_hub_does_not_know_is_nobodys(hub: Hub, tmp_path: Path) -> None:
    ada = signing_clone(hub, 0, make_ssh_key(tmp_path / "another key"))
    new(ada)
    assert "signature: nobody whom this repository knows has signed it" in refused(hub, ada)


def test_a_signature_of_another_content_is_bad(hub: Hub, keys: dict[str, Path]) -> None:
    ada = signing_clone(hub, 0, keys["ada"])
    new(ada, "Title")
    text = ada.git("cat-file", "commit", TICKETS).replace("What to do.", "What not to do.")
    (ada.path / "raw").write_text(text + "\n")
    forged = ada.git("hash-object", "-t", "commit", "-w", ada.path / "raw")
    said = refused(hub, ada, f"{forged}:{TICKETS}")
    assert "signature: its signature is not of what it says" in said


@pytest.mark.parametrize("value", ["true", "yes", "on", "1", "certainly"])
def test_only_a_no_lets_unsigned_entries_in(hub: Hub, value: str) -> None:
    hub.repo.git("config", "yoi.requireSignatures", value)
    clone = hub.clone(0)
    inside(clone, "init")
    new(clone)
    assert "it is not signed" in refused(hub, clone)
    hub.repo.git("config", "yoi.requireSignatures", "false")
    assert push(clone).code == 0


def test_a_file_of_signers_for_the_guard_alone(hub: Hub, keys: dict[str, Path], tmp_path: Path) -> None:
    ada = signing_clone(hub, 0, keys["ada"])
    new(ada)
    hub.repo.git("config", "yoi.allowedSigners", tmp_path / "none")
    assert "signature: " in refused(hub, ada)
    (tmp_path / "own").write_text(f"*@example.org {public(keys['ada'])}\n")
    hub.repo.git("config", "yoi.allowedSigners", tmp_path / "own")
    hub.repo.git("config", "--unset", "gpg.ssh.allowedSignersFile")
    assert push(ada).code == 0


def test_a_mail_address_is_the_same_in_any_case(hub: Hub, keys: dict[str, Path]) -> None:
    ada = signing_clone(hub, 0, keys["ada"])
    ada.git("config", "user.email", "Ada@Example.ORG")
    new(ada)
    assert push(ada).code == 0


def test_a_forged_entry_is_told_as_such_though_it_is_unsigned(hub: Hub, keys: dict[str, Path]) -> None:
    ada = signing_clone(hub, 0, keys["ada"])
    Forger(ada).put("no entry\n")
    assert "corrupt: " in refused(hub, ada)


@needs_gpg
def test_openpgp_keys_that_the_server_trusts_are_let_in(
    tmp_path: Path, keys: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with make_hub(tmp_path) as hub, keyring() as ring:
        strict(hub, keys)
        monkeypatch.setenv("GNUPGHOME", str(ring.home))
        ring.add("Ada <ada@example.org>")
        ada = hub.clone(0)
        ada.git("config", "commit.gpgSign", "true")
        inside(ada, "init")
        ticket = new(ada)
        assert push(ada).code == 0
        inside(ada, "comment", ticket, "-m", "x", env={"GIT_YOI_ACTOR": "Bea <bea@example.org>"})
        assert "Bea <bea@example.org>'s word" in refused(hub, ada)
