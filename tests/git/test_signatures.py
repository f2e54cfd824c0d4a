"""Signatures are judged by the very programs that git runs, on commits signed by real keys."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from git_yoi.git.process import Completed, Git
from git_yoi.git.repository import discover
from git_yoi.git.signatures import BAD, UNSIGNED, UNVERIFIABLE, VERIFIED, Signed, judge
from tests.conftest import Repo, make_repo, run
from tests.keys import Keyring, allow, keyring, make_ssh_key, needs_gpg, public, sign_by_ssh


@dataclass(frozen=True)
class Signing:
    """A repository to sign commits in."""

    repo: Repo

    @property
    def git(self) -> Git:
        return discover(self.repo.path, os.environ.copy()).root

    def commit(self, message: str = "fine", *options: str) -> str:
        """A signed commit."""
        return self.repo.git(*options, "commit-tree", "-S", "-m", message, "HEAD^{tree}")

    def changed(self, commit: str, old: str, new: str) -> str:
        """The commit with another content under the same signature."""
        text = self.repo.git("cat-file", "commit", commit)
        assert old in text
        made = run(
            "git",
            *("hash-object", "-t", "commit", "-w", "--stdin"),
            cwd=self.repo.path,
            data=text.replace(old, new) + "\n",
        )
        return made.out.strip()

    def judge(self, commit: str) -> Signed:
        return judge(self.git, [commit])[commit]


@pytest.fixture(params=["sha1", "sha256"])
def signing(tmp_path: Path, request: pytest.FixtureRequest) -> Signing:
    return Signing(make_repo(tmp_path / "repo", f"--object-format={request.param}"))


@pytest.fixture
def key(signing: Signing, tmp_path: Path) -> Path:
    """An ssh key that is set to sign with, and that nobody allows yet."""
    made = make_ssh_key(tmp_path / "key")
    sign_by_ssh(signing.repo, made)
    return made


def test_an_allowed_key_is_verified_and_stands_for_all_its_addresses(signing: Signing, key: Path) -> None:
    allow(signing.repo, f"ada@x,*@home,!eve@home {public(key)}", f"ada@work {public(key)}")
    found = signing.judge(signing.commit())
    assert (found.state, found.signer) == (VERIFIED, "ada@x")
    assert [found.matches(m) for m in ("ada@x", "bea@home", "ada@work")] == [True] * 3
    assert [found.matches(m) for m in ("eve@home", "ada@y", "ada@xx", "", "*@home")] == [False] * 4 + [True]


def test_a_line_with_options_counts_only_where_git_checked_them(signing: Signing, key: Path) -> None:
    allow(signing.repo, f'ada@x namespaces="git" {public(key)}', f'bea@x namespaces="file" {public(key)}')
    found = signing.judge(signing.commit())
    assert (found.state, found.matches("ada@x"), found.matches("bea@x")) == (VERIFIED, True, False)


def test_a_commit_without_signature_is_unsigned_whatever_stands_in_its_message(signing: Signing, key: Path) -> None:
    allow(signing.repo, f"* {public(key)}")
    plain = signing.repo.git("commit-tree", "-m", "gpgsig x\n\ngpgsig -----BEGIN SSH SIGNATURE-----", "HEAD^{tree}")
    assert signing.judge(plain) == Signed(UNSIGNED)
    assert not signing.judge(plain).matches("ada@example.org")


@pytest.mark.usefixtures("key")
def test_a_key_that_nobody_allows_is_unverifiable_and_named(signing: Signing, tmp_path: Path) -> None:
    allow(signing.repo, f"ada@x {public(make_ssh_key(tmp_path / 'other'))}")
    found = signing.judge(signing.commit())
    assert found.state == UNVERIFIABLE
    assert found.signer.startswith("SHA256:")
    assert not found.matches("ada@x")


@pytest.mark.parametrize("signers", ["no file", "missing", "garbage", "expired", "other use", "revoked", "no program"])
def test_what_cannot_be_checked_is_unverifiable_not_bad(signing: Signing, key: Path, signers: str) -> None:
    line = {
        "garbage": "garbage",
        "expired": f'ada@x valid-before="20200101" {public(key)}',
        "other use": f'ada@x namespaces="file" {public(key)}',
    }.get(signers, f"ada@x {public(key)}")
    commit, path = signing.commit(), allow(signing.repo, line)
    if signers == "no file":
        signing.repo.git("config", "--unset", "gpg.ssh.allowedSignersFile")
    if signers == "missing":
        path.unlink()
    if signers == "revoked":
        signing.repo.git("config", "gpg.ssh.revocationFile", str(key.with_suffix(".pub")))
    if signers == "no program":
        signing.repo.git("config", "gpg.ssh.program", str(key.with_name("nothing")))
    assert signing.judge(commit).state == UNVERIFIABLE


def test_another_content_under_a_signature_is_bad_whoever_signed(signing: Signing, key: Path, tmp_path: Path) -> None:
    other = make_ssh_key(tmp_path / "other")
    allow(signing.repo, f"ada@x {public(key)}")
    known, unknown = signing.commit(), signing.commit("fine", "-c", f"user.signingKey={other}")
    for commit in (known, unknown):
        assert signing.judge(signing.changed(commit, "fine", "evil")).state == BAD
        assert signing.judge(signing.changed(commit, "Ada <ada@", "Eve <eve@")).state == BAD


def test_a_signature_that_git_gives_up_on_hides_no_other(signing: Signing, key: Path) -> None:
    allow(signing.repo, f"* {public(key)}")
    good, other = signing.commit(), signing.commit("other")
    plain = signing.repo.git("rev-parse", "HEAD")
    strange = signing.changed(good, "BEGIN SSH", "BEGIN ODD")
    spoilt = signing.changed(good, "\n U1NIU0lH", "\n AAAA")
    asked = [strange, good, plain, spoilt, strange, other, "f" * len(good)]
    states = {oid: signed.state for oid, signed in judge(signing.git, asked).items()}
    wanted = (UNVERIFIABLE, VERIFIED, UNSIGNED, UNVERIFIABLE, UNVERIFIABLE, VERIFIED, UNVERIFIABLE)
    assert states == dict(zip(asked, wanted, strict=True))


def test_many_are_judged_each_by_its_own_signature(signing: Signing, key: Path) -> None:
    allow(signing.repo, f"* {public(key)}")
    wanted: dict[str, str] = {}
    for number in range(12):
        good = signing.commit(f"fine {number}")
        spoilt, strange = signing.changed(good, "fine", "evil"), signing.changed(good, "BEGIN SSH", "BEGIN ODD")
        wanted |= {good: VERIFIED, spoilt: BAD} | ({strange: UNVERIFIABLE} if number % 5 == 0 else {})
    assert {oid: signed.state for oid, signed in judge(signing.git, wanted).items()} == wanted


def test_the_user_s_own_settings_change_nothing(signing: Signing, key: Path) -> None:
    allow(signing.repo, f"* {public(key)}")
    first, second = signing.commit("one"), signing.commit("two")
    for name, value in (
        *(("log.showSignature", "true"), ("i18n.logOutputEncoding", "UTF-16"), ("color.ui", "always")),
        *(("format.pretty", "raw"), ("log.date", "human"), ("log.decorate", "full"), ("log.showRoot", "true")),
    ):
        signing.repo.git("config", name, value)
    signing.repo.git("replace", first, signing.repo.git("rev-parse", "HEAD"))
    assert [s.state for s in judge(signing.git, [first, second]).values()] == [VERIFIED, VERIFIED]


def test_a_path_in_the_configuration_begins_at_the_worktree_s_root(signing: Signing, key: Path) -> None:
    allow(signing.repo, f"* {public(key)}")
    commit, below = signing.commit(), signing.repo.path / "below"
    below.mkdir()
    assert judge(discover(below, os.environ.copy()).root, [commit])[commit].state == VERIFIED


def test_nothing_verifies_where_nothing_is_signed(signing: Signing, monkeypatch: pytest.MonkeyPatch) -> None:
    git, head = signing.git, signing.repo.git("rev-parse", "HEAD")
    verbs: list[str] = []

    def counted(self: Git, *arguments: str, data: bytes | None = None) -> Completed:
        verbs.append(arguments[1])
        return original(self, *arguments, data=data)

    original = Git.run
    monkeypatch.setattr(Git, "run", counted)
    assert judge(git, []) == {}
    assert verbs == []
    assert judge(git, [head]) == {head: Signed(UNSIGNED)}
    assert verbs == ["cat-file"]


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Iterator[Keyring]:
    with keyring() as made:
        monkeypatch.setenv("GNUPGHOME", str(made.home))
        yield made


@needs_gpg
def test_an_openpgp_key_stands_for_every_address_that_it_is_trusted_for(signing: Signing, ring: Keyring) -> None:
    ring.add("Ada <ada@x>", "Ada at home <ada@home>", "ada@work")
    commit = signing.commit("fine", "-c", "user.signingKey=ada@x")
    found = signing.judge(commit)
    assert found.state == VERIFIED
    assert [found.matches(m) for m in ("ada@x", "Ada@Home", "ada@work", "eve@x", "home")] == [True] * 3 + [False] * 2
    bad = signing.judge(signing.changed(commit, "fine", "evil"))
    assert (bad.state, bad.matches("ada@x")) == (BAD, False)


@needs_gpg
def test_an_openpgp_key_that_is_not_trusted_is_unverifiable(signing: Signing, ring: Keyring) -> None:
    ring.add('Eve "Ada <ada@x>" [ultimate] <eve@x>')
    commit, exported = signing.commit("fine", "-c", "user.signingKey=eve@x"), ring.gpg("--export")
    assert (signing.judge(commit).matches("ada@x"), signing.judge(commit).matches("eve@x")) == (False, True)
    with keyring() as other, pytest.MonkeyPatch.context() as patch:
        patch.setenv("GNUPGHOME", str(other.home))
        unknown = signing.judge(commit)
        other.gpg("--import", data=exported)
        untrusted = signing.judge(commit)
        (other.home / "gpg.conf").write_text("trust-model always\n")
        trusting = signing.judge(commit)
    assert [s.state for s in (unknown, untrusted, trusting)] == [UNVERIFIABLE] * 3
    assert not any(s.matches("eve@x") for s in (unknown, untrusted, trusting))
    assert "eve@x" in untrusted.signer


@needs_gpg
def test_an_openpgp_signature_without_its_program_is_unverifiable(signing: Signing, ring: Keyring) -> None:
    ring.add("Ada <ada@x>")
    commit = signing.commit("fine", "-c", "user.signingKey=ada@x")
    signing.repo.git("config", "gpg.program", str(ring.home / "nothing"))
    assert signing.judge(commit).state == UNVERIFIABLE
