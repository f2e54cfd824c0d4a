"""Who acts, as git would name them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from git_yoi.errors import YoiError
from git_yoi.git.process import Completed, GitError
from git_yoi.git.repository import Repository

_IDENT = re.compile(r"(?P<name>.*?) ?<(?P<email>[^<>]*)> (?P<at>\d+) [+-]\d{4}\Z")


@dataclass(frozen=True, slots=True)
class Identity:
    """A name, a mail address, and the time that git would write now: seconds since the epoch, GIT_*_DATE obeyed."""

    name: str
    email: str
    at: int


def author(repository: Repository) -> Identity:
    """The identity that `git commit` would write as author; YoiError `identity` when none is configured."""
    return _ask(repository, "GIT_AUTHOR_IDENT")


def committer(repository: Repository) -> Identity:
    """The same for the committer."""
    return _ask(repository, "GIT_COMMITTER_IDENT")


def unsigned(done: Completed, what: str) -> YoiError:
    """Why git did not sign `what`: a matter of identity, unless the disk is what failed."""
    error = GitError(("commit-tree",), done)
    if error.code == "read-only" or any(sign in done.err for sign in ("No space left", "Disk quota")):
        return error
    return YoiError(
        "identity",
        f"git could not sign the {what}",
        cause=error.cause,
        hint="`git commit -S` must work here; or set commit.gpgSign to false",
    )


def _ask(repository: Repository, variable: str) -> Identity:
    # useConfigOnly: a guess from the host's name would end up in a record that is never rewritten.
    done = repository.here.run("-c", "user.useConfigOnly=true", "var", variable, ok=None)
    match = _IDENT.match(done.text)
    if done.code != 0 or match is None or not match["email"] or not match["name"]:
        raise YoiError(
            "identity",
            "nobody to sign the entry with",
            cause="git has no user.name and user.email here",
            hint="git config user.name NAME; git config user.email MAIL (or set GIT_YOI_ACTOR)",
        )
    return Identity(match["name"], match["email"], int(match["at"]))
