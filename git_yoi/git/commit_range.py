"""What one history has that another lacks: how many commits, and who wrote them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress

from git_yoi.git.batch import read_many
from git_yoi.git.evidence import kinds
from git_yoi.git.repository import Repository

# Replacement refs do not count: they can say anything of a history, and never are what is merged.
_TRUE = "--no-replace-objects"
_MAIL = re.compile(rb"^(?:author|committer) [^<\n]*<([^>\n]*)>", re.MULTILINE)
_ENCODING = re.compile(rb"^encoding ([^\n]+)$", re.MULTILINE)


def missing_commits(repository: Repository, tip: str | None, head: str) -> int:
    """How many commits of `head` the commit `tip` lacks: all of them where there is none."""
    return int(repository.git.text(_TRUE, "rev-list", "--count", head, *_without(tip)))


def beyond(repository: Repository, tip: str, known: Iterable[str]) -> int:
    """How many commits `tip` has that none of the known ones leads to; of those, what is not here does not count."""
    here = [oid for oid, kind in kinds(repository, set(known)).items() if kind == "commit"]
    lines = "".join(f"{line}\n" for line in (tip, *(f"^{oid}" for oid in here)))
    return int(repository.git.run(_TRUE, "rev-list", "--count", "--stdin", data=lines.encode()).text)


def writers(repository: Repository, tip: str | None, head: str) -> frozenset[str]:
    """The case-folded mail addresses of who authored or committed what `head` has and the commit `tip` lacks."""
    ids = repository.git.run(_TRUE, "rev-list", head, *_without(tip)).lines
    found = (mail for _, data in read_many(repository.git, [oid for oid in ids if oid]) for mail in _mails(data or b""))
    return frozenset(mail.casefold() for mail in found if mail)


def _mails(commit: bytes) -> Iterator[str]:
    header = commit.partition(b"\n\n")[0]
    claimed = _ENCODING.search(header)
    for mail in _MAIL.findall(header):
        yield mail.decode(errors="replace")
        # And by the encoding that the commit claims: i18n.commitEncoding sets the claim and converts nothing.
        with suppress(LookupError, ValueError):
            yield mail.decode(claimed[1].decode("ascii") if claimed else "utf-8")


def _without(tip: str | None) -> tuple[str, ...]:
    return ("--not", tip, "--") if tip is not None else ("--",)
