"""Entries are signed by git itself, as `commit.gpgSign` and `gpg.format` say; ssh-keygen comes with every git's ssh."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from git_yoi.domain import events as ev
from git_yoi.domain.ticket import Actor
from git_yoi.errors import YoiError
from git_yoi.store.verify import verify
from tests.conftest import Repo
from tests.store.worlds import ADA, REF, Store

ONE = "kkkkkkkkkkkkkkkk"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A fresh ssh key."""
    program = shutil.which("ssh-keygen")
    assert program is not None, "ssh-keygen is needed: it comes with the ssh client that git uses"
    subprocess.run([program, "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "key"], check=True)
    return tmp_path / "key"


def configure(repo: Repo, key: Path) -> None:
    signers = key.parent / "signers"
    signers.write_text(f"* {key.with_suffix('.pub').read_text()}")
    for name, value in (("gpg.format", "ssh"), ("user.signingKey", key), ("gpg.ssh.allowedSignersFile", signers)):
        repo.git("config", name, value)


@pytest.mark.parametrize(
    "actor", [ADA, Actor("Ada Jr.", "ada@x"), Actor(" <Eve>\n,", "'e'@x."), Actor("é", "é@x")], ids=repr
)
def test_a_signed_entry_verifies_and_its_tree_follows(plain_store: Store, key: Path, actor: Actor) -> None:
    configure(plain_store.repo, key)
    plain_store.repo.git("config", "i18n.commitEncoding", "ISO-8859-1")
    signed = plain_store.signing()
    signed.add(signed.entry(ONE, ev.Create("Ä title"), "Bödy\n\n\n", actor=actor))
    signed.repo.git("verify-commit", REF)
    assert signed.writer.objects.commit(signed.tip()).signed
    assert not any(name == b"encoding" for name, _ in signed.writer.objects.commit(signed.tip()).headers)
    assert verify(signed.writer.objects, signed.tip()).problems == ()
    assert signed.snapshot().ticket(ONE) is not None
    signed.repo.git("fsck", "--strict")


def test_the_program_signs_where_git_is_set_so(repo: Repo, key: Path) -> None:
    configure(repo, key)
    repo.git("config", "commit.gpgSign", "true")
    ticket = repo.new()
    repo.git("verify-commit", REF)
    assert repo.json("show", ticket)["created_by"] == "Ada <ada@example.org>"
    assert repo.json("fsck")["problems"] == []


def test_a_key_that_is_missing_changes_nothing(plain_store: Store, key: Path) -> None:
    configure(plain_store.repo, key)
    key.unlink()
    signed, before = plain_store.signing(), plain_store.tip()
    with pytest.raises(YoiError) as refused:
        signed.add(signed.entry(ONE, ev.Create("One")))
    assert refused.value.code == "identity"
    assert signed.tip() == before
