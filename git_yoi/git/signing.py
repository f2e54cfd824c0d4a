"""Letting git sign a commit: it knows `gpg.format`, `user.signingKey` and the programs that they need."""

from __future__ import annotations

import os
import re

from git_yoi.git.identity import unsigned
from git_yoi.git.raw import Commit
from git_yoi.git.repository import Repository

_PERSON = re.compile(r"(?P<name>.*?) ?<(?P<mail>[^<>]*)> (?P<at>\d+) (?P<zone>[+-]\d{4})\Z", re.DOTALL)


def sign_commit(repository: Repository, commit: Commit, what: str) -> str:
    """Store a commit signed as git is set to, unreferenced; YoiError `identity` when git cannot sign the `what`."""
    arguments = [word for parent in commit.parents for word in ("-p", parent)]
    extra = _identity("AUTHOR", commit.author) | _identity("COMMITTER", commit.committer)
    # The message is UTF-8 whatever the user's own commits are in. A worktree may have a key of its own.
    done = repository.root.run(
        *("-c", "i18n.commitEncoding=UTF-8", "commit-tree", "-S", *arguments, "-F", "-", commit.tree),
        data=commit.message,
        extra={"GIT_TERMINAL_PROMPT": "0", **extra},
        ok=None,
    )
    if done.code != 0:
        raise unsigned(done, what)
    return done.text


def _identity(role: str, line: bytes) -> dict[str, str]:
    who = _PERSON.match(os.fsdecode(line))
    if who is None:
        raise ValueError(f"{line[:60]!r} is no person and time")
    date = f"@{who['at']} {who['zone']}"
    return {f"GIT_{role}_NAME": who["name"], f"GIT_{role}_EMAIL": who["mail"], f"GIT_{role}_DATE": date}
