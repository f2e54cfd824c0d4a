"""Entries are signed by git itself, as `commit.gpgSign` and `gpg.format` say; ssh-keygen comes with every git's ssh."""

from __future__ import annotations

from pathlib import Path

import pytest

from git_yoi.codec.message import Signature
from git_yoi.domain import events as ev
from git_yoi.domain.ticket import Actor
from git_yoi.errors import YoiError
from git_yoi.store.entry_commit import write_commit
from git_yoi.store.join import join
from git_yoi.store.verify import verify
from tests.conftest import Repo
from tests.inside import inside, new
from tests.keys import allow, make_ssh_key, public, sign_by_ssh
from tests.store.worlds import ADA, AT, REF, Store

ONE = "kkkkkkkkkkkkkkkk"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A fresh ssh key."""
    return make_ssh_key(tmp_path / "key")


def configure(repo: Repo, key: Path) -> None:
    """Have git sign by the key, and trust it for anybody."""
    sign_by_ssh(repo, key)
    allow(repo, f"* {public(key)}")


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


def test_a_worktree_may_have_a_key_of_its_own(repo: Repo, key: Path, tmp_path: Path) -> None:
    configure(repo, key)
    repo.git("config", "extensions.worktreeConfig", "true")
    repo.git("worktree", "add", "-q", "--detach", tmp_path / "other")
    other = Repo(tmp_path / "other")
    make_ssh_key(other.path / "own")
    other.git("config", "--worktree", "user.signingKey", "own")
    (other.path / "below").mkdir()
    allow(repo, f"main@x {public(key)}", f"other@x {public(other.path / 'own')}")
    ticket = new(repo)
    inside(Repo(other.path / "below"), "comment", ticket, "-m", "From the other worktree")
    assert [e["signer"] for e in inside(repo, "show", ticket, "--json").data["entries"]] == ["main@x", "other@x"]


def test_a_join_is_signed_by_the_function_that_signs_entries(store: Store, key: Path) -> None:
    store.add(store.entry(ONE, ev.Create("One")))
    met = store.tip()
    store.add(store.entry(ONE, ev.Comment(), "there"))
    theirs = store.tip()
    store.repo.git("update-ref", REF, met)
    configure(store.repo, key)
    ours = store.signing()
    ours.add(ours.entry(ONE, ev.Comment(), "here"))
    objects = ours.writer.objects
    joined = join(objects, ours.tip(), theirs, lambda: Signature(ADA, AT), write=lambda c: write_commit(ours.writer, c))
    store.repo.git("verify-commit", joined.tip)
    assert objects.commit(joined.tip).parents == (theirs, ours.tip())
    assert verify(objects, joined.tip).problems == ()
    key.unlink()
    with pytest.raises(YoiError) as refused:
        join(
            objects,
            ours.tip(),
            theirs,
            lambda: Signature(ADA, AT),
            write=lambda c: write_commit(ours.writer, c, "join"),
        )
    assert (refused.value.code, "join" in str(refused.value)) == ("identity", True)
