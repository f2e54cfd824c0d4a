"""What git makes of the signatures on commits, whichever program made them (`gpg.format`).

git answers in one letter (`%G?`), which mixes what must be told apart here: it says "none" where the allowed signers
are not configured, and "bad" where a key was revoked. So the headers are looked at first, and git's words after.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from git_yoi.git.allowed_signers import AllowedSigners, matches_principals
from git_yoi.git.batch import read_many
from git_yoi.git.process import Completed, Git, GitError

VERIFIED, UNSIGNED, UNVERIFIABLE, BAD = "verified", "unsigned", "unverifiable", "bad"
STATES = (VERIFIED, UNSIGNED, UNVERIFIABLE, BAD)

_HEADERS = (b"gpgsig", b"gpgsig-sha256")
# `git log`, for older ones read the configuration of signatures in no other place (2.39); its own is overridden.
_LOG = ("--no-replace-objects", "log", "--no-walk=unsorted", "--no-show-signature", "--encoding=UTF-8", "-z")
_FORMAT = "--format=%H%x00%G?%x00%GS%x00%GK%x00%GG"
_FIELDS = 5
# Gits at a time, and commits for each: what is worth a process of its own, and what a command line holds.
_AT_ONCE, _FEWEST, _MOST = 4, 4, 500
# git dies of a signature that is of no kind it knows, and leaves the rest unanswered.
_UNKNOWN_KIND = "incompatible signature"
_SSH_GOOD, _SSH_BAD = 'Good "git" signature', "incorrect signature"
_USER_ID = re.compile(r'^\w+: (?:Good signature from| +aka) "(.*)" \[ *(\w+)\]$', re.MULTILINE)
_TRUSTED = ("marginal", "full", "ultimate")
_MAIL = re.compile(r"<([^<>]+)>\Z")


@dataclass(frozen=True, slots=True)
class Signed:
    """What a commit's signature is worth, and who made it: a name, else the key, "" where neither is known.

    `mails` are those that the key is trusted for (openpgp), `principals` its pattern lists as an allowed signer (ssh).
    """

    state: str
    signer: str = ""
    mails: tuple[str, ...] = ()
    principals: tuple[str, ...] = ()

    def matches(self, mail: str) -> bool:
        """Whether it is verified, and the signer's key is trusted for this mail address."""
        if self.state != VERIFIED:
            return False
        known = mail.lower() in (m.lower() for m in self.mails)
        return known or any(matches_principals(mail, listed) for listed in self.principals)


class _Answer(NamedTuple):
    """What git says of one commit: the letter, the signer, the key, and the words of the program that verified."""

    oid: str
    letter: str = "N"
    signer: str = ""
    key: str = ""
    said: str = ""


def judge(git: Git, commits: Iterable[str]) -> dict[str, Signed]:
    """What each commit's signature is worth; the programs that verify run for signed ones only, as git runs them.

    `git` should be `Repository.root`: that is where paths in its configuration begin.
    """
    found = dict.fromkeys(commits, Signed(UNSIGNED))
    signed = []
    for oid, data in read_many(git, list(found)):
        head = (data or b"").partition(b"\n\n")[0]
        if data is None:
            found[oid] = Signed(UNVERIFIABLE)
        elif any(b"\n%s " % header in head for header in _HEADERS):
            signed.append(oid)
    allowed = AllowedSigners(git)
    for answer in _answers(git, signed):
        found[answer.oid] = _read(allowed, answer)
    return found


def _answers(git: Git, commits: list[str]) -> Iterator[_Answer]:
    """What git says of each, several gits at a time: each verifies one by one, in a process or two a signature."""
    while commits:
        size = min(max(-(-len(commits) // _AT_ONCE), _FEWEST), _MOST)
        parts = [commits[at : at + size] for at in range(0, len(commits), size)]
        running = [git.begin(*_LOG, _FORMAT, *part, "--") for part in parts[:_AT_ONCE]]
        commits = [oid for part in parts[_AT_ONCE:] for oid in part]
        for part, finish in zip(parts, running, strict=False):
            told = _told(finish(), part)
            yield from told
            commits += part[len(told) :]


def _told(done: Completed, asked: list[str]) -> list[_Answer]:
    """The answers of one git; where it gave up on a signature of an unknown kind, the last is the one for that."""
    parts = done.out.decode(errors="replace").split("\0")[:-1]
    told = [_Answer._make(parts[at : at + _FIELDS]) for at in range(0, len(parts), _FIELDS)]
    if len(told) < len(asked):
        if _UNKNOWN_KIND not in done.err:
            raise GitError(("log",), done)
        told.append(_Answer(asked[len(told)]))
    return told


def _read(allowed: AllowedSigners, answer: _Answer) -> Signed:
    who = answer.signer or answer.key
    if answer.letter == "B":
        # Of ssh, "B" is also a revoked key, one for other uses, and a program that is missing.
        return Signed(BAD if answer.signer or _SSH_BAD in answer.said else UNVERIFIABLE, who)
    if answer.letter != "G":
        return Signed(UNVERIFIABLE, who)
    if answer.said.startswith(_SSH_GOOD):
        return Signed(VERIFIED, who, principals=allowed.of(answer.key, answer.signer))
    ids = _USER_ID.findall(answer.said)
    mails = tuple(mail for user_id, trust in ids if trust in _TRUSTED for mail in _mail(user_id))
    # With gpg's `trust-model always`, older gits call every key trusted.
    return Signed(VERIFIED if mails or not ids else UNVERIFIABLE, who, mails)


def _mail(user_id: str) -> list[str]:
    """The mail address of an openpgp user id."""
    found = _MAIL.search(user_id)
    if found:
        return [found[1]]
    return [user_id] if "@" in user_id and " " not in user_id else []
