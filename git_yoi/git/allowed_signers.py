"""Whom an ssh key may sign for: git names one principal alone, and the file's line may list more (ssh-keygen(1))."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from functools import cached_property

from git_yoi.git.process import Git

_LINE = re.compile(
    r'(?P<who>"[^"]*"|[^\s#"]\S*)\s+(?:(?P<options>(?!(?:sk-)?(?:ssh|ecdsa)-)(?:[^\s"]|"[^"]*")+)\s+)?'
    r"(?P<kind>(?:sk-)?(?:ssh|ecdsa)-\S+)\s+(?P<key>[A-Za-z0-9+/=]+)"
)


@dataclass(frozen=True)
class AllowedSigners:
    """The file that `gpg.ssh.allowedSignersFile` names, read once."""

    git: Git

    def of(self, fingerprint: str, named: str) -> tuple[str, ...]:
        """The pattern lists of a key that the file allows, `named` being the principal that git told.

        A line with options counts only where it is the one that git told of: only for that one were they checked.
        """
        found = []
        for line in self._lines:
            match = _LINE.match(line.strip())
            if match is not None and _fingerprint(match["key"]) == fingerprint:
                listed = match["who"].strip('"')
                if not match["options"] or named in listed.split(","):
                    found.append(listed)
        # A certificate's key stands in no line; its principal is what it says itself.
        return tuple(found) or (named,)

    @cached_property
    def _lines(self) -> list[str]:
        done = self.git.run("config", "--type=path", "--get", "gpg.ssh.allowedSignersFile", ok=None)
        path = self.git.directory / done.text
        return path.read_bytes().decode(errors="replace").splitlines() if path.is_file() else []


def matches_principals(mail: str, listed: str) -> bool:
    """Whether a pattern list allows a mail address: `*` and `?` stand for anything, `!` forbids."""
    allowed = False
    for pattern in listed.split(","):
        if _matches(mail, pattern.removeprefix("!")):
            if pattern.startswith("!"):
                return False
            allowed = True
    return allowed


def _matches(mail: str, pattern: str) -> bool:
    spelled = "".join({"*": ".*", "?": "."}.get(character, re.escape(character)) for character in pattern)
    # An address is the same in any case, as everywhere in the record.
    return re.fullmatch(spelled, mail, re.DOTALL | re.IGNORECASE) is not None


def _fingerprint(key: str) -> str:
    try:
        digest = hashlib.sha256(base64.b64decode(key, validate=True)).digest()
    except binascii.Error:
        return ""
    return "SHA256:" + base64.b64encode(digest).decode("ascii").rstrip("=")
