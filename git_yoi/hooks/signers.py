"""Whether each entry of a push is signed by the one whose word it is (`yoi.requireSignatures`).

A join is nobody's word: what it says follows from the entries that it joins, and those are asked. So it needs none.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace

from git_yoi.codec.json_line import CorruptError
from git_yoi.git.objects import Objects
from git_yoi.git.process import Git
from git_yoi.git.signatures import BAD, UNSIGNED, VERIFIED, Signed, judge
from git_yoi.store.entry_commit import read_entry
from git_yoi.store.findings import Problem

_ALLOWED = "gpg.ssh.allowedSignersFile"


def wrongly_signed(git: Git, objects: Objects, entries: Iterable[str]) -> Iterator[Problem]:
    """A finding for each entry that its actor did not sign; one that cannot be read is left to who proves the rest."""
    for oid, signed in judge(git, entries).items():
        try:
            entry = read_entry(objects, oid)
        except CorruptError:
            continue
        if not signed.matches(entry.actor.email):
            yield Problem("signature", oid, _reason(signed, str(entry.actor)), frozenset({entry.ticket}))


def _reason(signed: Signed, actor: str) -> str:
    if signed.state == VERIFIED:
        return f"it is {actor}'s word, and signed by {signed.signer}"
    if signed.state == UNSIGNED:
        return f"it is not signed, and this repository takes signed entries only ({actor})"
    if signed.state == BAD:
        return f"its signature is not of what it says ({actor})"
    return f"nobody whom this repository knows has signed it ({actor})"


def with_allowed_signers(git: Git, file: str | None) -> Git:
    """Git with this file of ssh keys (`yoi.allowedSigners`) in the place of the one that its configuration names."""
    if file is None:
        return git
    variables = dict(git.environment)
    count = int(variables.get("GIT_CONFIG_COUNT") or "0")
    variables |= {
        f"GIT_CONFIG_KEY_{count}": _ALLOWED,
        f"GIT_CONFIG_VALUE_{count}": os.fspath(file),
        "GIT_CONFIG_COUNT": str(count + 1),
    }
    return replace(git, environment=variables)
