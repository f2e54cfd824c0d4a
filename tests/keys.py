"""Real keys to sign with: ssh's and openpgp's, as a git of the time uses them."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import Repo

needs_gpg = pytest.mark.skipif(shutil.which("gpg") is None, reason="there is no gpg here")


def make_ssh_key(path: Path) -> Path:
    """A fresh ssh key without a passphrase; its public half lies beside it."""
    program = shutil.which("ssh-keygen")
    assert program is not None, "ssh-keygen is needed: it comes with the ssh client that git uses"
    subprocess.run([program, "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path], check=True)
    return path


def allow(repo: Repo, *lines: str) -> Path:
    """Write the allowed signers' file of a repository, and name it by a path from the worktree's root."""
    signers = repo.path / ".signers"
    signers.write_text("".join(f"{line}\n" for line in lines))
    repo.git("config", "gpg.ssh.allowedSignersFile", ".signers")
    return signers


def public(key: Path) -> str:
    """The public half of an ssh key, as a line of an allowed signers' file ends."""
    return key.with_suffix(".pub").read_text().strip()


def sign_by_ssh(repo: Repo, key: Path) -> None:
    """Have git sign every commit by an ssh key."""
    for name, value in (("gpg.format", "ssh"), ("user.signingKey", str(key)), ("commit.gpgSign", "true")):
        repo.git("config", name, value)


@dataclass(frozen=True)
class Keyring:
    """A GNUPGHOME of its own."""

    home: Path

    def gpg(self, *arguments: str, data: bytes = b"") -> bytes:
        """Run gpg, which must succeed; its standard output."""
        environment = {**os.environ, "GNUPGHOME": str(self.home)}
        command = ["gpg", "--batch", "--quiet", "--no-tty", "--passphrase", "", "--pinentry-mode", "loopback"]
        done = subprocess.run([*command, *arguments], input=data, capture_output=True, env=environment, check=False)
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        return done.stdout

    def add(self, user_id: str, *more: str) -> None:
        """A key that is trusted ultimately, and further user ids of it."""
        self.gpg("--quick-gen-key", user_id, "ed25519", "sign", "never")
        for other in more:
            self.gpg("--quick-add-uid", user_id, other)


@contextmanager
def keyring() -> Iterator[Keyring]:
    """An empty keyring, whose agent ends with it; in a short folder, for a socket's path has 108 bytes at most."""
    home = Path(tempfile.mkdtemp(prefix="yoi-", dir="/tmp"))
    try:
        yield Keyring(home)
    finally:
        environment = {**os.environ, "GNUPGHOME": str(home)}
        subprocess.run(["gpgconf", "--kill", "all"], env=environment, capture_output=True, check=False)
        shutil.rmtree(home, ignore_errors=True)
